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

  await test('ten of several authors are cleared by the keyboard alone, with their reasons, and each author knows why', async () => {
    const wang = await browser.person('wang', { name: '王芳' });
    const zhao = await browser.person('zhao', { name: '赵敏' });
    const outcomes = [];
    for (let number = 1; number <= TEN; number++) {
      const author = [li, wang, zhao][number % 3];
      await author.go('/b/guestbook/new');
      await author.send('/b/guestbook/new', { title: `问题 ${number}`, body: `第 ${number} 个问题` }, '[name=do][value=post]');
      outcomes.push({ author, title: `问题 ${number}`, act: ['approve', 'return', 'approve', 'remove'][number % 4], words: `这是给第 ${number} 篇的话` });
    }
    const focus = async (selector) => {
      for (let tabs = 0; tabs < 80; tabs++) {
        if (await judge.page.evaluate((wanted) => document.activeElement.matches(wanted), selector)) return;
        await judge.page.keyboard.press('Tab');
      }
      throw new Error(`the keyboard does not come to ${selector}`);
    };
    await judge.go('/queue/next');
    const began = Date.now();
    for (const { title, act, words } of outcomes) {
      equal(await judge.at('h1').last().innerText(), title, 'next in the queue');
      if (act === 'approve') {
        await press('a');
        continue;
      }
      await focus('#reason');
      await judge.page.keyboard.press('ArrowDown');
      await focus('#words');
      await judge.page.keyboard.type(words);
      await focus(`button[name=act][value=${act}]`);
      await press('Enter');
    }
    expect(Date.now() - began < 120000, `${Date.now() - began} ms`);
    await judge.go('/queue');
    expect(!(await judge.text()).includes('问题'), await judge.text());
    for (const { author, title, act, words } of outcomes) {
      await author.go('/held');
      const card = await author.at('li.card', { hasText: title }).filter({ has: author.page.getByText(title, { exact: true }) }).innerText();
      equal(card.includes(words), act !== 'approve', `${title}, ${act}: ${card}`);
    }
    for (const author of [li, wang, zhao]) {
      await author.go('/notices');
      const notices = await author.text();
      const acts = new Set(outcomes.filter((outcome) => outcome.author === author).map((outcome) => outcome.act));
      const told = { approve: '通过', return: '退回', remove: '未通过' };
      for (const act of acts) expect(notices.includes(told[act]), `${act}: ${notices}`);
      expect(!notices.includes('管理员') && !notices.includes('warden'), `who decided is told: ${notices}`);
      await author.go('/decisions');
      const decisions = await author.text();
      for (const outcome of outcomes)
        equal(decisions.includes(outcome.words), outcome.author === author && outcome.act !== 'approve', `${outcome.title}: ${decisions}`);
      await clean(author, 'decisions');
    }
  });
});
