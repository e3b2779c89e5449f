/* One's own account: a forgotten password, the second factor, sessions elsewhere, and what was typed when a session had ended. */
import { createHmac } from 'node:crypto';
import { clean, equal, expect, PASSWORD, suite } from './lib.mjs';

/** A one-time code of this moment (RFC 6238). */
function totp(secret, step = Math.floor(Date.now() / 30000)) {
  const letters = [...secret.replace(/[\s=]/g, '')];
  const bits = letters.map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', key).update(counter).digest();
  return String((mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1000000).padStart(6, '0');
}

await suite(async ({ test, browser }) => {
  const admin = await browser.person('warden', { role: 'administrator', name: '管理员' });
  const li = await browser.person('li', { name: '李华' });
  const phone = await browser.visitor();
  let secret, recovery;

  await test('a forgotten password is set anew with a code that an administrator issues', async () => {
    await admin.go('/admin/accounts/li');
    await admin.send('/admin/accounts/li/reset');
    if (await admin.at('[name=sure]').count()) await admin.send('/admin/accounts/li/reset');
    const code = (await admin.text('code.secret')).trim();
    await clean(admin, 'reset code');
    await phone.go('/login');
    await phone.press('main a[href^="/reset"]');
    await clean(phone, 'reset');
    phone.forgive(/status of 4\d\d/);
    await phone.send('/reset', { handle: 'li', code: 'AAAA-BBBB', password: 'another long password' });
    expect(await phone.at('[role=alert]').count(), 'a wrong code is not refused');
    equal(await phone.at('[name=handle]').inputValue(), 'li', 'what was typed');
    await clean(phone, 'reset refused');
    await phone.send('/reset', { handle: 'li', code, password: 'another long password' });
    if (phone.path().startsWith('/login')) await phone.send('/login', { handle: 'li', password: 'another long password' });
    await phone.go('/settings');
    expect((await phone.text()).includes('@li'), 'not signed in');
  });

  await test('other sessions ended with it', async () => {
    await li.go('/drafts');
    expect(li.path().startsWith('/login'), li.path());
    await li.signIn('li', 'another long password');
  });

  await test('a new password', async () => {
    await li.go('/settings/password');
    await li.send('/settings/password', { old_password: 'another long password', new_password: PASSWORD });
    await phone.go('/drafts');
    expect(phone.path().startsWith('/login'), 'the other session goes on');
  });

  await test('a second factor is set up, asked for, and replaced by a recovery code', async () => {
    await li.go('/settings/factor');
    await clean(li, 'factor');
    await li.send('/settings/factor');
    await clean(li, 'factor secret');
    await li.picture('factor');
    secret = (await li.text('code.secret')).trim();
    await li.send('/settings/factor/confirm', { code: totp(secret, Math.floor(Date.now() / 30000) - 1) });
    await clean(li, 'recovery codes');
    recovery = (await li.text('code.secret')).trim();
    await phone.signIn('li');
    expect(await phone.at('[role=alert]').count(), 'signed in without a code');
    await clean(phone, 'code wanted');
    await phone.send('/login', { handle: 'li', password: PASSWORD, code: totp(secret) });
    await phone.go('/settings/sessions');
    expect(await phone.at('main li').count() >= 2, 'sessions');
    await clean(phone, 'sessions');
    const other = await browser.visitor();
    other.forgive(/status of 4\d\d/);
    await other.signIn('li', PASSWORD, { code: recovery });
    await other.go('/settings');
    expect((await other.text()).includes('@li'), 'the recovery code does not open');
  });

  await test('a session is ended from another one, and the reply typed there is posted once signed in again', async () => {
    const thread = await phone.thread('suggestions', '一个建议', '村里的网络太慢。');
    await li.go(`/t/${thread}/reply`);
    await li.at('#body').fill('写了很久的回复');
    await phone.go('/settings/sessions');
    for (;;) {
      const others = phone.at('main form[action="/settings/sessions"]');
      if (!await others.count()) break;
      await phone.press(others.first().locator('button'));
    }
    li.forgive(/status of 4\d\d/);
    await li.press('form.editor [value=post]');
    await clean(li, 'carried');
    equal(await li.at('main form[action="/login"]').count(), 1, 'sign-in page');
    await li.send('/login', { handle: 'li', password: PASSWORD, code: totp(secret, Math.floor(Date.now() / 30000) + 1) });
    equal(li.number(), thread, 'thread');
    equal(await li.at('article').filter({ hasText: '写了很久的回复' }).count(), 1, 'posts');
  });

  await test('language and look are remembered', async () => {
    await li.go('/settings');
    await li.send('/settings', { lang: 'en' });
    await li.go('/settings');
    equal(await li.at('html').getAttribute('lang'), 'en', 'language');
    await li.send('/settings/look', { theme: 'dark' });
    await li.go('/');
    equal(await li.at('html').getAttribute('data-theme'), 'dark', 'theme');
  });
});
