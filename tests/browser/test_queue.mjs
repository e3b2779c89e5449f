/* The queue of moderation by keyboard: ten waiting posts are cleared, and nothing is decided while somebody types. */
import { clean, equal, expect, fits, suite } from './lib.mjs';

const TEN = 10;

await suite(async ({ test, browser }) => {
  const judge = await browser.person('warden', { role: 'administrator', name: '管理员' });
  const li = await browser.person('li', { name: '李华' });

  const press = (key) => Promise.all([judge.page.waitForNavigation(), judge.page.keyboard.press(key)]);

  await test('what is sent waits, and its author is told so', async () => {
    for (let number = 1; number <= TEN + 1; number++) {
      await li.go('/b/guestbook/new');
      await li.send('/b/guestbook/new', { title: `第 ${number} 条留言`, body: '介绍信丢了怎么办？' }, '[name=do][value=post]');
      expect(li.path().startsWith('/held/'), li.path());
      equal(await li.page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('luntan:')).length), 0, 'copies kept on the device');
    }
    await clean(li, 'waiting');
    await li.go('/b/guestbook');
    expect(!(await li.text()).includes('条留言'), 'it is shown');
  });

  await test('keys typed into a field decide nothing', async () => {
    await judge.go('/queue');
    await clean(judge, 'queue');
    await fits(judge);
    await press('n');
    const path = judge.path();
    expect(/^\/queue\/\d+$/.test(path), path);
    await judge.at('#words').fill('');
    await judge.at('#words').press('a');
    await judge.at('#words').pressSequentially('dhrk');
    equal(judge.path(), path, 'path');
    equal(await judge.at('#words').inputValue(), 'adhrk', 'typed');
    await judge.at('h1').click();
  });

  await test('a decision that owes a reason is refused without one, and taken with it', async () => {
    judge.forgive(/status of 422/);
    await judge.at('#words').fill('');
    await judge.at('h1').click();
    await press('r');
    equal(await judge.at('[role=alert]').count(), 1, 'refusal');
    await judge.at('#reason').selectOption('unclear');
    await judge.at('#words').fill('请写明在哪个省');
    await judge.at('h1').click();
    await press('r');
    await li.go('/held');
    expect((await li.text()).includes('请写明在哪个省'), await li.text());
  });

  await test('ten are cleared by ten keys', async () => {
    await judge.go('/queue/next');
    const began = Date.now();
    for (let number = 0; number < TEN; number++) await press('a');
    expect(Date.now() - began < 120000, 'longer than two minutes');
    await judge.go('/queue');
    expect(!(await judge.text()).includes('条留言'), await judge.text());
    await li.go('/b/guestbook');
    equal(await li.at('main a[href^="/t/"]').count() >= TEN, true, 'all are shown');
  });
});
