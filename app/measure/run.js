/**
 * A run: what was measured at one time, on one machine, with every sample.
 *
 * It always holds that a run is plain data, the same whether a page or a terminal made it. It has in it what
 * a reader needs to judge it: the date, the engine, the build, how coarse the clock was.
 */
/** @typedef {import('../timing/race.js').Result & { pages?: number }} TaskEntry the samples of one entrant */
/**
 * What the entrants did on one task: one entry for each, in their order.
 * @typedef {{ id: string, title: string, results: TaskEntry[] }} TaskResult
 */

/**
 * One of those that a run compares. An entrant lasts for the whole run; in the race of each task, a
 * contestant of its name runs for it.
 * @typedef {object} Entrant
 * @property {string} name
 * @property {boolean} [ours] the one that sentences judge; of several that use our code, the first
 * @property {boolean} [yardstick] measured with the others, but no rival of theirs
 * @property {number} [bytes]
 * @property {number} [gzip] bytes
 */

/** @typedef {{ [name: string]: string }} Settings by their names in a link */

/**
 * @typedef {object} Run
 * @property {1} version
 * @property {string} kind the id of a kind of measurement
 * @property {string} unit of the samples
 * @property {string} date when it began
 * @property {number} seconds that its steps took, without pauses between them
 * @property {string} engine
 * @property {number} cores
 * @property {string} build which build of Heap Lab and of Emscripten was measured
 * @property {number} clockStep in milliseconds
 * @property {Settings} settings
 * @property {import('../timing/race.js').Pace} pace
 * @property {Entrant[]} entrants
 * @property {TaskResult[]} tasks
 */

/** @typedef {Pick<Run, 'date' | 'kind' | 'engine' | 'settings'>} Head what a list of runs says of each */

/**
 * A run that begins now.
 *
 * @param {Omit<Run, 'version' | 'unit' | 'date' | 'seconds' | 'tasks'>} about an entrant's other properties,
 *   such as its module, are left out
 * @returns {Run}
 */
export function beginRun({ kind, engine, cores, build, clockStep, settings, pace, entrants }) {
  return {
    version: 1,
    kind,
    unit: 'ns',
    date: new Date().toISOString(),
    seconds: 0,
    engine,
    cores,
    build,
    clockStep,
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

/**
 * The same run as it ended.
 * @param {Run} begun @param {TaskResult[]} tasks @param {number} took milliseconds, without pauses
 * @returns {Run}
 */
export function endRun(begun, tasks, took) {
  return { ...begun, tasks, seconds: Math.round(took / 1000) };
}

/** Whether it is what a list says of a run. @param {any} head from outside @returns {head is Head} */
export const isHead = (head) =>
  ['date', 'kind', 'engine'].every((name) => typeof head?.[name] === 'string') &&
  typeof head.settings === 'object' &&
  head.settings !== null;

/** Whether it is a run, with all that is read of one. @param {any} run from outside @returns {run is Run} */
export function isRun(run) {
  const { version, build, cores, clockStep, seconds, pace, entrants, tasks } = run ?? {};
  return (
    version === 1 &&
    isHead(run) &&
    typeof build === 'string' &&
    [cores, clockStep, seconds, pace?.starts, pace?.samples].every(Number.isFinite) &&
    isListOf(entrants, isEntrant) &&
    isListOf(tasks, (task) => typeof task?.title === 'string' && isListOf(task.results, isEntry)) &&
    tasks.every((/** @type {TaskResult} */ { results }) => results.length === entrants.length)
  );
}

/** @param {any} list @param {(one: any) => boolean} is */
const isListOf = (list, is) => Array.isArray(list) && list.every(is);

/** @param {any} entrant */
const isEntrant = (entrant) => typeof entrant?.name === 'string';

/** @param {any} entry */
const isEntry = (entry) => typeof entry?.name === 'string' && isListOf(entry.samples, Number.isFinite);
