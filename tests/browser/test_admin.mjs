/* Administration in a browser: boards, accounts, roles, what a moderator does to a thread. */
import { clean, equal, expect, fits, suite } from './lib.mjs';

await suite(async ({ test, browser }) => {
  const admin = await browser.person('warden', { role: 'administrator', name: '管理员' });
  const li = await browser.person('li', { name: '李华' });
  let thread;

  /** Sends a form, and once more where it is asked whether that is meant. */
  async function surely(action, fields) {
    await admin.send(action, fields);
    if (await admin.at('main [name=sure]').count()) await admin.send(action);
  }

  await test('the way to administration is shown to those who have it', async () => {
    await admin.go('/');
    equal(await admin.at('header a[href="/admin"]').count(), 1, 'link');
    await admin.go('/admin');
    await clean(admin);
    await admin.picture('admin');
    await li.go('/');
    equal(await li.at('header a[href="/admin"]').count(), 0, 'link');
    li.forgive(/status of 403/);
    equal((await li.go('/admin/boards')).status(), 403, 'status');
    await clean(li, 'refused');
  });

  await test('a board is made and changed', async () => {
    await admin.go('/admin/boards');
    await clean(admin);
    await fits(admin);
    await admin.picture('admin-boards');
    await admin.send('/admin/boards', { slug: 'school', name: '网上党校', name_en: 'Party school', about: '学习与答疑' });
    await admin.go('/b/school');
    equal((await admin.text('h1')).trim(), '网上党校', 'name');
    await admin.go('/admin/boards/school');
    await clean(admin);
    await surely('/admin/boards/school', { name: '网上党校（试办）', position: '5' });
    await admin.go('/b/school');
    equal((await admin.text('h1')).trim(), '网上党校（试办）', 'new name');
  });

  await test('a name that is taken is refused in the form, with all that was typed', async () => {
    admin.forgive(/status of 4\d\d/);
    await admin.go('/admin/boards');
    await admin.send('/admin/boards', { slug: 'school', name: '又一个', about: '不会建成' });
    equal(await admin.at('[role=alert]').count(), 1, 'alert');
    equal(await admin.at('[name=about]').inputValue(), '不会建成', 'typed');
    await clean(admin, 'refused');
  });

  await test('a role is given and taken, and its bearer told', async () => {
    await admin.go('/admin/accounts?handle=li');
    await admin.go('/admin/accounts/li');
    await clean(admin);
    await surely('/admin/accounts/li/grant', { role: 'moderator', board: 'essays' });
    await admin.go('/admin/accounts/li');
    equal(await admin.at('main form[action="/admin/accounts/li/ungrant"]').count(), 1, 'roles');
    await clean(admin, 'with a role');
    await li.go('/notices');
    expect(await li.at('main .notices li').count() >= 1, 'no notice');
  });

  await test('a moderator pins, locks, features and moves a thread', async () => {
    thread = await browser.admin.thread('essays', '需要整理的主题', '内容');
    for (const field of ['pinned', 'featured']) {
      await li.go(`/t/${thread}`);
      await li.at('details.moderation summary').click();
      await li.press(li.at(`form[action="/t/${thread}/set"]`).filter({ has: li.page.locator(`[name=${field}]`) }).locator('button'));
    }
    await li.go(`/t/${thread}/arrange`);
    await li.page.selectOption('#reason', 'off_topic');
    await li.press(li.at('button[value=lock]'));
    await li.go('/b/essays?featured=1');
    expect((await li.text()).includes('需要整理的主题'), 'not featured');
    await li.go(`/t/${thread}`);
    equal(await li.at('main form.editor').count(), 0, 'a locked thread takes replies');
    await clean(li, 'moderator');
    await li.picture('moderator');
    await admin.go(`/t/${thread}/move`);
    await clean(admin, 'move');
    await admin.send(`/t/${thread}/move`, { board: 'school' });
    await li.go('/b/school');
    expect((await li.text()).includes('需要整理的主题'), 'not moved');
  });

  await test('the role is taken', async () => {
    await admin.go('/admin/accounts/li');
    await surely('/admin/accounts/li/ungrant');
    await li.go(`/t/${thread}`);
    equal(await li.at('details.moderation').count(), 0, 'tools of a moderator');
  });

  await test('an account is suspended and woken', async () => {
    const suspend = () => admin.press(admin.at('main form:has([name=suspended]) button'));
    await admin.go('/admin/accounts/li');
    await suspend();
    await admin.send('/admin/accounts/li');
    await li.go('/drafts');
    expect(!li.path().startsWith('/drafts') || await li.at('[role=alert], .error').count(), 'a suspended account goes on');
    await admin.go('/admin/accounts/li');
    await clean(admin, 'suspended');
    await suspend();
    const again = await browser.visitor();
    await again.signIn('li');
    await again.go('/drafts');
    equal(again.path(), '/drafts', 'path');
  });
});
