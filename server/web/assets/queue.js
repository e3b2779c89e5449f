/*
 * The queue of moderation as it changes: what others claim or decide is marked at once, a claim is renewed while its item is looked at.
 *
 * Nothing that one reads is moved: a row that is over is struck out where it stands and goes once it is out of sight, new ones are
 * announced. Comes after luntan.js, whose stream says that something changed; what it is stands on the page, which is asked for again.
 * Words come with the elements that they are about, as data-words-NAME.
 */
(() => {
  'use strict';

  const { one, on, say, tell, piece } = window.luntan;
  const list = one('[data-queue]');
  const claim = one('[data-claim]');
  const SOON = 300; /* ms in which several changes are one */
  const LEAST = 60000; /* ms after which a claim may have ended, be this clock as wrong as it may */
  let asked = null;
  let ending;

  /* One after the other, and what comes within a moment together. */
  function once(act) {
    asked ??= new Promise((done) => setTimeout(done, SOON)).then(() => { asked = null; }).then(act).catch(() => {});
  }

  /* ---- the list ---- */

  const rows = (from) => [...from.querySelectorAll('[data-item]')];

  const gone = list && new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries.filter((entry) => !entry.isIntersecting))
      if (!isIntersecting && !target.contains(document.activeElement)) target.remove();
  });

  function show(row, now) {
    const state = one('[data-state]', row);
    row.classList.toggle('gone', !now);
    if (now) {
      gone.unobserve(row);
      state.replaceChildren(...one('[data-state]', now).childNodes);
    } else {
      state.textContent = say('Gone', {}, list);
      gone.observe(row);
    }
  }

  /* A claim that ends by itself is no change that anybody is told of. */
  function end() {
    const ends = rows(list).map((row) => Number(one('[data-until]', row)?.dataset.until)).filter(Boolean);
    clearTimeout(ending);
    if (ends.length) ending = setTimeout(() => once(update), Math.max(Math.min(...ends) - Date.now() + 1000, LEAST));
  }

  async function update() {
    if (document.hidden) return;
    const page = await piece(location.href);
    const fresh = new Map(rows(page).map((row) => [row.dataset.item, row]));
    const shown = rows(list);
    /* Of what a longer list pushed off its page nothing is said. */
    const last = one('[rel=next]', page) ? shown.map((row) => fresh.has(row.dataset.item)).lastIndexOf(true) : shown.length;
    for (const row of shown.slice(0, last + 1)) {
      show(row, fresh.get(row.dataset.item));
      fresh.delete(row.dataset.item);
    }
    if (fresh.size) tell(say('New', { n: fresh.size }, list), location.href.split('#')[0]);
    end();
  }

  /* ---- one item ---- */

  let renewed = Date.now();
  let leaving = false;

  /* Spoken only when somebody else has it now; that it was renewed is not. */
  function hold(kind, nodes) {
    const holder = one('[data-holder]', claim);
    const was = holder.className;
    holder.className = kind;
    holder.replaceChildren(...nodes);
    if (was !== kind) one('[role=status]', claim).textContent = holder.textContent;
  }

  function over() {
    hold('error', [say('Over', {}, claim)]);
    one('[data-claim-forms]').replaceChildren();
  }

  /* Who has it now; the text stays, but that it is another now is said. */
  async function look() {
    if (leaving) return;
    let fresh;
    try {
      fresh = await piece(location.pathname);
    } catch ({ message }) {
      if (message === '404' || message === '409') over();
      return;
    }
    const holder = one('[data-holder]', fresh);
    const old = one('[data-claim-forms]');
    const focused = old.contains(document.activeElement);
    hold(holder.className, holder.childNodes);
    old.replaceChildren(...one('[data-claim-forms]', fresh).childNodes);
    if (focused) one('button', old)?.focus();
    const hash = (from) => one('form [name=hash]', from)?.value;
    if (hash(document) !== hash(fresh)) tell(say('Changed', {}, claim), location.pathname);
  }

  async function renew() {
    const form = one('form[data-renew]');
    if (!form || leaving || document.hidden || Date.now() - renewed < claim.dataset.every) return;
    renewed = Date.now();
    try {
      await fetch(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form)), redirect: 'manual' });
      await look();
    } catch { /* no network: the next second tries again */ }
  }

  if (claim) {
    setInterval(renew, 1000);
    on(document, 'submit', (event) => { leaving = !event.defaultPrevented; });
    on(window, 'pageshow', () => { leaving = false; });
  }

  /* What came while nobody looked, too. */
  const act = list ? update : look;
  if (list) end();
  on(document, 'luntan:queue', () => once(act));
  on(document, 'visibilitychange', () => { if (!document.hidden) once(act); });
})();
