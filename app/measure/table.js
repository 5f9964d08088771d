/** The figures of a run as a table. */
import { el } from '../ui/dom.js';
import { signOf } from './chart.js';
import { figures, NONE, percent } from './figures.js';
import { kindOf } from './kinds/index.js';
import { hasPages, hasSizes, hasYardstick, least, medianText, rows } from './readings.js';
import { meansOfTable } from './report.js';

/** @typedef {import('./run.js').Run} Run */
/** @typedef {import('./readings.js').Row} Row */
/** @typedef {{ head: HTMLElement[], body: HTMLElement[] }} Parts the heads of the columns, and the rows */

/** @param {Run} run */
export function tableOf(run) {
  const { unit, table } = kindOf(run.kind);
  const tasks = rows(run);
  const aside = hasYardstick(run) ? ', a yardstick aside' : '';
  const pages = hasPages(tasks) ? ', and pages of 64 KiB taken (p.)' : '';
  const { head, body } = table.rows === 'tasks' ? byTask(run, tasks) : byEntrant(run, tasks);
  return el(
    'table',
    { className: 'data' },
    el('caption', {}, `${unit.name}${pages}; the least in bold${aside}`),
    el('thead', {}, el('tr', {}, el('td'), ...head)),
    el('tbody', {}, ...body),
  );
}

/** @param {Run} run @param {Row[]} tasks @returns {Parts} */
function byTask(run, tasks) {
  const { entrants } = run;
  const { nanoseconds } = kindOf(run.kind).unit;
  const means = meansOfTable(run).map(({ time, pages }) =>
    cell(figures(time / nanoseconds), Number.isNaN(pages) ? '' : `, ${figures(pages)} p.`),
  );
  const sizes = [
    row(
      ['bytes'],
      entrants.map(({ bytes }) => sizeCell(bytes)),
    ),
    row(
      ['with gzip'],
      entrants.map(({ gzip }) => sizeCell(gzip)),
    ),
  ];
  return {
    head: entrants.map(({ name }, i) => column(signOf(i), name)),
    body: [
      ...tasks.map((task) => row([task.title], cellsOf(task, nanoseconds))),
      ...(means.length ? [row(['geometric mean'], means)] : []),
      ...(hasSizes(run) ? sizes : []),
    ],
  };
}

/** @param {Run} run @param {Row[]} tasks @returns {Parts} */
function byEntrant(run, tasks) {
  const { nanoseconds } = kindOf(run.kind).unit;
  const cells = tasks.map((task) => cellsOf(task, nanoseconds));
  const withSizes = hasSizes(run);
  return {
    head: [
      ...tasks.map(({ title }) => column(title)),
      ...(withSizes ? [column('bytes'), column('with gzip')] : []),
    ],
    body: run.entrants.map(({ name, bytes, gzip }, i) =>
      row(
        [signOf(i), name],
        [...cells.map((ofTask) => ofTask[i]), ...(withSizes ? [sizeCell(bytes), sizeCell(gzip)] : [])],
      ),
    ),
  };
}

/** @param {...(string | Node)} content */
const column = (...content) => el('th', { scope: 'col' }, ...content);

/** @param {(string | Node)[]} title @param {Node[]} cells */
const row = (title, cells) => el('tr', {}, el('th', { scope: 'row' }, ...title), ...cells);

/** @param {string | Node} value @param {string} more */
const cell = (value, more) => el('td', {}, value, el('small', {}, more));

/** @param {number | undefined} bytes */
const sizeCell = (bytes) => el('td', {}, String(bytes ?? NONE));

/**
 * The cells of a task, one for each entrant.
 * @param {Row} task
 * @param {number} nanoseconds in one of the unit
 */
function cellsOf({ cells }, nanoseconds) {
  const best = least(cells);
  return cells.map((one) => {
    const { time, steady, pages, isYardstick } = one;
    const value = medianText(one, nanoseconds);
    if (!time) return el('td', {}, value);
    const remarks = [
      ...(steady ? [] : ['settling']),
      ...(time.outliers.length ? [`${time.outliers.length} out`] : []),
    ];
    const more = `${pages ? `, ${pages} p.` : ''}${remarks.length ? ` (${remarks.join(', ')})` : ''}`;
    return cell(
      time.median === best && !isYardstick ? el('strong', {}, value) : value,
      ` ± ${percent(time.spread)} %${more}`,
    );
  });
}
