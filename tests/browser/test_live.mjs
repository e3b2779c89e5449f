/* What happens is told as it happens: one stream for all tabs, closed while nobody looks, picked up where it stopped. */
import { clean, equal, expect, suite, words } from './lib.mjs';

await suite(async ({ test, server, browser }) => {
  const admin = await browser.person('warden', { role: 'administrator', name: '管理员' });
  const li = await browser.person('li', { name: '李华' });
  const { zh } = words;
  const thread = await li.thread('suggestions', '看得见的变化', '第一层');

  /** Counts the streams that a tab asks for from now on, and those of them that are open. */
  function watch(page) {
    const streams = { asked: [], live: new Set(), get open() { return this.live.size; } };
    page.on('request', (request) => {
      if (!request.url().includes('/live?')) return;
      streams.asked.push(request.url());
      streams.live.add(request);
    });
    page.on('requestfinished', (request) => streams.live.delete(request));
    page.on('requestfailed', (request) => streams.live.delete(request));
    return streams;
  }

  async function until(condition, what) {
    const end = Date.now() + 30000;
    while (!await condition()) {
      expect(Date.now() < end, `never: ${what}`);
      await new Promise((done) => setTimeout(done, 20));
    }
  }

  /** Lets a tab believe that it is hidden, or seen again. */
  const hide = (page, hidden) => page.evaluate((value) => {
    Object.defineProperty(document, 'hidden', { get: () => value, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  }, hidden);

  /** Another floor by the administrator; its number. */
  async function answer(body) {
    await admin.reply(thread, body);
    return Number(admin.path().split('#')[1]);
  }

  const floor = (page, number) => page.locator(`article[id="${number}"]`).waitFor();

  await test('a new floor is appended and said, and the link leads to it', async () => {
    const reader = await browser.visitor();
    const streams = watch(reader.page);
    await reader.go(`/t/${thread}`);
    await until(() => streams.open === 1, 'a stream');
    await admin.reply(thread, '第二层');
    await floor(reader.page, 2);
    const said = reader.at('.live a');
    equal((await said.innerText()).trim(), zh.script_new.replace('{n}', '1'), 'said');
    equal(await said.getAttribute('href'), '#2', 'leads to');
    await clean(reader, 'after news');
    await reader.context.close();
  });

  await test('two tabs share one stream, and both hear', async () => {
    await li.page.goto('about:blank');
    const one = await li.context.newPage();
    const first = watch(one);
    await one.goto(`${server.url}/t/${thread}`);
    await until(() => first.open === 1, 'the first stream');
    const two = await li.context.newPage();
    const second = watch(two);
    await two.goto(`${server.url}/b/suggestions`);
    await until(() => first.asked.some((url) => /~b\d/.test(url)) && first.open === 1, 'the board in the same stream');
    await admin.reply(thread, '第三层');
    await floor(one, 3);
    await two.locator('.live a').filter({ hasText: zh.script_fresh }).waitFor();
    equal(second.asked.length, 0, 'streams of the second tab');
    await one.close();
    await until(() => second.open === 1, 'the second tab takes over');
    await admin.reply(thread, '第四层');
    await two.close();
  });

  await test('hidden for half a minute it closes; seen again it has lost nothing', async () => {
    const other = await browser.visitor();
    const { page } = other;
    await other.signIn('li');
    await page.clock.install();
    const streams = watch(page);
    await other.go(`/t/${thread}`);
    await until(async () => {
      await page.clock.runFor(100);
      return streams.open === 1;
    }, 'a stream');
    await hide(page, true);
    await page.clock.runFor(29000);
    equal(streams.open, 1, 'streams before half a minute');
    await page.clock.runFor(2000);
    await until(() => streams.open === 0, 'the end of the stream');
    const written = await answer('没人看时写的一层');
    await hide(page, false);
    await page.clock.resume();
    await floor(page, written);
    await other.context.close();
  });

  await test('going from page to page leaves no stream behind', async () => {
    const hurried = await browser.person('wang', { name: '王芳' });
    const streams = watch(hurried.page);
    for (let i = 0; i < 12; i++) {
      await hurried.go(`/t/${thread}`);
      await until(() => streams.asked.length > i && streams.open === 1, 'a stream of this page');
    }
    await hurried.context.close();
  });

  await test('a server that comes back finds its readers again', async () => {
    await li.go(`/t/${thread}`);
    const streams = watch(li.page);
    await browser.away();
    await until(() => streams.asked.length > 0 && streams.open === 1, 'a new stream');
    await floor(li.page, await answer('重启之后的一层'));
  });

  await test('a floor that is corrected or deleted changes in place', async () => {
    const reader = await browser.visitor();
    await reader.go(`/t/${thread}`);
    await until(() => reader.page.evaluate(() => performance.getEntriesByType('resource').length > 0), 'resources');
    await admin.go(`/t/${thread}`);
    await admin.press('article[id="2"] a[href$="/edit"]');
    await admin.send(await admin.at('form.editor').getAttribute('action'), { body: '第二层，改过' }, '[value=post]');
    await reader.at('article[id="2"]').filter({ hasText: '改过' }).waitFor();
    await admin.press('article[id="2"] a[href$="/delete"]');
    await admin.press('main form button.button-danger');
    await reader.at('article[id="2"] .tombstone').waitFor();
    await reader.context.close();
  });

  await test('what is selected or typed into is left alone until it is let go', async () => {
    await li.go(`/t/${thread}`);
    await li.page.evaluate(() => getSelection().selectAllChildren(document.querySelector('article[id="3"] .prose')));
    await li.at('#body').fill('正在写').catch(() => {});
    await admin.go(`/t/${thread}`);
    await admin.press('article[id="3"] a[href$="/edit"]');
    await admin.send(await admin.at('form.editor').getAttribute('action'), { body: '第三层，改过' }, '[value=post]');
    await li.at('article[id="3"]').filter({ hasText: '改过' }).waitFor();
    equal(await li.at('#body').inputValue(), '正在写', 'what is being typed');
  });

  await test('the count of notices rises', async () => {
    await li.go('/notices');
    if (await li.at('main form[action="/notices"]').count()) await li.send('/notices');
    await li.go('/');
    await admin.reply(thread, '@li 请看');
    await li.at('header a[href="/notices"] .badge').filter({ hasText: '1' }).waitFor();
    await clean(li, 'badge');
  });

  await test('where the stream is blocked, the page is as without', async () => {
    const reader = await browser.visitor();
    reader.forgive(/ERR_FAILED/);
    await reader.page.route('**/live?*', (route) => route.abort());
    await reader.go(`/t/${thread}`);
    equal(await reader.at('article').count() > 3, true, 'posts');
    await reader.context.close();
  });

  await test('signing out in one tab ends the stream in the other', async () => {
    const other = await li.context.newPage();
    const streams = watch(other);
    await other.goto(`${server.url}/t/${thread}`);
    await until(() => streams.open === 1 || streams.asked.length === 0, 'a stream');
    await li.go('/settings');
    await li.press(li.at('main form[action="/logout"] button'));
    await until(() => streams.open === 0, 'its end');
    await other.close();
  });
});
