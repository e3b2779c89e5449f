/* What people raise, and figures of moderation, in a browser: marked, gathered, printed; on a phone and on a desk, in both languages. */
import { clean, equal, expect, fits, suite } from './lib.mjs';

const DESK = { viewport: { width: 1100, height: 900 } };

await suite(async ({ test, browser }) => {
  const admin = await browser.person('warden', { role: 'administrator', name: '管理员' });
  const judge = await browser.person('judge', { role: 'moderator', name: '王版主', viewport: { width: 360, height: 740 } });
  const li = await browser.person('li', { name: '李华', role: 'member' });
  const threads = [];
  for (const [board, title, body] of [
    ['suggestions', '村里的年轻干部留不住', '三年换了两任书记，年轻人一考上公务员就走了。能不能让村干部也有上升的路？'],
    ['suggestions', '外出党员的组织生活怎么过', '在东莞打工，党支部在老家，一年回不来几次。'],
    ['reflections', '想请懂蘑菇的技术员来', '合作社办起来了，缺人指导。'],
  ]) threads.push(await li.thread(board, title, body));
  await judge.reply(threads[0], '请说说是哪些岗位。');
  await li.reply(threads[0], '主要是**会计**和[文书](https://example.org/)。');

  const posts = async (thread) => {
    await judge.go(`/t/${thread}`);
    return judge.page.$$eval('a[href$="/moderate"]', (links) => links.map((link) => link.getAttribute('href').replace('/moderate', '')));
  };
  const mark = async (path, kind, words) => {
    await judge.go(`${path}/moderate`);
    await judge.send(`${path}/concern`, { kind, words });
  };

  await test('a post is marked on the page where it is moderated', async () => {
    const marked = await posts(threads[0]);
    await judge.go(`${marked[0]}/moderate`);
    await clean(judge, 'moderate');
    await fits(judge);
    await mark(marked[0], 'cadre', '村干部的待遇和出路，请基层办阅');
    expect((await judge.text()).includes('已标记'), await judge.text());
    await mark(marked.at(-1), 'cadre', '');
    await mark((await posts(threads[1]))[0], 'organization', '');
    await mark((await posts(threads[2]))[0], 'talent', '联系农业局的专家服务团');
    await judge.go(`${marked[0]}/moderate`);
    equal(await judge.at('#concern-kind').inputValue(), 'cadre', 'kind');
    await judge.picture('concern-form');
  });

  await test('the digest reads well on a phone, on a desk, and in English', async () => {
    await judge.go('/digest');
    equal(await judge.at('.raised').count(), 3, 'threads');
    equal(await judge.at('.said > li').count(), 4, 'posts');
    await clean(judge, 'digest');
    await fits(judge);
    await judge.picture('digest-phone');
    const desk = await browser.visitor({ ...DESK, locale: 'en-US', javaScriptEnabled: false });
    await desk.signIn('judge');
    await desk.go('/settings');
    await desk.send('/settings', { lang: 'en' });
    await desk.go('/digest?period=month');
    await desk.picture('digest-desk');
    expect((await desk.text()).includes('What people raised'), await desk.text());
  });

  await test('it is printed without what surrounds it, and with addresses', async () => {
    await judge.page.emulateMedia({ media: 'print' });
    expect(!(await judge.at('.masthead').isVisible()) && !(await judge.at('nav.order').isVisible()), 'the frame is printed');
    expect(await judge.at('.on-paper').first().isVisible(), 'no address');
    const pdf = await judge.page.pdf({ format: 'A4', path: process.env.LUNTAN_PDF });
    expect(pdf.length > 1000 && pdf.subarray(0, 5).toString() === '%PDF-', 'no PDF');
    await judge.page.emulateMedia({ media: 'screen' });
  });

  await test('figures of moderation', async () => {
    judge.forgive(/status of 404/);
    const marked = await posts(threads[0]);
    await judge.go(`${marked[0]}/moderate`);
    await judge.at('#reason').selectOption('spam');
    await judge.press('button[value="hide"]');
    await judge.go(`${marked[0]}/moderate`);
    await judge.press('button[value="restore"]');
    await li.go('/b/guestbook/new');
    for (const title of ['介绍信', '组织关系']) {
      await li.go('/b/guestbook/new');
      await li.send('/b/guestbook/new', { title, body: '怎么办？' }, '[name=do][value=post]');
    }
    await judge.go('/queue/next');
    await judge.press('button[value="approve"]');
    await judge.go('/queue/figures');
    await clean(judge, 'figures');
    await fits(judge);
    await judge.picture('figures-phone');
    equal(await judge.at('#boards').count(), 0, 'boards shown to a moderator');
    await admin.go('/queue/figures?days=7');
    await clean(admin, 'all figures');
    await fits(admin);
    await admin.picture('figures-all-phone');
    const desk = await browser.visitor({ ...DESK, colorScheme: 'dark' });
    await desk.signIn('warden');
    await desk.go('/queue/figures');
    await clean(desk, 'dark');
    await desk.picture('figures-all-desk');
    await judge.go('/queue');
    await clean(judge, 'queue');
    await fits(judge);
    await judge.picture('queue-links');
  });
});
