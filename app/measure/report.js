/**
 * What is said of a run, the same for a page, a terminal and a file.
 *
 * It always holds that a verdict on one task names a winner only where the samples show one. Means over tasks
 * have no interval and say so. Sizes come from files, failures from the race.
 */
import { counted } from '../prose.js';
import { figures, minute } from './figures.js';
import { kindOf } from './kinds/index.js';
import { settingsInWords } from './kinds/kind.js';
import { means } from './readings.js';

/** @typedef {import('./run.js').Run} Run */
/** @typedef {import('./kinds/kind.js').Sentence} Sentence */

/** @param {Run} run @returns {Sentence[]} what was lost comes first */
export function sentences(run) {
  const said = [...failures(run), ...kindOf(run.kind).sentences(run)];
  return said.sort((a, b) => Number(a.met) - Number(b.met));
}

/** @param {Run} run @returns {Sentence[]} */
function failures({ tasks }) {
  return tasks.flatMap(({ title, results }) =>
    results
      .filter(({ failure }) => failure !== undefined)
      .map(({ name, failure }) => ({ met: false, text: `${name} failed on “${title}”: ${failure}` })),
  );
}

/** The means that a table ends with; none if it has no such row. @param {Run} run */
export const meansOfTable = (run) =>
  kindOf(run.kind).table.hasMean && run.tasks.length > 1 ? means(run) : [];

/** The lines above the figures: what was measured, when and where. @param {Run} run */
export function header({ kind: id, date, engine, cores, build, pace, settings, clockStep, seconds }) {
  const kind = kindOf(id);
  const samples = `${counted(pace.starts, 'start')} of ${counted(pace.samples, 'sample')}`;
  const chosen = settingsInWords(kind, settings);
  return [
    `${kind.title}, ${minute(date)}, in ${seconds} s`,
    `${engine}, ${counted(cores, 'core')}; ${build}`,
    `${samples}${pace.starts > 1 ? ' each' : ''}${chosen && `; ${chosen}`}; ` +
      `the clock steps by ${figures(clockStep * 1e6)} ns`,
  ];
}

/** One run in a list of several. @param {import('./run.js').Head} head */
export function inList({ kind, date, engine, settings }) {
  return `${minute(date)}, ${engine}, ${settingsInWords(kindOf(kind), settings)}`;
}
