/*
 * Walking through pages: in both languages and both themes, at 320 and 1280 pixels, each is looked at by axe and by its width.
 */
import { clean, equal, fits } from './lib.mjs';

export const NARROW = { width: 320, height: 640 };
export const WIDE = { width: 1280, height: 900 };

const name = (path) => path.replace(/[^\w]+/g, '-').replace(/^-|-$/g, '') || 'front';

/** Looks at all of them, in one language, theme and width. */
async function look(who, paths, what) {
  who.forgive(/status of (40[34]|422)/);
  for (const path of paths) {
    await who.go(path);
    await clean(who, what);
    await fits(who, what);
    await who.picture(`${what}-${name(path)}`);
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

/** A test for each language, theme and width; `walks` are [visitor, paths, as what]. */
export async function walk(test, walks) {
  for (const lang of ['zh', 'en'])
    for (const theme of ['light', 'dark'])
      for (const [size, width] of [[NARROW, 320], [WIDE, 1280]])
        for (const [who, paths, as] of walks)
          await test(`${as}: pages in ${lang}, ${theme}, at ${width} px`, async () => {
            await who.page.setViewportSize(size);
            await dress(who, lang, theme);
            await look(who, paths, `${as}-${lang}-${theme}-${width}`);
          });
}
