/*
 * A member's day, on a phone: an invitation, reading, a draft over a link that breaks, the reply that arrives in front of another's
 * eyes, a correction, and leaving without a trace.
 */
import { clean, equal, expect, suite, words } from './lib.mjs';

const ESSAY = '# 学习体会\n\n今天学习了《中国共产党章程》第三章。\n\n组织生活贵在经常，也贵在认真。'.repeat(3);

await suite(async ({ test, server, browser }) => {
  const li = await browser.visitor();
  const wang = await browser.person('wang', { role: 'member', name: '王芳' });
  const invitation = await browser.invite('member');
  const { zh } = words;
  let thread;

  await test('an invitation opens an account', async () => {
    await li.go('/');
    await clean(li, 'visitor');
    await li.signUp('li', invitation, '李华');
    await li.go('/');
    expect((await li.text('header')).includes('李华'), 'the page does not greet by name');
  });

  await test('a thread is read from its board', async () => {
    thread = await wang.thread('essays', '谈谈组织生活会', '请大家说说，组织生活会怎样开才有实效？');
    await li.go('/');
    await li.press(li.at('main a[href="/b/essays"]').last());
    await li.press(li.at(`main a[href^="/t/${thread}"]`).first());
    expect((await li.text('article')).includes('怎样开才有实效'));
    await clean(li, 'thread');
  });

  await test('what is typed becomes a draft by itself', async () => {
    await li.go(`/t/${thread}/reply`);
    await li.at('#body').pressSequentially('先记一句。');
    await li.page.waitForFunction(() => document.querySelector('main form.editor').elements.draft.value);
    const other = await li.context.newPage();
    await other.goto(`${server.url}/drafts`);
    expect((await other.locator('main').innerText()).includes('先记一句'), 'the draft is not in the list');
    await other.close();
  });

  await test('a link that breaks loses nothing', async () => {
    li.forgive(/ERR_INTERNET_DISCONNECTED/);
    await browser.away(async () => {
      await li.context.setOffline(true);
      await li.at('#body').fill(ESSAY);
      await li.at('.offline').filter({ hasText: zh.script_offline }).waitFor();
      await li.page.waitForFunction((kept) => document.querySelector('form.editor .status').textContent === kept, zh.script_kept);
      await clean(li, 'offline');
      await li.reopen();
    });
    await li.context.setOffline(false);
    await li.go(`/t/${thread}/reply`);
    await li.at('.found').filter({ hasText: zh.script_restore }).waitFor();
    await clean(li, 'found');
    await li.at('.found button').first().click();
    equal(await li.at('#body').inputValue(), ESSAY, 'what was found');
    await li.at('form.editor .status').filter({ hasText: zh.script_saved.split('{time}')[0] }).waitFor();
  });

  await test('the reply arrives where another reads, without a move of the page', async () => {
    await wang.go(`/t/${thread}`);
    const before = await wang.page.evaluate(() => scrollY);
    await li.press('form.editor [value=post]');
    equal(li.number(), thread, 'thread');
    await wang.at('article[id="2"]').waitFor();
    expect((await wang.text('article[id="2"]')).includes('贵在经常'));
    equal(await wang.page.evaluate(() => scrollY), before, 'where the page stands');
  });

  await test('posted, neither draft nor copy is left', async () => {
    await li.page.waitForFunction(() => !Object.keys(localStorage).some((key) => key.startsWith('luntan:')));
    await li.go('/drafts');
    expect(!(await li.text()).includes('贵在经常'), 'a draft is left');
  });

  await test('a correction shows where it was read, and what it changed', async () => {
    await li.go(`/t/${thread}`);
    await li.press(li.at('article[id="2"] a[href$="/edit"]'));
    await li.at('#body').fill(ESSAY.replaceAll('也贵在认真', '更贵在认真'));
    await li.press('form.editor [value=post]');
    await wang.at('article[id="2"]').filter({ hasText: '更贵在认真' }).waitFor();
    await wang.press(wang.at('article[id="2"] a[href$="/revisions"]'));
    await clean(wang, 'revisions');
    await wang.press(wang.at('main a[href*="/revisions/"]').first());
    expect((await wang.at('main del').first().innerText()).includes('也'), 'what was taken out');
    expect((await wang.at('main ins').first().innerText()).includes('更'), 'what was put in');
    await clean(wang, 'revision');
  });

  await test('who was answered is told', async () => {
    await wang.go('/notices');
    expect((await wang.text()).includes('谈谈组织生活会'), 'no notice');
    await clean(wang, 'notices');
  });

  await test('signing out erases what was kept on the device', async () => {
    await li.go(`/t/${thread}/reply`);
    await li.at('#body').fill('没有写完的一句');
    await li.page.waitForFunction(() => Object.keys(localStorage).some((key) => key.startsWith('luntan:')));
    await li.go('/settings');
    expect(await li.page.evaluate(() => Object.keys(localStorage).length) >= 0);
    await li.press(li.at('main form[action="/logout"] button'));
    equal(await li.page.evaluate(() => Object.keys(localStorage).length + Object.keys(sessionStorage).length), 0, 'kept');
    await li.go('/drafts');
    expect(li.path().startsWith('/login'), `not signed out: ${li.path()}`);
  });
});
