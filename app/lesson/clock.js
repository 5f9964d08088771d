/**
 * Loads a wiring anew and draws when each of its files was asked for and when it came, from the browser's own
 * resource timing.
 *
 * Each load asks the server again, under addresses of its own, so that its entries can be told from all others. A
 * request can be held back; how long is drawn as what it is.
 */
import { request } from '../../lib/loader/index.js';
import { EXAMPLE, Records } from '../records.js';
import { el } from '../ui/dom.js';
import { wirings } from '../wirings.js';
import { addressOf } from './lab.js';

/**
 * @typedef {object} Request times in milliseconds since the load began
 * @property {string} name
 * @property {number} wanted when the wiring asked for it
 * @property {number} sent when the page let the request go
 * @property {number} answered when the first byte came
 * @property {number} came when the last byte came
 */

/**
 * @typedef {object} Load
 * @property {string} wiring
 * @property {number} delay that the page imposed on each request
 * @property {Request[]} requests
 * @property {number} done when the first record was made
 */

export const DELAYS = [0, 100, 300, 1000];
/** How long to wait for the browser to write its entry down. */
const PATIENCE = 1000;
let loads = 0;

/** The last of the loads that were asked for, until it is over. @type {Promise<unknown>} */
let last = Promise.resolve();

/**
 * One load at a time: two would slow each other, and the second would clear away what the first waits for.
 *
 * @template T
 * @param {() => Promise<T>} load
 * @returns {Promise<T>}
 */
function inTurn(load) {
  const turn = last.then(load);
  last = turn.catch(() => {});
  return turn;
}

/**
 * @param {'callbacks' | 'parallel'} wiring
 * @param {number} delay in milliseconds
 * @returns {Promise<Load>}
 */
export const timeLoad = (wiring, delay) => inTurn(() => timeOne(wiring, delay));

/** Loads once without a clock, so that the first load that is timed does not pay for what later ones find ready. */
export const warmUp = () => inTurn(() => Promise.all(Object.values(wirings).map((open) => open())));

/**
 * @param {'callbacks' | 'parallel'} wiring
 * @param {number} delay
 * @returns {Promise<Load>}
 */
async function timeOne(wiring, delay) {
  // The browser keeps only so many entries.
  performance.clearResourceTimings();
  loads++;
  const begin = performance.now();
  /** @type {{ name: string, url: string, wanted: number, sent: number }[]} */
  const asked = [];
  /** @param {string} name */
  const source = async (name) => {
    const url = addressOf(name);
    url.searchParams.set('load', String(loads));
    const one = { name, url: url.href, wanted: performance.now(), sent: 0 };
    asked.push(one);
    if (delay > 0) await new Promise((resolve) => setTimeout(resolve, delay));
    one.sent = performance.now();
    return request(url, { cache: 'no-store' });
  };
  const wired = await wirings[wiring]({ source });
  new Records(wired).create(EXAMPLE);
  const done = performance.now();
  const requests = await Promise.all(
    asked.map(async ({ name, url, wanted, sent }) => {
      const entry = await entryOf(url);
      const answered = entry.responseStart || entry.responseEnd;
      return {
        name,
        wanted: wanted - begin,
        sent: sent - begin,
        answered: answered - begin,
        came: entry.responseEnd - begin,
      };
    }),
  );
  return { wiring, delay, requests, done: done - begin };
}

/** @param {string} url */
async function entryOf(url) {
  const limit = performance.now() + PATIENCE;
  for (;;) {
    const [entry] = /** @type {PerformanceResourceTiming[]} */ (
      performance.getEntriesByName(url, 'resource')
    );
    if (entry) return entry;
    if (performance.now() > limit) throw new Error(`This browser has no timing of ${url}. Ask again.`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** @param {number} milliseconds */
export function formatTime(milliseconds) {
  return `${milliseconds < 10 ? milliseconds.toFixed(1) : Math.round(milliseconds)} ms`;
}

/**
 * @param {Load} load
 * @param {number} scale the time at the right end
 */
export function drawClock({ wiring, delay, requests, done }, scale) {
  const rows = requests.map(({ name, wanted, sent, answered, came }) => {
    const held = delay > 0 ? `, held back by this page for ${formatTime(sent - wanted)}` : '';
    return el(
      'li',
      {},
      el(
        'span',
        {},
        el('code', {}, name),
        `: wanted after ${formatTime(wanted)}${held}, answered after ${formatTime(answered)}, all there after ${formatTime(came)}`,
      ),
      el(
        'div',
        { className: 'track', 'aria-hidden': 'true' },
        part('held', wanted, sent, scale),
        part('waiting', sent, answered, scale),
        part('coming', answered, came, scale),
      ),
    );
  });
  return el(
    'div',
    { className: 'clock' },
    el('h3', {}, wiring === 'callbacks' ? 'One after the other' : 'Both at once'),
    el(
      'ul',
      {},
      ...rows,
      el(
        'li',
        {},
        el('span', {}, `First record after ${formatTime(done)}`),
        el('div', { className: 'track', 'aria-hidden': 'true' }, part('done', 0, done, scale)),
      ),
    ),
  );
}

/** @param {string} className @param {number} start @param {number} end @param {number} scale */
function part(className, start, end, scale) {
  const element = el('i', { className });
  element.style.left = `${(100 * start) / scale}%`;
  element.style.width = `${(100 * Math.max(0, end - start)) / scale}%`;
  return element;
}

/** What the parts of the bars mean. */
export function clockLegend() {
  return el(
    'p',
    { className: 'clock-legend' },
    ...[
      ['held', 'held back by this page'],
      ['waiting', 'request on its way'],
      ['coming', 'answer on its way'],
      ['done', 'until the first record'],
    ].map(([className, text]) => el('span', {}, el('i', { className }), ` ${text}`)),
  );
}

/**
 * @param {(delay: number) => void} onChoose
 * @param {string} action on the button
 */
export function delayForm(onChoose, action) {
  const select = el(
    'select',
    {},
    ...DELAYS.map((delay) =>
      el('option', { value: String(delay) }, delay === 0 ? 'not at all' : `${delay} ms each`),
    ),
  );
  const button = el('button', { type: 'submit' }, action);
  const form = el(
    'form',
    { className: 'delay-form' },
    el('label', {}, 'Hold requests back ', select),
    button,
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    onChoose(Number(select.value));
  });
  return { form, select, button };
}
