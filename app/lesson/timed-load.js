/**
 * Loads a wiring anew, and tells when each of its files was requested and when it arrived.
 *
 * The times are from the browser's resource timing. Each load asks the server again, with a query of its own
 * in the URLs, so that its entries differ from all others. Only one load runs at a time: two would slow each
 * other down, and the second would clear the entries that the first waits for.
 */
import { request } from '../../lib/loader/index.js';
import { ErrorWithRemedy } from '../errors.js';
import { EXAMPLE, Records } from '../records.js';
import { addressOf, wirings } from '../wirings.js';

/**
 * @typedef {object} Request times in milliseconds since the load began
 * @property {string} name of the file
 * @property {number} wanted when the wiring asked for the file
 * @property {number} sent when the page sent the request; later than `wanted` by the delay
 * @property {number} answered when the first byte arrived
 * @property {number} came when the last byte arrived
 */

/**
 * @typedef {object} Load times in milliseconds
 * @property {'callbacks' | 'parallel'} wiring
 * @property {number} delay by which the page held back each request
 * @property {Request[]} requests in the order in which the wiring asked
 * @property {number} done when the first Record was created, since the load began
 */

/** How long to wait for the browser's entry of a request, in milliseconds. */
const PATIENCE = 1000;

let loads = 0;
/** Settles when all loads that were asked for are over. @type {Promise<unknown>} */
let last = Promise.resolve();

/**
 * @template T
 * @param {() => Promise<T>} load started when all loads before it are over
 * @returns {Promise<T>}
 */
function inTurn(load) {
  const turn = last.then(load);
  last = turn.catch(() => {});
  return turn;
}

/**
 * @param {Load['wiring']} wiring
 * @param {number} delay by which to hold back each request, in milliseconds
 */
export const timeLoad = (wiring, delay) => inTurn(() => timeNow(wiring, delay));

/** Loads every wiring once, untimed: what the first load must prepare is then ready for all timed ones. */
export const warmUp = () => inTurn(() => Promise.all(Object.values(wirings).map((open) => open())));

/**
 * @param {Load['wiring']} wiring
 * @param {number} delay
 * @returns {Promise<Load>}
 */
async function timeNow(wiring, delay) {
  // The browser keeps a limited number of entries.
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

/**
 * The browser's entry of a request. The browser may write it some time after the answer arrived.
 * @param {string} url
 */
async function entryOf(url) {
  const limit = performance.now() + PATIENCE;
  while (performance.now() <= limit) {
    const [entry] = performance.getEntriesByName(url, 'resource');
    if (entry instanceof PerformanceResourceTiming) return entry;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new ErrorWithRemedy(`This browser wrote down no timing of ${url}.`, 'Load it again.');
}
