/**
 * Makes a run: opens what a kind of measurement compares, then races its tasks one after another.
 *
 * A page does this in a Worker, a terminal in Node.
 */
import { clockStep, now } from '../timing/clock.js';
import { PACES, race, seededRandom } from '../timing/race.js';
import { checkSettings, withInitials } from './kinds/kind.js';
import { beginRun, endRun } from './run.js';
import { readIndex } from './site.js';

/** @typedef {import('./progress.js').Progress} Progress */
/** @typedef {import('./run.js').Run} Run */
/** @typedef {import('./run.js').TaskResult} TaskResult */
/** @typedef {import('./kinds/kind.js').Task} Task */
/** @typedef {import('../timing/race.js').Pace} Pace */

/**
 * @param {import('./kinds/kind.js').Kind} kind
 * @param {import('./site.js').Site} site
 * @param {Pick<Run, 'settings' | 'engine' | 'cores'>} about
 * @returns {Promise<{ run: Run, steps: AsyncGenerator<Progress, Run> }>} the run as it begins, and the steps
 *   that measure it; the generator returns it as it ended
 */
export async function openRun(kind, site, { settings: given, engine, cores }) {
  checkSettings(kind, given);
  const settings = withInitials(kind, given);
  const { sdk } = await readIndex(site);
  const { entrants, tasks } = await kind.open(site, settings);
  checkOrder(entrants, tasks);
  const build = await site.build(sdk);
  const pace = paceOf(kind, settings);
  const about = { kind: kind.id, engine, cores, build, clockStep: clockStep(), settings, pace, entrants };
  const run = beginRun(about);
  return { run, steps: measure(run, tasks) };
}

/**
 * Results belong to entrants by their places, so the contestants of a task must be the entrants, in their
 * order.
 * @param {import('./run.js').Entrant[]} entrants
 * @param {Task[]} tasks
 */
function checkOrder(entrants, tasks) {
  const names = entrants.map(({ name }) => name).join(', ');
  for (const { title, contestants } of tasks) {
    const found = contestants.map(({ name }) => name).join(', ');
    if (found !== names) throw new Error(`The contestants of “${title}” are ${found}, not ${names}.`);
  }
}

/** @param {import('./kinds/kind.js').Kind} kind @param {import('./run.js').Settings} settings */
function paceOf({ pace }, { pace: name }) {
  // Without the setting, normal.
  const chosen = PACES[name] ?? PACES.normal;
  return pace ? pace(chosen) : chosen;
}

/**
 * Counts the time of each step. Between two steps, a page that is hidden may pause for long.
 * @param {Run} run @param {Task[]} tasks @returns {AsyncGenerator<Progress, Run>}
 */
async function* measure(run, tasks) {
  const steps = runAll(tasks, run.pace, { step: run.clockStep });
  let took = 0;
  for (;;) {
    const before = now();
    const { done, value } = await steps.next();
    took += now() - before;
    if (done) return endRun(run, value, took);
    yield value;
  }
}

/**
 * @param {Task[]} tasks all with equally many contestants
 * @param {Pace} pace
 * @param {Parameters<typeof race>[2]} [options]
 * @returns {AsyncGenerator<Progress, TaskResult[]>}
 */
export async function* runAll(tasks, pace, options) {
  /** @type {TaskResult[]} */
  const results = [];
  let before = 0;
  for (const { id, title, contestants, also } of tasks) {
    // The same order of turns on all tasks would favour the same contestants on each.
    const turns = race(contestants, pace, { random: seededRandom(seedOf(id)), ...options });
    let turn = await turns.next();
    let of = 0;
    while (!turn.done) {
      of = turn.value.of;
      yield { task: title, ...turn.value, done: before + turn.value.done, of: of * tasks.length };
      turn = await turns.next();
    }
    before += of;
    const more = await also?.();
    const result = { id, title, results: turn.value.map((one, i) => ({ ...more?.[i], ...one })) };
    results.push(result);
    yield { task: title, name: '', done: before, of: of * tasks.length, result };
  }
  return results;
}

/** A number that is another for each task, and the same in every run (the hash FNV-1a). @param {string} id */
function seedOf(id) {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(id)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}
