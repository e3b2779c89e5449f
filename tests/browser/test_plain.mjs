/* Everything without JavaScript: reading, signing up, writing by preview and draft, answering, correcting, settings, leaving. */
import { equal, expect, fits, suite, words } from './lib.mjs';

await suite(async ({ test, browser }) => {
  const li = await browser.visitor({ javaScriptEnabled: false, viewport: { width: 320, height: 568 } });
  const { zh } = words;
  let thread;

  const post = 'form.editor [name=do][value=post]';

  await test('signing up', async () => {
    await li.go('/');
    await li.press('header a[href^="/register"]');
    await li.send('/register', { handle: 'li', name: '李华', password: 'correct horse battery staple' });
    await li.go('/settings');
    expect((await li.text()).includes('@li'), 'not signed in');
  });

  await test('a preview keeps what was typed, as a draft too', async () => {
    await li.go('/b/suggestions/new');
    await li.send('/b/suggestions/new', { title: '修一条路', tags: '道路，村组', body: '**请看** 地图' }, '[value=preview]');
    equal(await li.at('.preview strong').innerText(), '请看', 'preview');
    equal(await li.at('#body').inputValue(), '**请看** 地图', 'typed');
    await fits(li, 'preview');
    await li.picture('plain-preview');
    await li.go('/drafts');
    expect((await li.text()).includes('修一条路'), 'no draft');
    await li.press('main .drafts .actions a');
    equal(await li.at('#title').inputValue(), '修一条路', 'title');
  });

  await test('posting', async () => {
    await li.press(post);
    thread = li.number();
    expect((await li.text('h1')).includes('修一条路'), 'title');
    await li.go('/drafts');
    expect(!(await li.text()).includes('修一条路'), 'the draft is left');
  });

  await test('answering on the page itself', async () => {
    await li.go(`/t/${thread}`);
    await li.send(`/t/${thread}/reply`, { body: '自己再补一句' }, 'button.button-primary');
    equal(await li.at('article').count(), 2, 'posts');
  });

  await test('answering a floor, with its words quoted', async () => {
    await li.press(`article[id="1"] a[href*="quote=1"]`);
    expect((await li.at('#body').inputValue()).includes('> '), 'no quotation');
    await li.at('#body').fill(`${await li.at('#body').inputValue()}\n同意。`);
    await li.press(post);
    equal(await li.at('article[id="3"] blockquote').count(), 1, 'quotation');
  });

  await test('correcting and deleting', async () => {
    await li.press('article[id="2"] a[href$="/edit"]');
    await li.at('#body').fill('自己再补两句');
    await li.press(post);
    expect((await li.text('article[id="2"]')).includes('两句'));
    await li.press('article[id="3"] a[href$="/delete"]');
    await li.press('main form button.button-danger');
    await li.go(`/t/${thread}`);
    equal(await li.at('article[id="3"] .tombstone').count(), 1, 'tombstone');
  });

  await test('a form that is refused comes again with what was typed and what was wrong', async () => {
    li.forgive(/status of 4\d\d/);
    await li.go('/b/suggestions/new');
    await li.send('/b/suggestions/new', { title: '字'.repeat(121), body: '很长的正文' }, '[value=post]');
    equal(await li.at('#title').getAttribute('aria-invalid'), 'true', 'invalid');
    equal(await li.at('#body').inputValue(), '很长的正文', 'typed');
  });

  await test('settings and leaving', async () => {
    await li.go('/settings');
    await li.send('/settings', { lang: 'en' });
    await li.go('/');
    equal(await li.at('html').getAttribute('lang'), 'en', 'language');
    await li.go('/settings');
    await li.press('main form[action="/logout"] button');
    await li.go('/drafts');
    expect(li.path().startsWith('/login'), li.path());
    expect(Object.keys(zh).length > 0);
  });
});
