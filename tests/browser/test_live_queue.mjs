/* The queue as it changes under somebody's eyes: rows that are over are marked, new ones said, a claim renewed and its loss told. */
import { mkdirSync } from 'node:fs';
import { clean, equal, expect, fits, suite, words, SCREENSHOTS } from './lib.mjs';

await suite(async ({ test, server, browser }) => {
  const { zh } = words;
  const judge = await browser.person('warden', { role: 'administrator', name: '管理员' });
  const second = await browser.person('second', { role: 'administrator', name: '副管理员' });
  const li = await browser.person('li', { name: '李华' });

  async function until(condition, what) {
    const end = Date.now() + 30000;
    while (!await condition()) {
      expect(Date.now() < end, `never: ${what}`);
      await new Promise((done) => setTimeout(done, 20));
    }
  }

  const picture = (visitor, name) => {
    mkdirSync(SCREENSHOTS, { recursive: true });
    return visitor.page.screenshot({ path: `${SCREENSHOTS}/live-queue-${name}.png`, fullPage: true });
  };

  async function waits(title) {
    await li.go('/b/guestbook/new');
    await li.send('/b/guestbook/new', { title, body: '介绍信丢了怎么办？' }, '[name=do][value=post]');
  }

  const row = (visitor, title) => visitor.at('[data-item]').filter({ hasText: title });
  const following = (visitor) => visitor.page.waitForRequest((request) => request.url().includes('/live?') && request.url().includes('~q'));
  const press = (visitor, key) => Promise.all([visitor.page.waitForNavigation(), visitor.page.keyboard.press(key)]);

  await test('a row that is over is marked where it stands, one that is claimed says by whom, a new one is said', async () => {
    for (const title of ['第一件', '第二件', '第三件']) await waits(title);
    const stream = following(judge);
    await judge.go('/queue');
    await stream;
    await row(judge, '第二件').locator('h2 a').focus();
    await second.go('/queue');
    const open = async (title) => {
      await row(second, title).locator('h2 a').click();
      await second.page.waitForURL(/queue\/\d+$/);
    };
    await open('第一件');
    await press(second, 'c');
    await until(async () => (await row(judge, '第一件').innerText()).includes('second 正在处理'), 'the claim is shown');
    await press(second, 'a');
    await until(async () => (await row(judge, '第一件').innerText()).includes(zh.queue_gone), 'it is marked');
    equal(await judge.at('[data-item]').count(), 3, 'nothing moves');
    equal(await judge.page.evaluate(() => document.activeElement.closest('[data-item]')?.innerText.includes('第二件')), true, 'focus stays');
    await waits('第四件');
    await until(async () => (await judge.at('.live').innerText()).includes(zh.queue_new.replace('{n}', '1')), 'it is said');
    equal(await row(judge, '第四件').count(), 0, 'it is not put in');
    await picture(judge, 'list');
    await fits(judge);
    await clean(judge, 'queue');
    await judge.page.setViewportSize({ width: 360, height: 740 });
    await fits(judge);
    await picture(judge, 'list-phone');
    await judge.page.setViewportSize({ width: 1280, height: 800 });
    await judge.at('.live a').click();
    await row(judge, '第四件').waitFor();
    equal(await row(judge, '第一件').count(), 0, 'it is gone');
  });

  await test('a claim is renewed while its page is seen, and only then', async () => {
    await row(judge, '第二件').locator('h2 a').click();
    await judge.page.waitForURL(/queue\/\d+$/);
    await press(judge, 'c');
    expect((await judge.at('[data-holder]').innerText()).startsWith('由您处理，保留到'), await judge.at('[data-holder]').innerText());
    await picture(judge, 'claimed');
    await fits(judge);
    await clean(judge, 'claimed');
    const op = () => judge.at('form[data-renew] [name=op]').inputValue();
    const before = await op();
    const posts = [];
    judge.page.on('request', (request) => { if (request.method() === 'POST') posts.push(request.url()); });
    await judge.page.evaluate(() => { document.querySelector('[data-claim]').dataset.every = '1'; });
    await until(async () => posts.length > 1 && await op() !== before, 'it is renewed');
    expect(posts.every((url) => url.endsWith('/claim')), posts.join());
    await judge.page.evaluate(() => { Object.defineProperty(document, 'hidden', { get: () => true, configurable: true }); });
    const asked = posts.length;
    const [answer] = await Promise.all([judge.page.waitForEvent('console', (said) => said.text() === 'later'),
                                        judge.page.evaluate(() => setTimeout(() => console.log('later'), 2500))]);
    expect(answer && posts.length <= asked + 1, `${posts.length} after ${asked}`);
    await judge.page.evaluate(() => {
      document.querySelector('[data-claim]').dataset.every = '200000';
      Object.defineProperty(document, 'hidden', { get: () => false, configurable: true });
    });
  });

  await test('what is lost to another is said at once, and by whom', async () => {
    await second.go(judge.path());
    expect((await second.at('[data-holder]').innerText()).startsWith('warden 正在处理，到'), await second.at('[data-holder]').innerText());
    await picture(second, 'claimed-by-another');
    await judge.at('button').filter({ hasText: zh.queue_release }).click();
    await until(async () => (await second.at('[data-holder]').innerText()) === zh.queue_nobody, 'it is free');
    await until(async () => (await judge.at('[data-holder]').innerText()) === zh.queue_nobody, 'it is given back');
    await press(second, 'c');
    await until(async () => (await judge.at('[data-holder]').innerText()).startsWith('second 正在处理'), 'it is lost');
    expect((await judge.at('[data-claim] [role=status]').textContent()).startsWith('second 正在处理'), 'it is spoken');
    judge.forgive(/status of 409/);
    await press(second, 'a');
    await until(async () => (await judge.at('[data-holder]').innerText()) === zh.queue_over, 'it is decided');
    await picture(judge, 'over');
  });

  await test('what its author mends meanwhile is said', async () => {
    await judge.go('/queue');
    await row(judge, '第三件').locator('h2 a').click();
    await judge.page.waitForURL(/queue\/\d+$/);
    await li.go('/held');
    await li.at('li').filter({ hasText: '第三件' }).locator('a').first().click();
    await li.page.waitForURL(/held\/.+/);
    await li.page.locator('textarea[name=body]').fill('改过的话');
    await Promise.all([li.page.waitForNavigation(), li.at('main form button[type=submit]').first().click()]);
    await until(async () => (await judge.at('.live').innerText()).includes(zh.queue_changed_now), 'it is said');
    await judge.at('.live a').click();
    await until(async () => (await judge.text()).includes('改过的话'), 'the new text');
  });

  await test('without a script the list is asked for again by a link', async () => {
    const plain = await browser.person('third', { role: 'administrator', name: '三', javaScriptEnabled: false });
    await plain.go('/queue');
    equal(await plain.at('a.button[href="/queue"]').filter({ hasText: zh.queue_refresh }).count(), 1, 'the link');
    await plain.at('[data-item] h2 a').first().click();
    await plain.page.waitForURL(/queue\/\d+$/);
    await plain.at('[data-claim-forms] button').first().click();
    await until(async () => (await plain.text('[data-holder]')).startsWith('由您处理'), 'it is claimed');
    await plain.at('form[data-renew] button').click();
    await until(async () => (await plain.text('[data-holder]')).startsWith('由您处理'), 'it is kept');
  });
});
