/* Splitting a thread in a browser: floors are ticked, and whoever is reading sees the stubs come without doing anything. */
import { clean, equal, expect, fits, suite } from './lib.mjs';

await suite(async ({ test, browser }) => {
  const judge = await browser.person('warden', { role: 'administrator', name: '管理员' });
  const li = await browser.person('li', { role: 'member', name: '李华' });
  const phone = await browser.visitor({ viewport: { width: 360, height: 720 }, isMobile: true, hasTouch: true });
  let thread;

  await test('a thread wanders off', async () => {
    await li.go('/b/essays/new');
    await li.send('/b/essays/new', { title: '秋游去哪里', body: '大家说说' }, '[name=do][value=post]');
    thread = li.path().split('#')[0];
    for (const body of ['香山', '食堂的菜太咸', '同意，换个师傅']) {
      await li.go(`${thread}/reply`);
      await li.send(`${thread}/reply`, { body }, '[name=do][value=post]');
    }
  });

  await test('floors are ticked, looked at and split off; a reader sees it happen', async () => {
    await phone.go(thread);
    await judge.go(`${thread}/split`);
    await clean(judge, 'split');
    await fits(judge);
    await judge.at('[name=floor][value="3"]').check();
    await judge.at('[name=floor][value="4"]').check();
    await Promise.all([judge.page.waitForNavigation(), judge.at(`main form[action="${thread}/split"] button`).click()]);
    await clean(judge, 'split-confirm');
    await fits(judge);
    await judge.send(`${thread}/split`, { title: '食堂的菜' });
    expect((await judge.text()).includes('同意，换个师傅'), await judge.text());
    await phone.page.waitForFunction(() => document.getElementById('4')?.querySelector('.tombstone a'));
    expect(!(await phone.text()).includes('换个师傅'), await phone.text());
    await clean(phone, 'stubs');
    await fits(phone);
    await Promise.all([phone.page.waitForNavigation(), phone.page.locator('[id="4"] .tombstone a').click()]);
    expect((await phone.text()).includes('同意，换个师傅'), await phone.text());
  });

  await test('a merge says what it will do, and puts everything back', async () => {
    const made = phone.path().split(/[?#]/)[0];
    await judge.go(`${made}/merge?into=${thread.split('/').pop()}`);
    await clean(judge, 'merge-confirm');
    await fits(judge);
    await judge.send(`${made}/merge`, {});
    equal(judge.path().split(/[?#]/)[0], thread);
    expect(!(await judge.page.locator('.tombstone').count()), 'stubs are left');
  });
});
