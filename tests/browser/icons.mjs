// Draws the icons that must be pixels from server/web/assets/icon.svg, by Chromium: `node tests/browser/icons.mjs`.
import { readFileSync, writeFileSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { LAUNCH } from './lib.mjs';

const ASSETS = new URL('../../server/web/assets/', import.meta.url);
const drawing = readFileSync(new URL('icon.svg', ASSETS), 'utf8');

/** An icon file around one PNG, as browsers since 2007 read it: a header of six bytes, a row of sixteen, the picture. */
function icon(png, size) {
  const head = Buffer.alloc(22);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(1, 4);
  head.writeUInt8(size, 6);
  head.writeUInt8(size, 7);
  head.writeUInt16LE(1, 10);
  head.writeUInt16LE(32, 12);
  head.writeUInt32LE(png.length, 14);
  head.writeUInt32LE(head.length, 18);
  return Buffer.concat([head, png]);
}

const browser = await chromium.launch(LAUNCH);
const page = await browser.newPage();
async function draw(size, svg = drawing) {
  await page.setViewportSize({ width: size, height: size });
  await page.setContent(`<style>*{margin:0}svg{display:block;width:${size}px}</style>${svg}`);
  return page.screenshot({ omitBackground: true });
}
// Phones cut the corners of these themselves.
const square = drawing.replace(' rx="14"', '');
writeFileSync(new URL('favicon.ico', ASSETS), icon(await draw(32), 32));
writeFileSync(new URL('apple-touch-icon.png', ASSETS), await draw(180, square));
writeFileSync(new URL('icon-512.png', ASSETS), await draw(512));
await browser.close();
