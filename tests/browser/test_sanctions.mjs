/* Sanctions in a real browser: the moderator's page, and what whoever is muted sees; nothing sticks out on a phone. */
import { clean, equal, expect, fits, suite } from './lib.mjs';

await suite(async ({ test, browser }) => {
  const judge = await browser.person('warden', { role: 'administrator', name: '管理员' });
  const li = await browser.person('li', { role: 'member', name: '李华', viewport: { width: 360, height: 720 }, isMobile: true, hasTouch: true });
  let thread;

  await test('a moderator mutes somebody from a post', async () => {
    thread = await li.thread('essays', '蜂蜜', '自家的蜂蜜，便宜出售');
    await judge.go(`/t/${thread}`);
    await judge.press('a[href="/u/li/sanctions?board=essays"]');
    await clean(judge, 'sanctions');
    await fits(judge);
    equal(await judge.at('#board').inputValue(), 'essays', 'scope');
    await judge.send('/u/li/sanctions', { kind: 'mute', term: '2', unit: 'days', reason: 'spam', words: '请勿发广告' });
    expect((await judge.text()).includes('请勿发广告'), await judge.text());
    await clean(judge, 'sanctions');
    await judge.picture('sanctions');
    await judge.page.setViewportSize({ width: 360, height: 720 });
    await fits(judge);
    await judge.picture('sanctions-phone');
  });

  await test('whoever is muted reads why, until when and how to appeal, above the page and where the form was', async () => {
    li.forgive(/status of 403/);
    await li.go(`/t/${thread}`);
    await clean(li, 'muted thread');
    await fits(li);
    expect((await li.text('aside')).includes('请勿发广告'), await li.text('aside'));
    expect((await li.text()).includes('您目前不能在这里发言'), await li.text());
    await li.picture('muted-thread');
    await li.go(`/t/${thread}/reply`);
    await clean(li, 'muted reply');
    await fits(li);
    await li.picture('muted-reply');
    await li.press('main a[href$="/appeal"]');
    await li.send(new URL(li.page.url()).pathname, { words: '没有发广告' });
    await li.go('/');
    expect((await li.text('aside')).includes('申诉待处理'), await li.text('aside'));
  });

  await test('it is lifted, and the note goes', async () => {
    await judge.go('/u/li/sanctions');
    await judge.at('details.confirm summary').first().click();
    await judge.at('details.confirm [name=words]').first().fill('已改正');
    await judge.press(judge.at('details.confirm button').first());
    await clean(judge, 'lifted');
    await li.go(`/t/${thread}`);
    equal(await li.at('aside').count(), 0, 'notes');
    equal(await li.at('#reply textarea').count(), 1, 'forms');
  });
});
