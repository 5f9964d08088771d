/**
 * The Worker in which the page measures: it carries out one order, and answers as protocol.js says.
 *
 * It always holds that before each step of a race the Worker hears what the page says. A step is one sample,
 * or one warm-up; before the first sample of each start it also opens the contestants. To stop it, the page
 * ends it.
 */
import { kindOf } from './kinds/index.js';
import { openRun } from './open-run.js';
import { answer, onOrder } from './protocol.js';
import { siteAt } from './site.js';

/** @type {Promise<void>} */
let mayGoOn = Promise.resolve();
let resume = () => {};

onOrder((order) => {
  if (order.type === 'run') carryOut(order).catch(fail);
  if (order.type === 'pause') mayGoOn = new Promise((resolve) => (resume = resolve));
  if (order.type === 'resume') resume();
});

/** @param {import('./protocol.js').RunOrder} order */
async function carryOut({ kind, settings, address, engine, cores }) {
  const { run, steps } = await openRun(kindOf(kind), siteAt(address), { settings, engine, cores });
  answer({ type: 'started', run });
  for (;;) {
    await messages();
    await mayGoOn;
    const { done, value } = await steps.next();
    if (done) return answer({ type: 'done', run: value });
    answer({ type: 'step', step: value });
  }
}

/** @param {any} error whatever was thrown */
function fail(error) {
  answer({ type: 'failed', message: error?.message ?? String(error), remedy: error?.remedy });
}

/** Lets messages come in that wait. */
function messages() {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve(undefined);
    };
    port2.postMessage(null);
  });
}
