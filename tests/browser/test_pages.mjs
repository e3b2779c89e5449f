/*
 * Every page for a visitor (the others are in test_pages_inside): no fault that axe knows, nothing that sticks out, in both languages
 * and both themes, at 320 and 1280 pixels and at 400% zoom; light enough for a slow link, and from nowhere else.
 *
 * time limit: 900 s
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { clean, equal, expect, fits, SCREENSHOTS, suite, weight } from './lib.mjs';
import { settle, THREADS } from './town.mjs';
import { dress, NARROW, walk, WIDE } from './walk.mjs';

const PAGE = 50 * 1024;

await suite(async ({ test, server, browser }) => {
  const { lihua: li } = await settle(browser);
  const visitor = await browser.visitor();
  const essay = THREADS[1].id;

  const open = ['/', '/b/essays', '/b/essays?featured=1', '/b/guestbook', '/b/station', `/t/${essay}`, `/t/${essay}/all`, '/help',
                '/login', '/register', '/reset', '/settings', '/u/lihua', '/p/1/revisions', '/b/guestbook/new', '/b/none', '/t/999999',
                '/search', '/search?q=%E5%85%9A', '/search?q=-x', '/search?q=%E9%BA%92%E9%BA%9F', '/feeds'];
  const own = ['/', '/b/essays', `/t/${essay}`, `/t/${essay}/reply?to=2`, '/b/essays/new', '/notices', '/settings', '/search?q=%E5%85%9A'];
  await walk(test, [[visitor, open, 'visitor']]);

  await test('without a choice, the page follows the browser', async () => {
    const other = await browser.visitor({ locale: 'en-GB', colorScheme: 'dark' });
    await other.go('/');
    equal(await other.at('html').getAttribute('lang'), 'en', 'language');
    const dark = await other.page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    await other.page.emulateMedia({ colorScheme: 'light' });
    const light = await other.page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    expect(dark !== light, 'the theme does not follow');
    await clean(other);
  });

  await test('enlarged four times nothing is cut off and nothing scrolls sideways', async () => {
    const near = await browser.visitor({ viewport: { width: 320, height: 256 }, deviceScaleFactor: 4 });
    for (const path of ['/', '/b/essays', `/t/${essay}`, '/login', '/help']) {
      await near.go(path);
      await fits(near, '400%');
    }
  });

  await test('text spaced out as WCAG 1.4.12 wants still fits', async () => {
    await visitor.page.setViewportSize(NARROW);
    for (const path of ['/', '/b/essays', `/t/${essay}`, '/login']) {
      await visitor.go(path);
      await visitor.page.evaluate(() => {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }
          p { margin-bottom: 2em !important }`);
        document.adoptedStyleSheets = [sheet];
      });
      await fits(visitor, 'spaced');
    }
  });

  await test('targets are large enough for a thumb', async () => {
    const phone = await browser.visitor({ hasTouch: true, isMobile: true, viewport: NARROW });
    for (const path of ['/', '/b/essays', `/t/${essay}`, '/login']) {
      await phone.go(path);
      const small = await phone.page.evaluate(() => [...document.querySelectorAll('button, .button, input, select, textarea, summary')]
        .filter((element) => element.checkVisibility() && !element.closest('.choice'))
        .filter((element) => element.getBoundingClientRect().height < 43.5)
        .map((element) => `${element.outerHTML.slice(0, 100)} ${element.getBoundingClientRect().height}`));
      equal(small.join('\n'), '', path);
    }
  });

  await test('every page weighs less than 50 KB with all that it needs', async () => {
    for (const [who, paths] of [[await browser.visitor(), open.slice(0, 8)], [li, own]])
      for (const path of paths) {
        const bytes = await weight(who, path);
        expect(bytes > 1000 && bytes < PAGE, `${path}: ${bytes} bytes`);
      }
  });

  await test('by keyboard alone: past the menu, into a board, a thread, and an answer', async () => {
    const who = li;
    await who.page.setViewportSize(WIDE);
    await dress(who, 'zh', 'light');
    const press = (key) => who.page.keyboard.press(key);
    const focused = (selector) => who.page.evaluate((wanted) => document.activeElement.matches(wanted), selector);
    const walk = async (selector) => {
      for (let steps = 0; !await focused(selector); steps++) {
        expect(steps < 120, `the focus never comes to ${selector}`);
        await press('Tab');
        const seen = await who.page.evaluate(() => {
          const { activeElement } = document;
          const style = getComputedStyle(activeElement);
          return activeElement === document.body || style.outlineStyle !== 'none' || style.boxShadow !== 'none';
        });
        expect(seen, 'a focus that is not seen');
      }
    };
    await who.go('/');
    await press('Tab');
    await press('Enter');
    equal(await who.page.evaluate(() => document.activeElement.id), 'main', 'skipped to');
    await walk('a[href="/b/essays"]');
    await Promise.all([who.page.waitForURL('**/b/essays'), press('Enter')]);
    await walk(`a[href^="/t/${essay}"]`);
    await Promise.all([who.page.waitForURL(`**/t/${essay}**`), press('Enter')]);
    await walk('textarea[name=body]');
    await who.page.keyboard.type('用键盘写的回复');
    await walk('main form.editor button[type=submit].button-primary, section.reply button[type=submit].button-primary');
    await Promise.all([who.page.waitForNavigation(), press('Enter')]);
    expect((await who.text()).includes('用键盘写的回复'), 'not posted');
  });

  await test('motion is spared for whom it troubles', async () => {
    const calm = await browser.visitor({ reducedMotion: 'reduce' });
    await calm.go('/');
    equal(await calm.page.evaluate(() => [...document.querySelectorAll('*')].filter((element) => {
      const style = getComputedStyle(element);
      return parseFloat(style.transitionDuration) > 0.01 || parseFloat(style.animationDuration) > 0.01;
    }).length), 0, 'moving elements');
  });

  await test('a thread is printed as text: title, floors and writers, no tools', async () => {
    await visitor.go(`/t/${essay}/all`);
    mkdirSync(SCREENSHOTS, { recursive: true });
    const file = join(SCREENSHOTS, 'print.pdf');
    await visitor.page.pdf({ path: file, format: 'A4' });
    const text = execFileSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' });
    for (const part of ['把支部会开到院子里', '会上没有人说话', '王芳']) expect(text.includes(part), `not printed: ${part}`);
    for (const part of ['登录', '注册']) expect(!text.includes(part), `printed: ${part}`);
  });

  await test('icons are there', async () => {
    for (const path of ['/favicon.ico', '/icon.svg', '/apple-touch-icon.png', '/icon-512.png', '/manifest.webmanifest']) {
      const answer = await visitor.context.request.get(server.url + path);
      equal(answer.status(), 200, path);
    }
    await visitor.go('/help');
    equal(await visitor.page.evaluate(async () => {
      const icon = Object.assign(new Image(), { src: '/icon-512.png' });
      await icon.decode();
      return icon.naturalWidth;
    }), 512, 'width');
  });
});
