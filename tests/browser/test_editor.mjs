/* Writing: what is typed is kept by itself, sent once, shown before it is posted, and found again whatever happens to a browser. */
import { clean, equal, expect, suite, words } from './lib.mjs';

await suite(async ({ test, server, browser }) => {
  const li = await browser.person('li', { name: '李华' });
  const { zh } = words;
  const editor = '/b/suggestions/new';
  const status = (page, text) => page.locator('form.editor .status').filter({ hasText: text }).waitFor();
  const saved = (page) => status(page, zh.script_saved.split('{time}')[0]);
  const drafts = async () => {
    await li.go('/drafts');
    return li.at('main .drafts > li').count();
  };

  await test('characters are counted as people count them', async () => {
    await li.go(editor);
    await li.at('#body').fill('汉字𠮷😀');
    expect((await li.text('.counter')).startsWith('4 /'), await li.text('.counter'));
    await li.at('#body').fill('');
  });

  await test('a draft is saved three seconds after the last change, once', async () => {
    const asked = [];
    li.page.on('request', (request) => { if (request.url().endsWith('/drafts') && request.method() === 'POST') asked.push(request); });
    await li.go(editor);
    await li.at('#title').fill('草稿');
    await li.at('#body').pressSequentially('一个字一个字地写', { delay: 20 });
    await saved(li.page);
    equal(asked.length, 1, 'saves');
    equal(await li.at('[name=version]').inputValue(), '1', 'version');
    await li.at('#body').pressSequentially('，再写');
    await saved(li.page);
    await li.page.waitForFunction(() => document.querySelector('[name=version]').value === '2');
    equal(await drafts(), 1, 'drafts');
  });

  await test('nothing is sent while an input method is composing', async () => {
    const typist = await browser.visitor();
    const asked = [];
    await typist.signIn('li');
    await typist.page.clock.install();
    await typist.go(editor);
    typist.page.on('request', (request) => {
      if (request.url().endsWith('/drafts') && request.method() === 'POST') asked.push(request.postData());
    });
    const session = await typist.context.newCDPSession(typist.page);
    await typist.at('#body').focus();
    await session.send('Input.imeSetComposition', { text: 'dangjian', selectionStart: 8, selectionEnd: 8 });
    await typist.page.clock.runFor(10000);
    equal(asked.length, 0, 'saves while composing');
    await session.send('Input.insertText', { text: '党建' });
    await typist.page.clock.runFor(4000);
    await saved(typist.page);
    equal(asked.length, 1, 'saves afterwards');
    equal(new URLSearchParams(asked[0]).get('body'), '党建', 'what was saved');
    await typist.context.close();
  });

  await test('the preview comes without leaving the page', async () => {
    await li.go(editor);
    await li.at('#title').fill('预览');
    await li.at('#body').fill('**要点**\n\n| 甲 | 乙 |\n|---|---|\n| 一 | 二 |');
    await li.at('form.editor [value=preview]').click();
    equal(await li.at('.preview strong').innerText(), '要点', 'preview');
    equal(await li.at('.preview table').count(), 1, 'table');
    equal(li.path(), editor, 'path');
    await clean(li, 'preview');
    await li.picture('preview');
  });

  const copies = () => li.page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('luntan:')).length);
  /** Waits until the server has everything that editors left behind. */
  const arrival = async () => {
    while (await copies()) await li.go('/');
  };

  await test('leaving the page at once saves what was just typed, once', async () => {
    await arrival();
    const before = await drafts();
    await li.go(editor);
    await li.at('#body').fill('刚写下就走');
    await li.go('/');
    await arrival();
    equal(await drafts(), before + 1, 'drafts');
    expect((await li.text()).includes('刚写下就走'), 'the text is not among the drafts');
  });

  await test('what never reached the server gets there from any later page', async () => {
    const before = await drafts();
    await li.go(editor);
    await browser.away(async () => {
      await li.at('#body').fill('断网时写的');
      await status(li.page, zh.script_kept);
      await li.reopen();
    });
    await li.go('/robots.txt');
    await li.page.evaluate(() => Object.keys(localStorage).forEach((key) => {
      localStorage.setItem(key, JSON.stringify({ ...JSON.parse(localStorage.getItem(key)), time: Date.now() - 3600000 }));
    }));
    await li.go('/');
    await li.press(li.at('.live a').filter({ hasText: zh.script_rescued }));
    equal(await li.at('#body').inputValue(), '断网时写的', 'body');
    equal(await copies(), 0, 'copies');
    equal(await drafts(), before + 1, 'drafts');
  });

  await test('a double tap posts once', async () => {
    await li.go(editor);
    await li.at('#title').fill('只发一次');
    await li.at('#body').fill('正文');
    await Promise.all([li.page.waitForNavigation(), li.at('form.editor [value=post]').dblclick({ noWaitAfter: true })]);
    await li.go('/b/suggestions');
    equal(await li.at('main a').filter({ hasText: '只发一次' }).count(), 1, 'threads');
  });

  await test('posted into a dead link, the text is offered on the way back', async () => {
    li.forgive(/ERR_INTERNET_DISCONNECTED/);
    await li.go(editor);
    await li.at('#title').fill('寄不出去');
    await li.at('#body').fill('写了一个晚上的文章');
    await li.context.setOffline(true);
    await li.at('form.editor [value=post]').click({ noWaitAfter: true });
    await li.page.waitForURL(/chrome-error/).catch(() => {});
    await li.context.setOffline(false);
    await li.go(editor);
    await li.at('.found button').filter({ hasText: zh.script_restore }).click();
    equal(await li.at('#body').inputValue(), '写了一个晚上的文章', 'body');
    equal(await li.at('#title').inputValue(), '寄不出去', 'title');
    await li.press('form.editor [value=post]');
    li.number();
    const left = await li.page.evaluate(() => Object.values(localStorage).filter((copy) => copy.includes('写了一个晚上')));
    equal(left.length, 0, 'copies after posting');
  });

  await test('a copy that is not wanted is thrown away', async () => {
    await li.page.evaluate(() => localStorage.clear());
    await li.go(editor);
    await li.context.setOffline(true);
    await li.at('#body').fill('不要的');
    await status(li.page, zh.script_kept);
    await li.reopen();
    await li.context.setOffline(false);
    await li.go(editor);
    await li.at('.found button').filter({ hasText: zh.script_discard }).click();
    equal(await li.at('#body').inputValue(), '', 'body');
    equal(await li.page.evaluate(() => localStorage.length), 0, 'copies');
  });

  await test('a draft that was changed in two places becomes two', async () => {
    await li.go(editor);
    await li.at('#title').fill('两处');
    await li.at('#body').fill('原来的');
    await saved(li.page);
    const draft = await li.at('[name=draft]').inputValue();
    const other = await li.context.newPage();
    await other.goto(`${server.url}/drafts/${draft}`);
    await other.locator('#body').fill('那边改的');
    await saved(other);
    await li.at('#body').fill('这边改的');
    await status(li.page, zh.script_conflict);
    await clean(li, 'conflict');
    await other.close();
    await li.go('/drafts');
    equal(await li.at('main .drafts a').filter({ hasText: '两处' }).count() >= 2, true, 'two drafts');
  });

  await test('an older token is renewed without a word', async () => {
    await li.go(editor);
    await li.page.evaluate(() => { document.querySelector('form.editor [name=token]').value = 'A'.repeat(43); });
    li.forgive(/status of 409/);
    await li.at('#body').fill('令牌旧了');
    await saved(li.page);
  });

  await test('a floor of another page is found from its anchor', async () => {
    const thread = await li.thread('suggestions', '很长的楼', '第 1 层');
    for (let floor = 2; floor <= 52; floor++) {
      const page = await li.context.request.get(`${server.url}/t/${thread}/reply`);
      const [, token] = /name="token" value="([^"]+)"/.exec(/<main[^]*/.exec(await page.text())[0]);
      const [, op] = /name="op" value="([^"]+)"/.exec(/<main[^]*/.exec(await page.text())[0]);
      await li.context.request.post(`${server.url}/t/${thread}/reply`, {
        form: { token, op, body: `第 ${floor} 层`, do: 'post' }, maxRedirects: 0, headers: { origin: server.url },
      });
    }
    await li.go(`/t/${thread}#52`);
    await li.at('article[id="52"]').waitFor();
    await li.go(`/t/${thread}`);
    await li.page.evaluate(() => { location.hash = '#51'; });
    await li.at('article[id="51"]').waitFor();
  });

  await test('a picture elsewhere is fetched when it is clicked, and not before', async () => {
    const thread = await li.thread('suggestions', '有图', '![水渠](https://pictures.example/canal.png)');
    let asked = 0;
    await li.page.route('https://pictures.example/**', (route) => {
      asked += 1;
      expect(!route.request().headers().referer, 'the picture is told where it is read');
      const dot = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==', 'base64');
      route.fulfill({ contentType: 'image/png', body: dot });
    });
    await li.go(`/t/${thread}`);
    equal(asked, 0, 'asked before the click');
    li.forgive(/asked elsewhere: https:\/\/pictures.example/);
    await li.at('a.image').click();
    await li.at('a.image img').waitFor();
    equal(await li.at('a.image img').getAttribute('alt'), '水渠', 'alternative text');
  });
});
