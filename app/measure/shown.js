/** What a section shows of a run: the sentences, the chart and the table, put together. */
import { el } from '../ui/dom.js';
import { kindOf } from './kinds/index.js';
import { header, sentences } from './report.js';

/** @typedef {import('./run.js').Run} Run */

const ABOUT_FIGURES =
  'Each figure is a median, with half the width of its 95 % interval. “settling”: the times of the warm-up ' +
  'were not yet steady when it ended. “out”: the number of samples far from the others; these are kept and ' +
  'counted.';

/**
 * @param {Run} run
 * @param {{ table: HTMLElement, chart: HTMLElement, isDone: boolean }} parts its table, and the place of its
 *   chart; nothing is said of a run that is not done
 */
export function shownOf(run, { table, chart, isDone }) {
  const scroll = { className: 'scroll', tabIndex: 0, role: 'region', 'aria-label': 'The figures as a table' };
  return [
    el('p', { className: 'note' }, `${header(run).join('. ')}.`),
    ...(isDone ? verdicts(run) : []),
    ...(run.tasks.length ? [el('figure', {}, chart, el('figcaption', {}, caption(run)))] : []),
    el('div', scroll, table),
    el('p', { className: 'note' }, ABOUT_FIGURES),
  ];
}

/** @param {Run} run */
function verdicts(run) {
  const said = sentences(run);
  const items = said.map(({ met, text }) => el('li', { className: met ? 'met' : 'lost' }, text));
  const list = el('ul', { className: 'verdicts' }, ...items);
  if (said.every(({ met }) => met)) return [list];
  return [list, el('p', { className: 'note' }, '▸ What was lost, missed or could not be decided.')];
}

/** @param {Run} run */
const caption = ({ kind }) =>
  `Medians, in ${kindOf(kind).unit.name}. The line through a mark is the interval of its median. Small ` +
  'dots are samples far from the others; arrowheads are such samples beyond the axis. Farther left is ' +
  'better. The table below has the same medians.';
