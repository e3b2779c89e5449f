/* A message without an account in a browser: with a script the work is done while one types, without one a question is answered. */
import { clean, equal, expect, fits, suite } from './lib.mjs';

const NEW = '/b/guestbook/leave';

await suite(async ({ test, browser }) => {
  const phone = { viewport: { width: 360, height: 720 }, isMobile: true, hasTouch: true };
  const judge = await browser.person('warden', { role: 'administrator', name: '管理员' });
  const guest = await browser.visitor(phone);
  const plain = await browser.visitor({ ...phone, javaScriptEnabled: false });
  const abroad = await browser.visitor({ locale: 'en-GB' });

  await test('the work is done while one types, and the question goes away', async () => {
    await guest.go('/b/guestbook');
    await guest.press(`a[href="${NEW}"]`);
    await guest.at('[name=body]').fill('我是老党员，介绍信丢了，怎么补办？');
    await guest.at('[name=name]').fill('桥口的老李');
    await guest.page.waitForFunction(() => document.querySelector('[name=nonce]').value);
    expect(!(await guest.at('[name=answer]').isVisible()), 'the question is still there');
    expect((await guest.text('#work')).includes('完成'), await guest.text('#work'));
    await clean(guest, 'form');
    await fits(guest);
    await guest.picture('guest-form');
    await guest.send(NEW, { title: '补办介绍信' });
    equal(guest.path(), '/b/guestbook/left');
    await clean(guest, 'left');
    await fits(guest);
    await guest.picture('guest-left');
  });

  await test('whoever sends it at once waits for the work, and nothing else', async () => {
    await guest.go(NEW);
    await guest.page.evaluate(() => {
      const { elements } = document.querySelector('form.guest');
      elements.title.value = '快';
      elements.body.value = '快';
    });
    await guest.press('form.guest [type=submit]');
    equal(guest.path(), '/b/guestbook/left');
  });

  await test('what was refused is still there', async () => {
    guest.forgive(/status of 422/);
    await guest.go(NEW);
    await guest.send(NEW, { title: '题目', body: '字'.repeat(4001) });
    expect((await guest.at('[name=body]').inputValue()).length === 4001, 'the text is gone');
    equal(await guest.at('[name=body]').getAttribute('aria-invalid'), 'true');
    await clean(guest, 'refused');
    await guest.send(NEW, { body: '短一些' });
    equal(guest.path(), '/b/guestbook/left');
  });

  await test('without a script there is a question', async () => {
    plain.forgive(/status of 422/);
    await plain.go(NEW);
    expect(await plain.at('[name=answer]').isVisible(), 'no question');
    await plain.picture('guest-question');
    await plain.send(NEW, { title: '请问', body: '在哪里办？', answer: '黄冈' });
    expect((await plain.text('#refused')).includes('太快'), await plain.text());
    await plain.picture('guest-early');
    await plain.page.waitForTimeout(5200); /* what is asked of people here is time */
    await plain.send(NEW);
    equal(plain.path(), '/b/guestbook/left');
  });

  await test('in English', async () => {
    await abroad.go(NEW);
    await abroad.page.waitForFunction(() => document.querySelector('[name=nonce]').value);
    await clean(abroad, 'English');
    await abroad.picture('guest-form-en');
    await abroad.send(NEW, { name: 'Jane', title: 'Hello', body: 'Is there a night bus?' });
    await abroad.picture('guest-left-en');
  });

  await test('a moderator lets them through, and they are guests', async () => {
    for (let i = 0; i < 5; i += 1) {
      await judge.go('/queue/next');
      const at = judge.path();
      if (i === 0) await judge.picture('guest-item');
      expect(!(await judge.at('button[value=return]').count()), 'it can be returned');
      await judge.press(`form[action="${at}"] button[value=approve]`);
    }
    await guest.go('/b/guestbook');
    expect((await guest.text()).includes('访客 桥口的老李'), await guest.text());
    await clean(guest, 'board');
    await fits(guest);
    await guest.picture('guest-board');
    await guest.press('text=补办介绍信');
    expect((await guest.text()).includes('访客 桥口的老李'), await guest.text());
    await clean(guest, 'thread');
    await fits(guest);
    await guest.picture('guest-thread');
    await guest.press('a[href$="/leave"]');
    await guest.page.waitForFunction(() => document.querySelector('[name=nonce]').value);
    await clean(guest, 'answer');
    await guest.picture('guest-answer');
  });
});
