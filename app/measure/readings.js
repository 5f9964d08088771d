/**
 * What can be read off the samples of a run, whatever was measured: medians, means, and which tasks were
 * finished.
 */
import { geometricMean, median, summarize } from '../timing/statistics.js';
import { figures, NONE } from './figures.js';

/** @typedef {import('./run.js').Run} Run */
/** @typedef {ReturnType<typeof rows>[0]} Row */
/** @typedef {Row['cells'][0]} Cell */

/** The cells of a table: one row for each task, one cell for each entrant. @param {Run} run */
export function rows({ entrants, tasks }) {
  return tasks.map(({ id, title, results }) => ({
    id,
    title,
    cells: results.map((entry, i) => ({
      name: entry.name,
      steady: entry.steady,
      pages: entry.pages,
      failure: entry.failure,
      isYardstick: entrants[i]?.yardstick === true,
      time: isFinished(entry) ? summarize(entry.samples) : undefined,
    })),
  }));
}

/** The least median of a row, in nanoseconds. A yardstick competes with nobody. @param {Cell[]} cells */
export const least = (cells) =>
  Math.min(
    ...cells.map(({ time, isYardstick }) => (time && !isYardstick ? time.median : Number.POSITIVE_INFINITY)),
  );

/**
 * A cell's median as text, or why there is none.
 * @param {Cell} cell
 * @param {number} nanoseconds in one of the unit
 */
export function medianText({ time, failure }, nanoseconds) {
  if (time) return figures(time.median / nanoseconds);
  return failure === undefined ? NONE : 'failed';
}

/** @param {Row[]} table */
export const hasPages = (table) => table.some(({ cells }) => cells.some(({ pages }) => pages));

/** @param {Run} run */
export const hasSizes = ({ entrants }) => entrants.some(({ bytes }) => bytes !== undefined);

/** @param {Run} run */
export const hasYardstick = ({ entrants }) => entrants.some(({ yardstick }) => yardstick);

/** @param {import('./run.js').TaskEntry} entry of a task */
export const isFinished = ({ failure, samples }) => failure === undefined && samples.length > 0;

/** The tasks that every entrant finished. @param {Run} run */
export const complete = ({ tasks }) => tasks.filter(({ results }) => results.every(isFinished));

/**
 * @param {import('./run.js').TaskResult} task
 * @param {string} name of an entrant
 * @returns {number[] | null} null if it did not finish the task
 */
export function samplesOf({ results }, name) {
  const entry = results.find((one) => one.name === name);
  return entry && isFinished(entry) ? entry.samples : null;
}

/**
 * The geometric means of each entrant over all tasks that every entrant finished.
 *
 * @param {Run} run
 * @returns {{ name: string, time: number, pages: number }[]} none if there is no such task
 */
export function means(run) {
  const tasks = complete(run);
  if (!tasks.length) return [];
  return run.entrants.map(({ name }, i) => ({
    name,
    time: geometricMean(tasks.map(({ results }) => median(results[i].samples))),
    pages: geometricMean(tasks.map(({ results }) => results[i].pages ?? Number.NaN)),
  }));
}
