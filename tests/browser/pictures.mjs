/* Makes the README's pictures: `docs/pictures`. A town writes to itself, and Chromium looks. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { Browser, LAUNCH, ROOT, Server } from './lib.mjs';
import { settle, THREADS } from './town.mjs';

const IMAGES = join(ROOT, 'docs/images');
const PHONE = { viewport: { width: 375, height: 720 }, deviceScaleFactor: 1.5, isMobile: true, hasTouch: true };
const DESK = { viewport: { width: 1040, height: 860 } };

const server = await Server.start('--boards', join(ROOT, 'etc/boards'));
const browser = new Browser(await chromium.launch(LAUNCH), server);

async function take(who, name) {
  await who.page.mouse.move(0, 0);
  await who.page.screenshot({ path: join(IMAGES, `${name}.png`) });
}

/** Wang Fang's browser, once more, at another size. */
async function wang(options, theme) {
  const who = await browser.visitor(options);
  await who.signIn('wangfang');
  await who.go('/settings');
  await who.send('/settings/look', { theme });
  return who;
}

try {
  mkdirSync(IMAGES, { recursive: true });
  await settle(browser);
  const essay = THREADS[1].id;

  const desk = await wang(DESK, 'light');
  await desk.go('/');
  await take(desk, 'front');
  await desk.go(`/t/${essay}`);
  await take(desk, 'thread');

  const phone = await wang(PHONE, 'light');
  await phone.go('/b/essays');
  await take(phone, 'phone-board');
  await phone.go(`/t/${essay}/reply?to=2`);
  await phone.at('#body').fill('我们村也准备试一试“五户联系本”。\n\n先从三个小组开始，下个月把情况写上来。');
  await phone.page.waitForFunction(() => document.querySelector('form.editor .status').textContent.includes('已保存'));
  await phone.at('#body').blur();
  await phone.at('form.editor .status').evaluate((status) => status.scrollIntoView({ block: 'end' }));
  await take(phone, 'phone-editor');

  const night = await wang(PHONE, 'dark');
  await night.go(`/t/${essay}`);
  await take(night, 'phone-thread-dark');
} finally {
  await browser.chromium.close();
  await server.end();
}
