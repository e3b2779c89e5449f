/*
 * Walking through pages: in both languages and both themes, at 320 and 1280 pixels. Each is looked at by axe in four dresses, in which
 * every pair of language, theme and width occurs (no rule of axe depends on all three), and by its width in all eight.
 */
import { clean, equal, fits } from './lib.mjs';

export const NARROW = { width: 320, height: 640 };
export const WIDE = { width: 1280, height: 900 };

const name = (path) => path.replace(/[^\w]+/g, '-').replace(/^-|-$/g, '') || 'front';

/** Looks at all of them, in one language, theme and width; by their width in the other theme too. */
async function look(who, paths, what) {
  who.forgive(/status of (40[34]|422)/);
  for (const path of paths) {
    await who.go(path);
    await clean(who, what);
    await fits(who, what);
    await who.picture(`${what}-${name(path)}`);
    await who.page.evaluate(() => {
      const { dataset } = document.documentElement;
      dataset.theme = dataset.theme === 'dark' ? 'light' : 'dark';
    });
    await fits(who, `${what}, the other theme`);
  }
}

export async function dress(who, lang, theme) {
  await who.go('/settings');
  if (await who.at('main form[action="/settings"]').count()) {
    await who.send('/settings', { lang });
    await who.go('/settings');
    await who.send('/settings/look', { theme });
  } else {
    await who.send('/settings/look', { lang, theme });
  }
  await who.go('/');
  equal(await who.at('html').getAttribute('lang'), lang === 'zh' ? 'zh-CN' : 'en', 'language');
  equal(await who.at('html').getAttribute('data-theme'), theme, 'theme');
}

const DRESSES = [['zh', 'light', NARROW], ['zh', 'dark', WIDE], ['en', 'light', WIDE], ['en', 'dark', NARROW]];

/** A test for each dress; `walks` are [visitor, paths, as what]. */
export async function walk(test, walks) {
  for (const [lang, theme, size] of DRESSES)
    for (const [who, paths, as] of walks)
      await test(`${as}: pages in ${lang}, ${theme}, at ${size.width} px`, async () => {
        await who.page.setViewportSize(size);
        await dress(who, lang, theme);
        await look(who, paths, `${as}-${lang}-${theme}-${size.width}`);
      });
}
