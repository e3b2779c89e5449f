/* Deciding on several items at once, with a sanction, by two, and after a change; on a phone, with and without JavaScript. */
import { clean, equal, expect, fits, PASSWORD, suite } from './lib.mjs';

const PHONE = { viewport: { width: 360, height: 740 } };

await suite(async ({ test, browser }) => {
  const warden = await browser.person('warden', { role: 'administrator', name: '管理员' });
  const judge = await browser.person('judge', { role: 'moderator', name: '审核员', ...PHONE });
  const li = await browser.person('li', { name: '李华', ...PHONE });
  const plain = await browser.visitor({ javaScriptEnabled: false, ...PHONE });
  await plain.signIn('judge', PASSWORD);

  const leave = async (title, body) => {
    await li.go('/b/guestbook/new');
    await li.send('/b/guestbook/new', { title, body }, '[name=do][value=post]');
    return li.path();
  };
  const items = async (who) => {
    await who.go('/queue');
    return who.page.locator('main .result h2 a').evaluateAll((links) => links.map((link) => link.getAttribute('href')));
  };

  await test('the items of one author stand on one page, and those that are ticked are decided', async () => {
    for (let number = 1; number <= 3; number++) await leave(`第 ${number} 条`, `第 ${number} 条的内容，请看**全文**。`);
    await plain.go((await items(plain))[0]);
    await plain.press('a[href*="/queue/together"]');
    await judge.go(plain.path());
    await clean(judge, 'together');
    await fits(judge, 'together');
    await judge.picture('together');
    equal(await plain.at('[name=item]').count(), 3, 'boxes');
    await plain.at('[name=item]').nth(0).check();
    await plain.at('[name=item]').nth(2).check();
    await plain.at('#reason').selectOption('unclear');
    await plain.at('#words').fill('请写明在哪个村');
    await plain.press('button[value=return]');
    equal((await items(plain)).length, 1, 'left');
    await li.go('/held');
    expect((await li.text()).includes('请写明在哪个村'), await li.text());
  });

  await test('what was mended shows what changed since it was returned', async () => {
    await li.go('/held');
    await li.press(li.page.locator('main a[href^="/held/"]').last());
    const action = await li.page.locator('main form:has(#body)').getAttribute('action');
    await li.send(action, { body: '第 1 条的内容，在东门村，请看**全文**。' });
    const mended = (await items(judge)).at(-1);
    await judge.go(mended);
    expect((await judge.text()).includes('退回之后的改动'), await judge.text());
    await clean(judge, 'mended');
    await fits(judge, 'mended');
    await judge.picture('mended');
  });

  await test('after a change meanwhile the page shows what changed', async () => {
    judge.forgive(/status of 409/, /status of 422/);
    const path = await leave('又一条', '开会的时间是周一。\n\n地点另行通知。');
    await judge.go((await items(judge)).at(-1));
    await li.go(path);
    const action = await li.page.locator('main form:has(#body)').getAttribute('action');
    await li.send(action, { body: '开会的时间是周三。\n\n地点另行通知。' });
    await judge.press('button[value=approve]');
    expect((await judge.text()).includes('您看过之后的改动'), await judge.text());
    await clean(judge, 'changed');
    await judge.picture('changed');
    await judge.press('button[value=approve]');
  });

  await test('a sanction comes with the decision', async () => {
    await leave('广告', '加微信');
    await judge.go((await items(judge)).at(-1));
    await judge.at('summary', { hasText: '处分' }).filter({ hasText: '处分' }).click();
    await judge.at('#sanction').selectOption('warning');
    await judge.at('#reason').selectOption('spam');
    await clean(judge, 'sanction');
    await fits(judge, 'sanction');
    await judge.picture('sanction');
    await judge.press('button[value=remove]');
    await li.go('/decisions');
    expect((await li.text()).includes('警告'), await li.text());
  });

  await test('what names a moderator waits for a second one', async () => {
    await leave('反映情况', '审核员处理不公。');
    expect(!(await items(judge)).length || !(await judge.text()).includes('反映情况'), 'the one named has it');
    const second = await browser.person('second', { role: 'moderator', name: '复核员', ...PHONE });
    await second.go((await items(second)).at(-1));
    await second.at('#reason').selectOption('false');
    await second.press('button[value=remove]');
    expect((await second.page.locator('body').innerText()).includes('等待第二位版主'), 'no word of it');
    await items(warden);
    expect((await warden.text()).includes('等待第二位版主'), await warden.text());
    await warden.go((await items(warden)).at(-1));
    await clean(warden, 'second');
    await warden.picture('second');
    await warden.at('#reason').selectOption('false');
    await warden.press('button[value=remove]');
    await li.go('/held');
    expect((await li.text()).includes('未通过'), await li.text());
  });

  await test('a thread is locked and moved with a reason', async () => {
    const thread = await li.thread('suggestions', '路灯', '东门没有路灯。');
    await judge.go(`/t/${thread}`);
    await judge.at('details.moderation summary').click();
    await judge.press('details.moderation a[href$="/arrange"]');
    await clean(judge, 'arrange');
    await fits(judge, 'arrange');
    await judge.picture('arrange');
    await judge.at('#reason').selectOption('off_topic');
    await judge.press('button[value=lock]');
    await judge.go(`/t/${thread}/move`);
    await clean(judge, 'move');
    await fits(judge, 'move');
    await judge.picture('move');
    await li.go('/notices');
    expect((await li.text()).includes('您的主题已被锁定'), await li.text());
  });
});
