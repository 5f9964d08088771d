/** What can be read off the samples of a run, whatever was measured. */
import { geometricMean, median, summarize } from '../timing/statistics.js';

/** @typedef {import('./run.js').Run} Run */
/** @typedef {ReturnType<typeof rows>[0]} Row */
/** @typedef {Row['cells'][0]} Cell */

/** The cells of a table: one row for each task, one cell for each entrant. @param {Run} run */
export function rows({ tasks }) {
  return tasks.map(({ id, title, results }) => ({
    id,
    title,
    cells: results.map(({ name, samples, steady, pages, failure }) => ({
      name,
      steady,
      pages,
      failure,
      time: failure === undefined && samples.length ? summarize(samples) : undefined,
    })),
  }));
}

/** The least median of a row, in nanoseconds. @param {Cell[]} cells */
export const least = (cells) =>
  Math.min(...cells.map(({ time }) => time?.median ?? Number.POSITIVE_INFINITY));

/** @param {Row[]} table */
export const hasPages = (table) => table.some(({ cells }) => cells.some(({ pages }) => pages));

/** @param {Run} run */
export const hasSizes = ({ entrants }) => entrants.some(({ bytes }) => bytes !== undefined);

/** The tasks that every entrant finished. @param {Run} run */
export const complete = ({ tasks }) =>
  tasks.filter(({ results }) => results.every((one) => one.failure === undefined && one.samples.length));

/** @param {import('./run.js').TaskResult} task @param {string} name of an entrant @returns {number[]} */
export const samplesOf = ({ results }, name) => results.find((one) => one.name === name)?.samples ?? [];

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
