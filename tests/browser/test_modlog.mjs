/* The public log and the heads of days as a reader sees them: on a phone, on a desk, at night, without JavaScript, and on paper. */
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { clean, equal, expect, fits, SCREENSHOTS, suite } from './lib.mjs';

const PHONE = { viewport: { width: 360, height: 720 }, isMobile: true, hasTouch: true };

/* Everything so far happened three days earlier; which the log's proof would find, and no page does. */
const AGE = 'import sqlite3,sys; d=sqlite3.connect(sys.argv[1]); d.execute("UPDATE audit SET time = time - 259200000"); d.commit()';

await suite(async ({ test, browser, server }) => {
  const judge = await browser.person('warden', { role: 'administrator', name: '管理员' });
  const li = await browser.person('li', { role: 'member', name: '李华' });
  const phone = await browser.visitor(PHONE);
  const plain = await browser.visitor({ ...PHONE, javaScriptEnabled: false });
  const english = await browser.visitor({ locale: 'en-US', viewport: { width: 1040, height: 860 } });
  const night = await browser.visitor({ ...PHONE, colorScheme: 'dark' });

  await test('an empty log says so', async () => {
    await phone.go('/modlog');
    expect((await phone.text()).includes('还没有记录'), await phone.text());
    await clean(phone, 'modlog-empty');
    await phone.go('/modlog/heads');
    await clean(phone, 'heads-empty');
  });

  await test('what a moderator did is there for everybody, by boards', async () => {
    const thread = await li.thread('essays', '从“五户联系本”看基层党组织怎样联系群众', '正文');
    await li.reply(thread, '加微信代办各类证件');
    await li.reply(thread, '再发一遍');
    for (const [floor, reason] of [[2, 'spam'], [3, 'duplicate']]) {
      await judge.go(`/t/${thread}`);
      const moderate = await judge.page.locator(`[id="${floor}"] a[href$="/moderate"]`).getAttribute('href');
      await judge.go(moderate);
      await judge.send(moderate, { reason }, '[name=act][value=remove]');
    }
    await phone.go('/modlog');
    expect((await phone.text()).includes('（3 楼）'), await phone.text());
    expect(!(await phone.text()).includes('微信'), 'what was removed is told');
    for (const who of [phone, english, night]) {
      await who.go('/modlog');
      await clean(who, 'modlog');
      await fits(who, 'modlog');
    }
    await phone.picture('modlog-phone');
    await english.picture('modlog-english');
    await night.picture('modlog-night');
  });

  await test('a board is chosen without JavaScript', async () => {
    await plain.go('/modlog');
    await plain.at('#board').selectOption('news');
    await plain.press('form[action="/modlog"] button');
    equal(plain.page.url().split('/modlog')[1], '?board=news');
    expect((await plain.text()).includes('还没有记录'), await plain.text());
    await plain.at('#board').selectOption('essays');
    await plain.press('form[action="/modlog"] button');
    equal(await plain.at('#board').inputValue(), 'essays');
    expect((await plain.text()).includes('（2 楼）'), await plain.text());
  });

  await test('the heads fit a phone, and a sheet of paper', async () => {
    await browser.away(() => execFileSync('/usr/bin/python3', ['-c', AGE, join(server.directory, 'data/forum.db')]));
    for (let tries = 0; tries < 100; tries++) {
      await phone.go('/modlog/heads');
      if (((await phone.text()).match(/luntan-head/g) ?? []).length === 3) break;
      await phone.page.waitForTimeout(100);
    }
    equal(((await phone.text()).match(/luntan-head \d{4}-\d\d-\d\d [0-9a-f]{64}/g) ?? []).length, 3);
    for (const who of [phone, english, night]) {
      await who.go('/modlog/heads');
      await clean(who, 'heads');
      await fits(who, 'heads');
    }
    await phone.picture('heads-phone');
    await english.picture('heads-english');
    mkdirSync(SCREENSHOTS, { recursive: true });
    await english.page.pdf({ path: join(SCREENSHOTS, 'heads.pdf'), format: 'A4' });
    await phone.go('/feeds');
    await fits(phone, 'feeds');
    await phone.picture('feeds-phone');
  });
});
