/*
 * What a browser with JavaScript has beyond the pages: they follow what happens, and what is being written is kept.
 * Nothing needs this file; where any part of it fails, the page does what it would do without.
 *
 * Words come with the page, as data-words-NAME on <body> or the form that they are about.
 */
(() => {
  'use strict';

  const { body } = document;
  const account = body.dataset.account || '';
  const editors = [];
  const STUCK = 15000; /* ms after which a form that was sent and led nowhere may be sent again */
  const one = (selector, from = document) => from.querySelector(selector);
  const on = (target, names, act, options) =>
    names.split(' ').forEach((name) => target.addEventListener(name, act, options));
  const say = (name, values = {}, from = body) =>
    (from.dataset['words' + name] ?? body.dataset['words' + name] ?? '').replace(/\{(n|time)\}/g, (whole, key) => values[key] ?? whole);
  const clock = (ms) => new Date(ms).toLocaleString(document.documentElement.lang, { dateStyle: 'short', timeStyle: 'short' });

  function make(tag, className, text, attributes = {}) {
    const element = document.createElement(tag);
    element.className = className;
    element.textContent = text;
    Object.entries(attributes).forEach(([name, value]) => element.setAttribute(name, value));
    return element;
  }

  /* HTML is taken from this site's own answers only. */
  const trusted = window.trustedTypes
    ? trustedTypes.createPolicy('luntan', { createHTML: (html) => html })
    : { createHTML: (html) => html };

  async function piece(path, options) {
    const answer = await fetch(path, options);
    if (!answer.ok || answer.redirected) throw new Error(answer.status);
    return new DOMParser().parseFromString(trusted.createHTML(await answer.text()), 'text/html').body;
  }

  /* ---- telling ---- */

  /* There from the start, so that screen readers speak what is put into it. */
  const live = make('div', 'live', '', { role: 'status' });
  const banner = make('div', 'offline', '', { role: 'status' });
  body.prepend(banner);
  body.append(live);

  function tell(text, href) {
    live.replaceChildren(make('a', 'button button-primary', text, { href }));
  }

  on(live, 'click', () => setTimeout(() => live.replaceChildren()));

  function connection() {
    const was = banner.textContent;
    banner.textContent = navigator.onLine ? was && say('Online') : say('Offline');
    if (!navigator.onLine) return;
    setTimeout(() => { if (navigator.onLine) banner.textContent = ''; }, 5000);
    if (was) editors.forEach((editor) => editor.save());
  }

  on(window, 'online offline', connection);
  if (!navigator.onLine) connection();

  /* ---- local copies: for texts that the server does not have yet ---- */

  const copies = {
    all: () => Object.keys(localStorage).filter((key) => key.startsWith('luntan:')),
    get(key) { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } },
    set(key, copy) { try { localStorage.setItem(key, JSON.stringify(copy)); return true; } catch { return false; } },
    sent: () => JSON.parse(sessionStorage.getItem('luntan:sent')),
    drop(key) { try { localStorage.removeItem(key); } catch { /* storage is shut: there is none */ } },
    erase() {
      try {
        copies.all().forEach(copies.drop);
        sessionStorage.removeItem('luntan:sent');
      } catch { /* the same */ }
    },
  };

  let forgotten = false;

  function forget() {
    forgotten = true;
    editors.forEach((editor) => editor.stop());
    copies.erase();
  }

  /* Remembers which copy was sent and from where, or forgets it where it was from there. */
  function sent(what, from) {
    try {
      if (what) sessionStorage.setItem('luntan:sent', JSON.stringify(what));
      else if (copies.sent().from === from) sessionStorage.removeItem('luntan:sent');
    } catch { /* there is none */ }
  }

  /* A text that was posted has arrived when the page after its form is the thread, or where it waits for a moderator. */
  function arrived() {
    try {
      const { key, from } = copies.sent();
      const before = new URL(document.referrer).pathname;
      const [{ type }] = performance.getEntriesByType('navigation');
      if (type !== 'navigate' || !one('[data-thread], [data-held]') || (before !== from && before !== '/login')) return;
      copies.drop(key);
      sent(null, from);
    } catch { /* there is none */ }
  }

  /* ---- editors ---- */

  function editor(form) {
    const fields = form.elements;
    const prefix = `luntan:${account}:${form.getAttribute('action')}:`;
    const key = prefix + fields.op.value;
    const text = fields.body;
    const word = (name, values) => say(name, values, form);
    const status = one('.status', form) ?? form.appendChild(make('p', 'status', '', { role: 'status' }));
    const counter = text.dataset.limit && make('output', 'counter hint', '', { for: text.id });
    let pending = null; /* what the server was given and has not acknowledged; sent again as it was, so that it is kept once */
    let busy = null;
    let composing = false;
    let stopped = false;
    let waited = false;
    let timer, keeping;

    for (const name of ['draft', 'version'])
      if (!fields[name]) form.append(make('input', '', '', { type: 'hidden', name }));

    const typed = () => ['title', 'tags', 'body'].map((name) => fields[name]?.value ?? '');
    const now = () => JSON.stringify(typed());
    const blank = () => typed().every((value) => !value.trim());
    /* A form that was refused holds what the server has not kept. */
    let saved = one('main [role=alert]') ? '' : now();

    const values = () => Object.fromEntries([...new FormData(form)].filter(([, value]) => typeof value === 'string'));
    const fill = (from) => ['title', 'tags', 'body', 'draft', 'version'].forEach((name) => {
      if (fields[name] && name in from) fields[name].value = from[name];
    });
    const count = () => {
      if (counter)
        counter.textContent = `${text.value.replace(/[\ud800-\udbff][\udc00-\udfff]/g, '.').length} / ${text.dataset.limit}`;
    };
    const keep = () => {
      clearTimeout(keeping);
      keeping = null;
      if (forgotten) return false;
      const { token, ...rest } = values();
      return copies.set(key, { time: Date.now(), fields: rest, pending });
    };
    const unneeded = () => {
      clearTimeout(keeping);
      keeping = null;
      copies.drop(key);
    };

    /* A page that was open for long may hold a token that is no longer good; the same page has a new one. */
    async function renewed() {
      const fresh = one(`form[action="${form.getAttribute('action')}"] [name=token]`, await piece(location.href));
      if (!fresh || fresh.value === fields.token.value) return false;
      fields.token.value = fresh.value;
      return true;
    }

    async function send(last, again) {
      const data = new URLSearchParams({ ...pending.values, token: fields.token.value });
      const keepalive = last && data.toString().length < 60000;
      const answer = await fetch('/drafts', { method: 'POST', body: data, keepalive, headers: { Accept: 'application/json' } });
      const reply = await answer.json();
      if (reply.error === 'stale' && !again && await renewed()) return send(last, true);
      if (answer.status >= 500 || answer.status === 429) throw new Error(answer.status);
      return reply;
    }

    function settled(reply) {
      const was = pending.now;
      pending = null;
      if (reply.error === 'not_found' && fields.draft.value) {
        /* Posted or thrown away elsewhere; what is here goes on without it. */
        fields.draft.value = fields.version.value = '';
        later(0);
        return;
      }
      if (reply.error) {
        status.textContent = word('Failed') + reply.words;
        return;
      }
      fields.draft.value = reply.draft;
      fields.version.value = reply.version;
      saved = was;
      status.textContent = reply.conflict ? word('Conflict') : word('Saved', { time: reply.saved });
      if (reply.other) status.append(' ', make('a', '', word('Other'), { href: reply.other }));
      if (now() === saved) unneeded();
      else later();
    }

    async function attempt(last) {
      if (!pending) {
        pending = { now: now(), values: { ...values(), do: 'draft' } };
        delete pending.values.token;
      }
      keep();
      status.textContent = word('Saving');
      try {
        const answer = await send(last);
        if (!stopped) settled(answer);
      } catch {
        if (stopped) return;
        status.textContent = keep() ? word('Kept') : word('Failed');
        later(20000);
      }
    }

    async function save(last) {
      if (stopped || composing || (busy && !last) || (!pending && now() === saved)) return;
      clearTimeout(timer);
      if (!pending && !fields.draft.value && blank()) {
        unneeded();
        return;
      }
      busy = attempt(last);
      await busy;
      busy = null;
    }

    function later(ms = 3000) {
      clearTimeout(timer);
      timer = setTimeout(save, ms);
    }

    function changed() {
      if (stopped) return;
      count();
      keeping ??= setTimeout(keep, 500);
      if (!composing) later();
    }

    function leaving() {
      if (stopped || (!pending && now() === saved)) return;
      keep();
      save(true);
    }

    async function preview(event, button) {
      const place = one('section.preview') ?? make('section', 'card preview', '', { 'aria-labelledby': 'preview-title' });
      const title = one('h2', place) ?? make('h2', '', button.textContent, { id: 'preview-title' });
      event.preventDefault();
      try {
        const shown = await piece('/preview', { method: 'POST', body: new URLSearchParams({ ...values(), do: 'preview' }) });
        place.replaceChildren(title, ...shown.childNodes);
        form.before(place);
        place.tabIndex = -1;
        place.focus();
      } catch {
        stop();
        form.requestSubmit(button);
      }
    }

    function submitted(event) {
      const button = event.submitter;
      if (event.defaultPrevented || stopped) return;
      if (button?.value === 'preview') {
        preview(event, button);
        return;
      }
      if (busy && !waited) {
        /* The draft that is on its way is named in the form, so that posting ends it. */
        event.preventDefault();
        waited = true;
        Promise.race([busy, new Promise((done) => setTimeout(done, 3000))]).then(() => form.requestSubmit(button));
        return;
      }
      waited = false;
      keep();
      if (button?.value !== 'draft') sent({ key, from: location.pathname });
      stop();
      setTimeout(resume, STUCK);
    }

    function stop() {
      stopped = true;
      clearTimeout(timer);
    }

    function resume() {
      stopped = forgotten;
    }

    /* A copy that an earlier visit left is offered; nothing is replaced unasked. What stands in the form is no news. */
    function offer() {
      const old = Date.now() - 30 * 24 * 60 * 60 * 1000;
      const same = (copy) => ['title', 'tags', 'body'].every((name) => (copy.fields[name] ?? '') === (fields[name]?.value ?? ''));
      const others = copies.all().filter((other) => other.startsWith(prefix))
        .map((other) => [other, copies.get(other)]).filter(([, copy]) => copy);
      others.filter(([, copy]) => copy.time < old || (same(copy) && saved)).forEach(([other]) => copies.drop(other));
      const [found, copy] = others.filter((other) => other[1].time >= old && !same(other[1]))
        .sort((a, b) => b[1].time - a[1].time)[0] ?? [];
      if (!found) return;
      const box = make('div', 'found notice', '', { role: 'status' });
      const restore = make('button', 'button button-primary', word('Restore'), { type: 'button' });
      const discard = make('button', 'button', word('Discard'), { type: 'button' });
      const ended = () => {
        if (found !== key) copies.drop(found);
        box.remove();
        text.focus();
      };
      on(restore, 'click', () => {
        fill(copy.fields);
        pending = copy.pending;
        changed();
        ended();
      });
      on(discard, 'click', () => {
        copies.drop(found);
        ended();
      });
      box.append(make('p', '', word('Found', { time: clock(copy.time) })), restore, ' ', discard);
      form.prepend(box);
    }

    if (counter) text.parentElement.append(counter);
    on(form, 'input', changed);
    on(form, 'compositionstart', () => { composing = true; clearTimeout(timer); });
    on(form, 'compositionend', () => { composing = false; later(); });
    on(form, 'submit', submitted);
    on(document, 'visibilitychange', () => { if (document.hidden) leaving(); });
    on(window, 'pagehide', leaving);
    /* Back from an error page, or from the next one: it was not posted, as far as we know. */
    on(window, 'pageshow', () => {
      sent(null, location.pathname);
      resume();
    });
    navigator.locks?.request(key, () => new Promise(() => {}));
    editors.push({ save, stop, prefix });
    count();
    try { offer(); } catch { /* storage is shut */ }
  }

  /*
   * What an editor left behind reaches the server from the next page, as a draft. An editor that is open holds the lock of its copy
   * and sees to it itself; one that is opened for the same place offers it; what was just posted is waited for.
   */
  async function rescue(key, token) {
    for (let copy = copies.get(key); copy; copy = copies.get(key)) {
      const { fields, pending, time } = copy;
      const text = JSON.stringify(['title', 'tags', 'body'].map((name) => fields[name] ?? ''));
      const data = new URLSearchParams({ ...(pending?.values ?? { ...fields, do: 'draft' }), token });
      const answer = await fetch('/drafts', { method: 'POST', body: data, headers: { Accept: 'application/json' } });
      if (!answer.ok) return;
      const { draft, version } = await answer.json();
      if (!pending || pending.now === text) {
        copies.drop(key);
        if (Date.now() - time > 60000) tell(say('Rescued'), `/drafts/${draft}`);
        return;
      }
      if (!copies.set(key, { time, fields: { ...fields, draft, version }, pending: null })) return;
    }
  }

  async function rescueAll() {
    const token = one('form[action="/logout"] [name=token]')?.value;
    if (!account || !token || !navigator.locks) return;
    for (const key of copies.all().filter((other) => other.startsWith(`luntan:${account}:`)))
      if (key !== copies.sent()?.key && !editors.some(({ prefix }) => key.startsWith(prefix)))
        await navigator.locks.request(key, { ifAvailable: true }, (lock) => lock && rescue(key, token));
  }

  /* ---- any form is sent once ---- */

  on(document, 'submit', (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== 'post') return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = '1';
    const buttons = [...form.elements].filter((element) => element.type === 'submit');
    const free = () => {
      delete form.dataset.sent;
      buttons.forEach((button) => { button.disabled = false; });
    };
    setTimeout(() => buttons.forEach((button) => { button.disabled = true; }));
    setTimeout(free, STUCK);
    on(window, 'pageshow', free, { once: true });
    if (form.getAttribute('action') === '/logout') {
      forget();
      sleep(); /* what follows is refused from now on */
      channel?.postMessage({ out: true });
    }
  });

  /* ---- what is asked for by a click ---- */

  /* A picture elsewhere would tell that server who reads; so it comes when it is asked for, and after that the link is a link. */
  on(document, 'click', (event) => {
    const link = event.target.closest?.('a.image');
    if (!link || link.dataset.shown || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    link.dataset.shown = '1';
    const picture = Object.assign(new Image(), { alt: link.dataset.alt ?? '', referrerPolicy: 'no-referrer' });
    on(picture, 'load', () => link.replaceChildren(picture));
    on(picture, 'error', () => { location.href = link.href; });
    picture.src = link.href;
  });

  const posts = one('[data-thread]');
  const articles = () => [...document.querySelectorAll('article[data-post]')];

  /* A floor that is on another page. */
  function floor() {
    const wanted = Number(/^#(\d+)$/.exec(location.hash)?.[1]);
    const here = articles().map((article) => Number(article.id));
    if (!posts || !wanted || here.includes(wanted) || (wanted > here.at(-1) && !('next' in posts.dataset))) return;
    location.replace(`/t/${posts.dataset.thread}/${wanted}`);
  }

  on(window, 'hashchange', floor);

  /* ---- what is new, put into the page ---- */

  const changes = new Set(); /* floors of this page that were changed or deleted */
  let unseen = 0;
  let fetching = null;

  /* Not under the hands of somebody who types, points or selects there. */
  function held(article) {
    const selection = getSelection();
    return article.contains(document.activeElement) || (!selection.isCollapsed && selection.containsNode(article, true));
  }

  function replace(fresh) {
    const old = document.getElementById(fresh.id);
    if (!old || held(old)) return false;
    old.replaceWith(fresh);
    return true;
  }

  function append(fresh) {
    const more = fresh.filter((article) => !document.getElementById(article.id));
    const last = articles().at(-1);
    if (!more.length || !last) return;
    unseen += more.length;
    last.after(...more);
    tell(say('New', { n: unseen }), `#${more[0].id}`);
    const seen = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      seen.disconnect();
      unseen = 0;
      setTimeout(() => { if (!unseen) live.replaceChildren(); }, 5000);
    });
    seen.observe(more.at(-1));
  }

  async function floors(from) {
    return [...(await piece(`/t/${posts.dataset.thread}/posts?from=${from}`)).querySelectorAll('article[data-post]')];
  }

  async function update(more) {
    const last = Number(articles().at(-1)?.id);
    if (more && 'next' in posts.dataset) tell(say('New', { n: unseen += 1 }), `/t/${posts.dataset.thread}/last`);
    else if (more) append(await floors(last + 1));
    for (const wanted of [...changes]) {
      const fresh = (await floors(wanted)).find((article) => Number(article.id) === wanted);
      if (!fresh || replace(fresh)) changes.delete(wanted);
    }
    if (changes.size) setTimeout(refresh, 5000);
  }

  /* One after the other, and what comes within a moment together. */
  function refresh(more) {
    fetching = (fetching ?? Promise.resolve())
      .then(() => new Promise((done) => setTimeout(done, 300)))
      .then(() => update(more))
      .catch(() => {});
  }

  function noticed() {
    const link = one('a[href="/notices"]');
    if (!link) return;
    if (!one('.badge', link)) link.append(' ', make('b', 'badge badge-new', '0'));
    const badge = one('.badge', link);
    const number = badge.firstChild;
    number.textContent = number.textContent.replace(/\d+/, (n) => Math.min(Number(n) + 1, 99));
    badge.hidden = false;
  }

  /* Of a queue nothing more is told than that something changed there; queue.js asks what. */
  const queued = () => document.dispatchEvent(new Event('luntan:queue'));

  function happened({ topic, post, notice }) {
    if (topic[0] === 'q') {
      queued();
    } else if (topic[0] === 'a') {
      if (notice && !notice.read) noticed();
    } else if (posts && topic === `t${posts.dataset.thread}`) {
      const here = post && document.getElementById(post.floor);
      if (here) changes.add(post.floor);
      refresh(!here);
    } else {
      missed();
    }
  }

  function missed() {
    tell(say('Fresh'), location.href.split('#')[0]);
  }

  /* ---- the stream: one for all tabs of a browser that can be seen ---- */

  /* Where topics stand, as the page and the ids of events say it: EPOCH~t12.56~a7.8; without its number one starts now. */
  const read = (written) => {
    const [epoch, ...topics] = written.split('~');
    return { epoch, at: new Map(topics.map((topic) => topic.split('.')).map(([topic, seq]) => [topic, seq ? Number(seq) : null])) };
  };
  const write = (epoch, at) => [epoch, ...[...at].map(([topic, seq]) => (seq === null ? topic : `${topic}.${seq}`))].join('~');

  const UNKNOWN = '0000000000000000';
  const own = body.dataset.live || account ? read(body.dataset.live || UNKNOWN) : null;
  if (account && ![...own.at.keys()].some((topic) => topic[0] === 'a')) own.at.set(`a${account}`, null);
  const shared = own && window.BroadcastChannel && navigator.locks;
  const name = `luntan ${account}`;
  const channel = window.BroadcastChannel ? new BroadcastChannel(name) : null;
  const me = Math.random();
  const LIVE_TOPICS = 8;
  let wanted = new Map(); /* the leader's: what each tab follows */
  let source = null;
  let following = '';
  let waiting = null;
  let release = null;
  let awake = false;
  let sleeping, opening;

  const message = (data) => { if (shared) channel.postMessage(data); };

  /* Everything that a tab wants, from where the first of them stands; others drop what they know already. */
  function together() {
    const all = new Map();
    const tabs = [own, ...wanted.values()];
    const epoch = tabs.find((tab) => tab.epoch !== UNKNOWN)?.epoch ?? UNKNOWN;
    for (const { at } of tabs.filter((tab) => tab.epoch === epoch || tab.epoch === UNKNOWN))
      for (const [topic, seq] of at)
        if (all.has(topic) || all.size < LIVE_TOPICS)
          all.set(topic, seq === null ? all.get(topic) ?? null : Math.min(seq, all.get(topic) ?? seq));
    return { epoch, at: all, names: [...all.keys()].sort().join() };
  }

  function close() {
    clearTimeout(opening);
    source?.close();
    source = null;
  }

  function hear(kind, event) {
    const told = { kind, data: JSON.parse(event.data || '{}'), epoch: event.lastEventId.slice(0, UNKNOWN.length) };
    take(told);
    message(told);
    if (kind === 'bye') open(5000 + Math.random() * 10000);
  }

  function open(wait = 200) {
    close();
    opening = setTimeout(() => {
      const { epoch, at, names } = together();
      following = names;
      if (!at.size) return;
      source = new EventSource(`/live?topics=${write(epoch, at)}`);
      for (const kind of ['change', 'live', 'gap', 'end', 'bye']) on(source, kind, (event) => hear(kind, event));
      /* Cut off, it comes again by itself; refused, it does not. */
      on(source, 'error', () => { if (source?.readyState === EventSource.CLOSED) open(60000 + Math.random() * 60000); });
    }, wait);
  }

  function take({ kind, data, epoch }) {
    for (const place of [own, ...wanted.values()]) {
      const { at } = place;
      /* The server was restored: numbers from before mean nothing. */
      if (epoch && epoch !== place.epoch) at.forEach((seq, topic) => at.set(topic, null));
      place.epoch = epoch || place.epoch;
      const stands = at.get(data.topic);
      if (stands === undefined) continue;
      if (kind === 'end') at.delete(data.topic);
      if (!(data.seq > (stands ?? -1))) continue;
      at.set(data.topic, data.seq);
      if (place !== own) continue;
      if (kind === 'change') happened(data);
      if (kind === 'gap' && data.topic[0] === 'q') queued();
      else if (kind === 'gap' && data.topic[0] !== 'a') missed();
    }
  }

  function want({ tab, topics }) {
    wanted.set(tab, read(topics));
    if (together().names !== following) open();
  }

  const ask = () => message({ tab: me, topics: write(own.epoch, own.at) });

  function lead() {
    wanted = new Map();
    message({ who: true });
    open();
  }

  function wake() {
    clearTimeout(sleeping);
    if (!own || awake) return;
    awake = true;
    if (!shared) {
      lead();
      return;
    }
    waiting = new AbortController();
    navigator.locks.request(name, { signal: waiting.signal }, () => new Promise((done) => {
      release = done;
      if (awake) lead();
      else done();
    })).catch(() => {});
    ask();
  }

  function sleep() {
    clearTimeout(sleeping);
    if (!awake) return;
    awake = false;
    close();
    waiting?.abort();
    release?.();
    release = null;
    message({ tab: me });
  }

  function visible() {
    clearTimeout(sleeping);
    if (document.hidden) sleeping = setTimeout(sleep, 30000);
    else wake();
  }

  if (channel)
    on(channel, 'message', ({ data }) => {
      if (data.out) {
        sleep();
        forget();
      } else if (own && awake) {
        if (data.kind) take(data);
        else if (data.who) ask();
        else if (release && data.topics) want(data);
        else wanted.delete(data.tab);
      }
    });

  on(document, 'visibilitychange', visible);
  on(window, 'pagehide freeze', sleep);
  on(window, 'pageshow', visible);

  /* ---- moderating: buttons and links by their single keys, but never while something is typed ---- */

  function keys(page) {
    on(document, 'keydown', (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey || event.repeat || event.isComposing || event.target.closest('input, textarea, select')) return;
      const wanted = [...page.querySelectorAll('[accesskey]')].find((each) => each.accessKey === event.key);
      if (!wanted) return;
      event.preventDefault();
      wanted.click();
    });
  }

  window.luntan = Object.freeze({ one, on, say, tell, piece }); /* for the scripts of single pages */
  document.querySelectorAll('[data-keys]').forEach(keys);
  arrived();
  document.querySelectorAll('form[data-autosave]').forEach((form) => { if (account && form.elements.op) editor(form); });
  floor();
  visible();
  rescueAll().catch(() => {}); /* the next page tries again */
})();
