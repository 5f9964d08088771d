/**
 * One run after another: every thing to do is raced by its contestants, and the outcome is a record that tables,
 * charts, files and sentences are made from.
 *
 * It always holds that a record is plain data, the same whether a page or a terminal made it, with every sample in
 * it, and with what one needs to know to judge it: when, on what engine, by which build, how fine the clock was.
 */
import { clockStep } from '../timing/clock.js';
import { race } from '../timing/race.js';

/**
 * @typedef {object} Task
 * @property {string} id
 * @property {string} title
 * @property {import('../timing/race.js').Contestant[]} contestants
 * @property {() => Promise<{ pages: number }[]>} [also] what is found out besides the time, one for each contestant
 */

/** @typedef {import('../timing/race.js').Result & { pages?: number }} TaskEntry */
/** @typedef {{ id: string, title: string, results: TaskEntry[] }} TaskResult */

/**
 * @typedef {object} Entrant what a column of the table is about
 * @property {string} name
 * @property {boolean} [ours]
 * @property {boolean} [yardstick] measured with the others, no rival of theirs
 * @property {number} [bytes]
 * @property {number} [gzip] bytes
 */

/**
 * @typedef {object} Record
 * @property {1} version
 * @property {'allocators' | 'wiring' | 'loading'} kind
 * @property {string} unit of the samples
 * @property {string} date
 * @property {number} seconds that the run took
 * @property {string} engine
 * @property {number} cores
 * @property {string} build which build of Heap Lab and of Emscripten was measured
 * @property {number} clockStep in milliseconds
 * @property {{ [name: string]: string }} settings as the link to this run has them
 * @property {import('../timing/race.js').Pace} pace
 * @property {Entrant[]} entrants
 * @property {TaskResult[]} tasks
 */

/**
 * A record of a run that begins now.
 *
 * @param {Pick<Record, 'kind' | 'engine' | 'cores' | 'build' | 'settings' | 'pace' | 'entrants'>} about what is more
 *   in its entrants (their modules) is left out
 * @returns {Record}
 */
export function beginRecord({ kind, engine, cores, build, settings, pace, entrants }) {
  return {
    version: 1,
    kind,
    unit: 'ns',
    date: new Date().toISOString(),
    seconds: 0,
    engine,
    cores,
    build,
    clockStep: clockStep(),
    settings,
    pace,
    entrants: entrants.map(({ name, ours, yardstick, bytes, gzip }) => ({
      name,
      ours,
      yardstick,
      bytes,
      gzip,
    })),
    tasks: [],
  };
}

/** The record of a run that ends now. @param {Record} begun @param {TaskResult[]} tasks @returns {Record} */
export function endRecord(begun, tasks) {
  return { ...begun, tasks, seconds: Math.round((Date.now() - Date.parse(begun.date)) / 1000) };
}

/**
 * @typedef {object} Progress
 * @property {string} task its title
 * @property {string} name the contestant's
 * @property {number} done
 * @property {number} of
 * @property {TaskResult} [result] of the task that was just finished
 */

/**
 * @param {Task[]} tasks all with equally many contestants
 * @param {import('../timing/race.js').Pace} pace
 * @param {Parameters<typeof race>[2]} [options]
 * @returns {AsyncGenerator<Progress, TaskResult[]>}
 */
export async function* runAll(tasks, pace, options) {
  /** @type {TaskResult[]} */
  const results = [];
  let before = 0;
  for (const { id, title, contestants, also } of tasks) {
    const runs = race(contestants, pace, options);
    let step = await runs.next();
    let of = 0;
    while (!step.done) {
      of = step.value.of;
      yield { task: title, ...step.value, done: before + step.value.done, of: of * tasks.length };
      step = await runs.next();
    }
    before += of;
    const more = await also?.();
    const result = { id, title, results: step.value.map((one, i) => ({ ...one, ...more?.[i] })) };
    results.push(result);
    yield { task: title, name: '', done: before, of: of * tasks.length, result };
  }
  return results;
}
