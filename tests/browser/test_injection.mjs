/* Scripts in every field that people can write, and in every address: shown as what they are, never run. */
import { equal, expect, suite } from './lib.mjs';

const EVIL = [
  '<script>window.pwned=1</script>',
  '"><img src=x onerror=window.pwned=1>',
  "'><svg onload=window.pwned=1>",
  '</textarea></title><script>window.pwned=1</script>',
  'javascript:window.pwned=1',
];
const BODY = `${EVIL.join('\n\n')}

[one](javascript:window.pwned=1) [two](\u0001javascript:window.pwned=1) [three](data:text/html,<script>window.pwned=1</script>)
![pic](javascript:window.pwned=1) <javascript:window.pwned=1> <a href="javascript:window.pwned=1">raw</a>
[four]: javascript:window.pwned=1 "t"
[four] [^n] \`<script>window.pwned=1</script>\`

[^n]: <img src=x onerror=window.pwned=1>

| <script>window.pwned=1</script> | b |
|---|---|
| <img src=x onerror=window.pwned=1> | \`|\` |

# <svg onload=window.pwned=1>
`;

await suite(async ({ test, browser }) => {
  const admin = await browser.person('warden', { role: 'administrator', name: EVIL[1].slice(0, 60) });
  const li = await browser.person('li', { name: EVIL[0].slice(0, 60) });
  const paths = [];

  /** Looks at a page and clicks what could be clicked. */
  async function harmless(who, path) {
    who.forgive(/status of 4\d\d/);
    await who.go(path);
    await who.page.evaluate(() => document.querySelectorAll('details').forEach((element) => { element.open = true; }));
    equal(await who.page.evaluate(() => window.pwned), undefined, `pwned by ${path}`);
    const wrong = await who.page.evaluate(() => [...document.querySelectorAll('*')].filter((element) =>
      [...element.attributes].some(({ name, value }) => name.startsWith('on') ||
        (/^(href|src|action|formaction)$/.test(name) && /^[\s\u0001]*(javascript|data|vbscript):/i.test(value))) ||
      (element.tagName === 'SCRIPT' && !element.src)).map((element) => element.outerHTML.slice(0, 200)));
    equal(wrong.join('\n'), '', path);
  }

  await test('titles, tags and texts', async () => {
    for (const evil of EVIL) {
      const thread = await li.thread('suggestions', evil, BODY, { tags: evil.slice(0, 20) });
      await admin.reply(thread, BODY);
      paths.push(`/t/${thread}`, `/t/${thread}/all`, `/t/${thread}/posts`, `/t/${thread}/reply?to=1&quote=1`);
    }
    await li.go(`${paths[0]}`);
    await li.press('article[id="1"] a[href$="/edit"]');
    paths.push(li.path());
    await li.send(await li.at('form.editor').getAttribute('action'), { body: `${BODY}${BODY}`, title: EVIL[2] }, '[value=post]');
    paths.push('/p/1/revisions', '/p/1/revisions/2', '/', '/b/suggestions', '/notices', '/u/li', '/u/warden');
    for (const path of paths) await harmless(li, path);
  });

  await test('drafts and previews', async () => {
    await li.go('/b/suggestions/new');
    await li.at('#title').fill(EVIL[3]);
    await li.at('#body').fill(BODY);
    await li.at('form.editor [value=preview]').click();
    await li.at('.preview table').waitFor();
    equal(await li.page.evaluate(() => window.pwned), undefined, 'pwned by the preview');
    await li.press('form.editor [value=draft]');
    await harmless(li, '/drafts');
  });

  await test('names, boards and units', async () => {
    await li.go('/settings');
    await li.send('/settings', { name: EVIL[2] });
    await admin.go('/admin/boards');
    await admin.send('/admin/boards', { slug: 'evil', name: EVIL[1], name_en: EVIL[2], about: EVIL[3], about_en: EVIL[0] });
    await admin.go('/admin/accounts/li');
    await admin.send('/admin/accounts/li', { unit: EVIL[1] });
    for (const path of ['/', '/b/evil', '/b/evil/new', '/admin/boards', '/admin/boards/evil', '/admin/accounts', '/admin/accounts/li',
                        '/u/li', paths[0]])
      await harmless(admin, path);
  });

  await test('addresses and forms that are refused', async () => {
    const visitor = await browser.visitor();
    for (const evil of EVIL) {
      const part = encodeURIComponent(evil);
      for (const path of [`/login?to=${part}`, `/register?invite=${part}&to=${part}`, `/b/${part}`, `/t/1?from=${part}`,
                          `/b/suggestions?after=${part}`,
                          `/u/${part}`, `/${part}`, `/reset?x=${part}`])
        await harmless(visitor, path);
      await visitor.go('/login');
      await visitor.send('/login', { handle: evil.slice(0, 32), password: 'x' });
      equal(await visitor.page.evaluate(() => window.pwned), undefined, 'pwned by a refused form');
    }
  });

  await test('a way back leads nowhere else', async () => {
    for (const to of ['https://evil.example/', '//evil.example/', '/\\evil.example', '\\/evil.example',
                      '/%0d%0aLocation:%20https://evil.example', '/\t/evil.example']) {
      const visitor = await browser.visitor();
      await visitor.go(`/login?to=${encodeURIComponent(to)}`);
      await visitor.send('/login', { handle: 'li', password: 'correct horse battery staple' });
      expect(visitor.page.url().startsWith(`${visitor.server.url}/`), visitor.page.url());
      await visitor.context.close();
    }
  });
});
