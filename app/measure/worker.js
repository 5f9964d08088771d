/**
 * The Worker in which a page measures: it gets one order, answers with a record that fills as samples are taken, and
 * pauses when it is told to.
 *
 * It always holds that between two samples it listens; to stop it at once, the page ends it.
 */
import { requestBytes } from '../../lib/loader/index.js';
import { PACES } from '../timing/race.js';
import { openAllocators, openWiring, readIndex, readJson } from './bench.js';
import { openLoading } from './loading.js';
import { beginRecord, endRecord, runAll } from './series.js';

/**
 * @typedef {object} Order
 * @property {'run'} type
 * @property {'allocators' | 'wiring' | 'loading'} kind
 * @property {{ [name: string]: string }} settings
 * @property {string} base address of the site
 * @property {string} engine
 * @property {number} cores
 */

/**
 * What the Worker answers: the record when it begins and when it is done, each step in between, or why it failed.
 * @typedef {{ type: 'started' | 'done', record: import('./series.js').Record } |
 *   { type: 'step', step: import('./series.js').Progress } | { type: 'failed', message: string, remedy?: string }} Answer
 */

/** @type {Promise<void>} */
let mayGoOn = Promise.resolve();
let resume = () => {};

addEventListener('message', ({ data }) => {
  if (data.type === 'run')
    run(data).catch((error) =>
      answer({ type: 'failed', message: error.message ?? String(error), remedy: error.remedy }),
    );
  if (data.type === 'pause') {
    mayGoOn = new Promise((resolve) => {
      resume = resolve;
    });
  }
  if (data.type === 'resume') resume();
});

/** @param {Answer} message */
function answer(message) {
  postMessage(message);
}

/** Lets messages come in. */
function listen() {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve(undefined);
    };
    port2.postMessage(null);
  });
}

/** @param {Order} order */
async function run({ kind, settings, base, engine, cores }) {
  const read = (/** @type {string} */ file) =>
    requestBytes(new URL(file, base), file.endsWith('.wasm') ? undefined : 'file');
  const pace = paceOf(kind, settings.pace);
  const { sdk, tasks, entrants } = await open(kind, settings, base, read);
  if (!tasks.length) {
    throw Object.assign(new Error(`No workload has “${settings.only}” in its name.`), {
      remedy: 'Leave the field empty for all of them, or give a part of a name that the table has.',
    });
  }
  const { date } = await readJson(read, 'build.json');
  const build = `Heap Lab of ${date.slice(0, 16).replace('T', ' ')} UTC, Emscripten ${sdk}`;
  const record = beginRecord({ kind, engine, cores, build, settings, pace, entrants });
  answer({ type: 'started', record });
  const runs = runAll(tasks, pace, { step: record.clockStep });
  let next = await runs.next();
  while (!next.done) {
    answer({ type: 'step', step: next.value });
    await listen();
    await mayGoOn;
    next = await runs.next();
  }
  answer({ type: 'done', record: endRecord(record, next.value) });
}

/**
 * @param {Order['kind']} kind
 * @param {Order['settings']} settings
 * @param {string} base
 * @param {import('./bench.js').Read} read a file of the site
 */
async function open(kind, settings, base, read) {
  const readBench = (/** @type {string} */ file) => read(`bench/${file}`);
  if (kind === 'allocators') {
    const own = [{ name: 'memory.wasm', bytes: await read('memory.wasm') }];
    return openAllocators(readBench, own, {
      only: (settings.only ?? '').split(','),
      floor: settings.floor === 'yes',
    });
  }
  if (kind === 'wiring') return openWiring(readBench, await read('memory.wasm'));
  const { sdk } = await readIndex(readBench);
  const speed = { latency: Number(settings.latency), megabits: Number(settings.megabits) };
  return { sdk, ...(await openLoading(read, base, speed)) };
}

/** Loading takes its time by itself, so it is run less often. @param {Order['kind']} kind @param {string} name */
function paceOf(kind, name) {
  const pace = PACES[name];
  if (!pace) throw new Error(`There is no pace “${name}”.`);
  if (kind !== 'loading') return pace;
  return { starts: 1, samples: pace.starts * pace.samples, sampleTime: 0, warmUpTime: 0 };
}
