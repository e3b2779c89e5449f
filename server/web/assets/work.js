/*
 * The work that pays for a guest's form, done while the message is typed: a number with which SHA-256 (FIPS 180-4) over the form's token and
 * the number's digits begins with enough zero bits. In slices, so that typing never waits for it. Without this file one answers a question.
 */
(() => {
  'use strict';

  const form = document.querySelector('form.guest');
  if (!form) return;
  const SLICE = 8, PAUSE = 8; /* ms */
  const { elements, dataset } = form;
  const status = form.querySelector('#work');
  const question = form.querySelector('#question');
  const bits = Number(dataset.bits);
  let sending = false;

  /* ---- SHA-256, of whole blocks ---- */

  const primes = (count) => {
    const found = [];
    for (let n = 2; found.length < count; n++) if (found.every((prime) => n % prime)) found.push(n);
    return found;
  };
  const fraction = (x) => ((x - Math.floor(x)) * 0x100000000) | 0;
  const K = Int32Array.from(primes(64), (prime) => fraction(Math.cbrt(prime)));
  const START = Int32Array.from(primes(8), (prime) => fraction(Math.sqrt(prime)));
  const w = new Int32Array(64);
  const turn = (x, by) => (x >>> by) | (x << (32 - by));

  /* Takes the block in the first 16 words of w into the state `from`; the outcome is in `to`. */
  function take(from, to) {
    for (let i = 16; i < 64; i++) {
      const x = w[i - 15], y = w[i - 2];
      w[i] = w[i - 16] + (turn(x, 7) ^ turn(x, 18) ^ (x >>> 3)) + w[i - 7] + (turn(y, 17) ^ turn(y, 19) ^ (y >>> 10));
    }
    let [a, b, c, d, e, f, g, h] = from;
    for (let i = 0; i < 64; i++) {
      const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
      const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g; g = f; f = e; e = (d + one) | 0; d = c; c = b; b = a; a = (one + two) | 0;
    }
    to[0] = from[0] + a; to[1] = from[1] + b; to[2] = from[2] + c; to[3] = from[3] + d;
    to[4] = from[4] + e; to[5] = from[5] + f; to[6] = from[6] + g; to[7] = from[7] + h;
  }

  /* Text into w, from its first word on. */
  function put(text) {
    w.fill(0, 0, 16);
    for (let i = 0; i < text.length; i++) w[i >> 2] |= text.charCodeAt(i) << (24 - 8 * (i & 3));
  }

  /* The token is one whole block; what follows it is the last. */
  const token = new Int32Array(8), out = new Int32Array(8);

  function pays(nonce) {
    put(nonce + '\x80');
    w[15] = 8 * (64 + nonce.length);
    take(token, out);
    return out[0] >>> (32 - bits) === 0;
  }

  /* ---- looking ---- */

  function done(nonce) {
    elements.nonce.value = nonce;
    if (question) {
      question.hidden = true;
      elements.answer.required = false;
    }
    status.textContent = dataset.wordsWorked;
    if (sending) form.querySelector('[type=submit]').click();
  }

  function look(next) {
    const end = performance.now() + SLICE;
    let n = next;
    do {
      for (const stop = n + 64; n < stop; n++) if (pays(String(n))) return done(String(n));
    } while (performance.now() < end);
    return setTimeout(look, PAUSE, n);
  }

  if (elements.form.value.length !== 64 || !(bits > 0 && bits <= 32)) return;
  put(elements.form.value);
  take(START, token);
  status.textContent = dataset.wordsWorking;
  if (elements.answer) elements.answer.required = false;
  form.addEventListener('submit', (event) => {
    if (elements.nonce.value || elements.answer?.value) return;
    event.preventDefault();
    sending = true;
  });
  const given = elements.nonce.value; /* which a browser may have kept of an earlier form */
  elements.nonce.value = '';
  if (given && given.length <= 20 && pays(given)) done(given);
  else look(Math.floor(Math.random() * 1e9));
})();
