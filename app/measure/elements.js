/**
 * A record as elements of the page: its verdicts, its figures, and how they differ from those of an earlier run.
 *
 * They are made from the record alone, and know neither the run nor the section that it is from.
 */
import { compareApart } from '../timing/statistics.js';
import { el } from '../ui/dom.js';
import { signOf } from './chart.js';
import { figures, means, rows, sentences, unitOf } from './report.js';

/** @typedef {import('./series.js').Record} Record */

/** @param {Record} record */
export function verdicts(record) {
  const said = sentences(record);
  const list = el(
    'ul',
    { className: 'verdicts' },
    ...said.map(({ met, text }) => el('li', { className: met ? 'met' : 'lost' }, text)),
  );
  if (said.every(({ met }) => met)) return [list];
  return [list, el('p', { className: 'note' }, '▸ What was lost, missed or could not be decided.')];
}

/** One row for what there is more of: tasks, or entrants. @param {Record} record */
export function tableOf(record) {
  const table = rows(record);
  const hasPages = table.some(({ cells }) => cells.some(({ pages }) => pages));
  const words = `${unitOf(record).name}${hasPages ? ', and pages of 64 KiB taken (p.)' : ''}; the least in bold`;
  const [head, body] = record.kind === 'allocators' ? byTask(record, table) : byEntrant(record, table);
  return el(
    'table',
    { className: 'data' },
    el('caption', {}, words),
    el('thead', {}, el('tr', {}, el('td', {}), ...head)),
    el('tbody', {}, ...body),
  );
}

/** @typedef {ReturnType<typeof rows>} Rows */

/** @param {Record} record @param {Rows} table @returns {[HTMLElement[], HTMLElement[]]} columns' heads, and rows */
function byTask(record, table) {
  const { entrants } = record;
  const times = table.map(({ title, cells }) => row(title, ...cellsOf(record, cells)));
  const mean = table.length > 1 ? means(record) : [];
  const meanCells = mean.map(({ time, pages }) =>
    el('td', {}, figures(time), el('small', {}, `, ${figures(pages)} p.`)),
  );
  return [
    entrants.map(({ name }, i) => column(sign(i), name)),
    [
      ...times,
      ...(mean.length ? [row('geometric mean', ...meanCells)] : []),
      ...(hasSize(record)
        ? [
            row('bytes', ...entrants.map(({ bytes }) => sizeCell(bytes))),
            row('with gzip', ...entrants.map(({ gzip }) => sizeCell(gzip))),
          ]
        : []),
    ],
  ];
}

/** @param {Record} record @param {Rows} table @returns {[HTMLElement[], HTMLElement[]]} columns' heads, and rows */
function byEntrant(record, table) {
  const cells = table.map((task) => cellsOf(record, task.cells));
  const sizes = hasSize(record);
  return [
    [...table.map(({ title }) => column(title)), ...(sizes ? [column('bytes'), column('with gzip')] : [])],
    record.entrants.map(({ name, bytes, gzip }, i) =>
      el(
        'tr',
        {},
        el('th', { scope: 'row' }, sign(i), name),
        ...cells.map((ofTask) => ofTask[i]),
        ...(sizes ? [sizeCell(bytes), sizeCell(gzip)] : []),
      ),
    ),
  ];
}

/** @param {Record} record */
const hasSize = ({ entrants }) => entrants.some(({ bytes }) => bytes !== undefined);

/** What stands before an entrant's name here and in the chart. @param {number} entrant */
const sign = (entrant) => el('i', { 'aria-hidden': 'true' }, `${signOf(entrant)} `);

/** @param {...(string | Node)} content */
const column = (...content) => el('th', { scope: 'col' }, ...content);

/** @param {string} title @param {...Node} cells */
const row = (title, ...cells) => el('tr', {}, el('th', { scope: 'row' }, title), ...cells);

/** @param {number | undefined} bytes */
const sizeCell = (bytes) => el('td', {}, bytes === undefined ? '–' : String(bytes));

/** The cells of one task, one for each entrant. @param {Record} record @param {Rows[0]['cells']} cells */
function cellsOf(record, cells) {
  const { divide } = unitOf(record);
  const least = Math.min(...cells.map(({ time }) => time?.median ?? Number.POSITIVE_INFINITY));
  return cells.map(({ time, steady, pages, failure }) => {
    if (!time) return el('td', {}, failure === undefined ? '–' : 'failed');
    const marks = [
      ...(steady ? [] : ['settling']),
      ...(time.outliers.length ? [`${time.outliers.length} out`] : []),
    ];
    const value = figures(time.median / divide);
    const spread = `± ${(100 * time.spread).toFixed(time.spread < 0.095 ? 1 : 0)} %`;
    return el(
      'td',
      {},
      time.median === least ? el('strong', {}, value) : value,
      el(
        'small',
        {},
        ` ${spread}${pages ? `, ${pages} p.` : ''}${marks.length ? ` (${marks.join(', ')})` : ''}`,
      ),
    );
  });
}

/** @param {Record} record @param {Record | null} before */
export function differences(record, before) {
  if (!before) return [];
  const notes = [];
  if (before.engine !== record.engine) notes.push(`It ran on another engine: ${before.engine}.`);
  if (before.build !== record.build) notes.push(`It ran another build: ${before.build}.`);
  const lines = record.tasks.flatMap(({ id, title, results }) =>
    results.flatMap(({ name, samples }) => {
      const old = before.tasks
        .find((one) => one.id === id)
        ?.results.find((one) => one.name === name)?.samples;
      if (!old?.length || !samples.length) return [];
      const { verdict, ratio } = compareApart(samples, old);
      const change =
        verdict === 'same'
          ? 'no difference seen'
          : verdict === 'a'
            ? `${ratio.toFixed(2)}x as fast as then`
            : `${(1 / ratio).toFixed(2)}x the time of then`;
      return [{ verdict, text: `${title}, ${name}: ${change}` }];
    }),
  );
  const changed = lines.filter(({ verdict }) => verdict !== 'same');
  const same = lines.length - changed.length;
  return [
    el(
      'p',
      {},
      [
        ...notes,
        lines.length
          ? `No difference seen in ${same} of ${lines.length} figures.`
          : 'The two have no figure in common.',
      ].join(' '),
    ),
    el('ul', {}, ...changed.map(({ text }) => el('li', {}, text))),
  ];
}
