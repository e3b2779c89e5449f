/*
 * A real luntand and a real Chromium, for tests of what people see: TAP on standard output, no waiting by sleeping.
 *
 *     await suite(async ({ test, server, browser }) => {
 *       const li = await browser.person('li');
 *       await test('li reads', async () => { await li.go('/'); await clean(li); });
 *     });
 *
 * Whoever looks at a page here is a Visitor: a browser's context of its own with one page. What a page must never do (an error in
 * its script, something that its policy forbids, a request to another place) is counted as it happens, and fails that test.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const SCREENSHOTS = join(ROOT, 'build/screenshots');
export const PASSWORD = 'correct horse battery staple';
const PATIENCE = 30000;
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export const LAUNCH = {
  executablePath: '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
         '--disable-component-update', '--disable-sync'],
};

/* ---- expectations ---- */

export function expect(condition, words = 'it does not hold') {
  if (!condition) throw new Error(words);
}

export function equal(got, wanted, what = 'value') {
  expect(got === wanted, `${what}: got ${JSON.stringify(got)}, wanted ${JSON.stringify(wanted)}`);
}

/** Words of the pages, as the program has them: words.zh.sign_up. */
export const words = { zh: {}, en: {} };
const ROW = /^\s*WORDS\((\w+),\s*("(?:[^"\\]|\\.)*"),\s*("(?:[^"\\]|\\.)*")\)/gm;
for (const file of readdirSync(join(ROOT, 'server/web/words')))
  for (const [, name, zh, en] of readFileSync(join(ROOT, 'server/web/words', file), 'utf8').matchAll(ROW)) {
    words.zh[name] = JSON.parse(zh);
    words.en[name] = JSON.parse(en);
  }

/* ---- the server ---- */

export class Server {
  /** Starts one over a directory of its own and waits for its line `ready ADDRESS:PORT`. */
  static async start(...options) {
    const server = new Server();
    server.directory = mkdtempSync(join(tmpdir(), 'luntand-'));
    server.options = options;
    await server.run(0);
    return server;
  }

  async run(port) {
    const build = process.env.LUNTAN_BUILD ?? join(ROOT, 'build/release');
    this.log = [];
    this.process = spawn(join(build, 'luntand'), ['--data', join(this.directory, 'data'), '--listen', `127.0.0.1:${port}`,
                                                  '--rate-limits', 'off', ...this.options], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.ended = once(this.process, 'exit');
    createInterface(this.process.stderr).on('line', (line) => this.log.push(line));
    for await (const line of createInterface(this.process.stdout)) {
      const [word, rest] = line.split(' ');
      if (word === 'invitation') this.invitation = rest;
      if (word === 'ready') {
        this.port = Number(rest.split(':').pop());
        this.url = `https://127.0.0.1:${this.port}`;
        this.process.stdout.resume();
        return;
      }
    }
    throw new Error(`luntand did not start:\n${this.log.join('\n')}`);
  }

  async stop(signal = 'SIGTERM') {
    this.process.kill(signal);
    await this.ended;
  }

  /** Ends it, does something while it is away, and starts it again where it was. */
  async away(act) {
    await this.stop();
    try {
      await act?.();
    } finally {
      await this.run(this.port);
    }
  }

  async end() {
    await this.stop('SIGKILL');
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/* ---- who looks ---- */

export class Visitor {
  constructor(context, page, server) {
    Object.assign(this, { context, page, server, faults: [], forgiven: [] });
    context.on('page', (other) => this.watch(other));
    this.watch(page);
  }

  watch(page) {
    page.setDefaultTimeout(PATIENCE);
    page.on('pageerror', (error) => this.faults.push(`the script failed: ${error.stack}`));
    page.on('console', (message) => {
      if (message.type() === 'error') this.faults.push(`${message.text()} (${message.location().url})`);
    });
    page.on('request', (request) => {
      const url = request.url();
      if (!url.startsWith(`${this.server.url}/`) && !/^(data|about|blob|chrome-error):/.test(url))
        this.faults.push(`asked elsewhere: ${url}`);
    });
  }

  /** Faults that are meant to happen here. */
  forgive(...patterns) {
    this.forgiven.push(...patterns);
  }

  check() {
    const faults = this.faults.filter((fault) => !this.forgiven.some((pattern) => pattern.test(fault)));
    this.faults = [];
    expect(!faults.length, faults.join('\n'));
  }

  /** Closes the tab and opens another one in the same browser. */
  async reopen() {
    await this.page.close();
    this.page = await this.context.newPage();
  }

  go(path) {
    return this.page.goto(this.server.url + path);
  }

  path() {
    const { pathname, search, hash } = new URL(this.page.url());
    return pathname + search + hash;
  }

  at(selector) {
    return this.page.locator(selector);
  }

  text(selector = 'main') {
    return this.page.locator(selector).first().innerText();
  }

  /** Fills fields by their names in the form that posts to `action`, and sends it by the button that fits. */
  async send(action, fields = {}, button = 'button[type=submit]') {
    const form = this.page.locator(`main form[action="${action}"]`).first();
    for (const [name, value] of Object.entries(fields)) {
      const field = form.locator(`[name="${name}"]`).first();
      if (await field.evaluate((element) => element.tagName) === 'SELECT') await field.selectOption(value);
      else if (await field.evaluate((element) => ['radio', 'checkbox'].includes(element.type)))
        await form.locator(`[name="${name}"][value="${value}"]`).check();
      else await field.fill(value);
    }
    await this.press(form.locator(button).last());
  }

  /** Clicks what leads to another page, and waits for that. */
  async press(locator) {
    await Promise.all([this.page.waitForNavigation(), (typeof locator === 'string' ? this.at(locator) : locator).click()]);
  }

  async picture(name) {
    mkdirSync(SCREENSHOTS, { recursive: true });
    await this.page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage: true });
  }

  async signUp(handle, invitation, name = '') {
    await this.go(`/register${invitation ? `?invite=${invitation}` : ''}`);
    await this.send('/register', { handle, name, password: PASSWORD });
    this.handle = handle;
    expect(await this.at('body[data-account]').count(), `${handle} is not signed in: ${await this.text()}`);
    return this;
  }

  async signIn(handle, password = PASSWORD, fields = {}) {
    await this.go('/login');
    await this.send('/login', { handle, password, ...fields });
    this.handle = handle;
    return this;
  }

  /** Starts a thread and returns its number. */
  async thread(board, title, body, fields = {}) {
    await this.go(`/b/${board}/new`);
    await this.send(`/b/${board}/new`, { title, body, ...fields }, '[name=do][value=post]');
    return this.number();
  }

  /** The thread's number on whose page this is. */
  number() {
    const found = /^\/t\/(\d+)/.exec(this.path());
    expect(found, `not on a thread's page but ${this.path()}: ${this.page.url()}`);
    return Number(found[1]);
  }

  async reply(thread, body) {
    await this.go(`/t/${thread}/reply`);
    await this.send(`/t/${thread}/reply`, { body }, '[name=do][value=post]');
  }
}

/* ---- the browser ---- */

export class Browser {
  constructor(chromium, server) {
    Object.assign(this, { chromium, server, visitors: [] });
  }

  /** A browser that was never here. `options` as of a context of playwright. */
  async visitor(options = {}) {
    const context = await this.chromium.newContext({
      ignoreHTTPSErrors: true, locale: 'zh-CN', timezoneId: 'Asia/Shanghai', viewport: { width: 390, height: 844 }, ...options,
    });
    const visitor = new Visitor(context, await context.newPage(), this.server);
    this.visitors.push(visitor);
    return visitor;
  }

  /** Somebody with a new account of this role, signed in. The first to ask for an invitation makes the administrator. */
  async person(handle, { role = 'citizen', name, ...options } = {}) {
    const visitor = await this.visitor(options);
    const first = role === 'administrator' && !this.admin;
    const invitation = first ? this.server.invitation : role === 'citizen' ? '' : await this.invite(role);
    await visitor.signUp(handle, invitation, name);
    if (first) this.admin = visitor;
    return visitor;
  }

  async invite(role) {
    if (!this.admin) await this.person('warden', { role: 'administrator', name: '管理员' });
    await this.admin.go('/admin/invite');
    await this.admin.send('/admin/invite', { role });
    return (await this.admin.text('code.secret')).trim();
  }

  /** The server ends, something is done while it is away, and it comes back. Whoever is here may notice. */
  async away(act) {
    const noticed = [/ERR_(CONNECTION_\w+|INCOMPLETE_CHUNKED_ENCODING|EMPTY_RESPONSE|NETWORK_CHANGED)/, /status of 503/];
    this.visitors.forEach((visitor) => visitor.forgive(...noticed));
    await this.server.away(act);
  }

  check() {
    const problems = this.visitors.flatMap((visitor) => {
      try {
        visitor.check();
        return [];
      } catch (error) {
        return [`${visitor.handle ?? 'a visitor'}: ${error.message}`];
      }
    });
    expect(!problems.length, problems.join('\n'));
  }
}

/* ---- what every page must be ---- */

/** No fault that axe finds against WCAG 2.2 AA and what it holds for good practice. */
export async function clean({ page }, what = '') {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  expect(!violations.length, violations.map((found) =>
    `${what} ${new URL(page.url()).pathname} ${found.id}: ${found.help}\n` +
    found.nodes.slice(0, 5).map(({ html, failureSummary }) =>
      `    ${html.slice(0, 300)}\n      ${failureSummary.replace(/\n/g, ' ')}`).join('\n')).join('\n'));
}

/** Nothing sticks out to the side. */
export async function fits({ page }, what = '') {
  const wide = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    const out = (element) => element.getBoundingClientRect().right > clientWidth + 1;
    return scrollWidth > clientWidth
      ? `${scrollWidth} > ${clientWidth}: ${[...document.body.querySelectorAll('*')].filter(out).slice(0, 5)
        .map((element) => element.outerHTML.slice(0, 160)).join(' | ')}`
      : '';
  });
  expect(!wide, `${what} ${new URL(page.url()).pathname} is too wide: ${wide}`);
}

/** Bytes over the wire for a page and all that it asks for, nothing of it kept from before. */
export async function weight(visitor, path) {
  const session = await visitor.context.newCDPSession(visitor.page);
  let bytes = 0;
  await session.send('Network.enable');
  await session.send('Network.setCacheDisabled', { cacheDisabled: true });
  session.on('Network.loadingFinished', (event) => { bytes += event.encodedDataLength; });
  await visitor.page.goto(visitor.server.url + path, { waitUntil: 'load' });
  await visitor.page.evaluate(() => document.fonts.ready);
  await session.detach();
  return bytes;
}

/* ---- running tests ---- */

/** Runs `body` with a server and a browser, prints TAP, and ends the program. */
export async function suite(body, ...options) {
  let count = 0, failed = 0, server, browser;

  function report(name, problem) {
    count += 1;
    failed += problem ? 1 : 0;
    console.log(`${problem ? 'not ok' : 'ok'} ${count} - ${name}`);
    for (const line of (problem?.stack ?? '').split('\n').filter(Boolean)) console.log(`# ${line}`);
  }

  async function test(name, act) {
    try {
      await act();
      browser.check();
      report(name);
    } catch (error) {
      browser.visitors.forEach((visitor) => { visitor.faults = []; });
      report(name, error);
    }
  }

  try {
    server = await Server.start(...options);
    browser = new Browser(await chromium.launch(LAUNCH), server);
    await body({ test, server, browser });
  } catch (error) {
    report('what comes before the tests', error);
  }
  const end = server?.process.signalCode ?? server?.process.exitCode ?? null;
  if (end !== null)
    report('the server goes on', new Error(`it ended by ${end}:\n${server.log.join('\n')}`));
  await browser?.chromium.close();
  await server?.end();
  console.log(`1..${count}`);
  process.exit(failed ? 1 : 0);
}
