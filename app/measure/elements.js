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
  const { divide, name: unit } = unitOf(record);
  const table = rows(record);
  const { entrants } = record;
  const best = table.map(({ cells }) =>
    Math.min(...cells.map(({ time }) => time?.median ?? Number.POSITIVE_INFINITY)),
  );
  const mean = record.kind === 'allocators' && table.length > 1 ? means(record) : [];

  /** @param {ReturnType<typeof rows>[0]['cells'][0]} cell @param {number} least */
  const cellOf = ({ time, steady, pages, failure }, least) => {
    if (!time) return el('td', {}, failure === undefined ? '–' : 'failed');
    const marks = [
      ...(steady ? [] : ['settling']),
      ...(time.outliers.length ? [`${time.outliers.length} out`] : []),
    ];
    const value = figures(time.median / divide);
    return el(
      'td',
      {},
      time.median === least ? el('strong', {}, value) : value,
      el(
        'small',
        {},
        ` ± ${(100 * time.spread).toFixed(time.spread < 0.095 ? 1 : 0)} %${pages ? `, ${pages} p.` : ''}${marks.length ? ` (${marks.join(', ')})` : ''}`,
      ),
    );
  };
  const column = (/** @type {string} */ text, /** @type {number} */ i) =>
    el('th', { scope: 'col' }, ...(i < 0 ? [] : [el('i', { 'aria-hidden': 'true' }, `${signOf(i)} `)]), text);
  const isTall = record.kind === 'allocators';
  const hasPages = table.some(({ cells }) => cells.some(({ pages }) => pages));
  const caption = el(
    'caption',
    {},
    `${unit}${hasPages ? ', and pages of 64 KiB taken (p.)' : ''}; the least in bold`,
  );
  const size = (/** @type {'bytes' | 'gzip'} */ key) =>
    entrants.map((one) => el('td', {}, one[key] === undefined ? '–' : `${one[key]}`));
  const hasSize = entrants.some(({ bytes }) => bytes !== undefined);
  if (isTall) {
    return el(
      'table',
      { className: 'data' },
      caption,
      el('thead', {}, el('tr', {}, el('td', {}), ...entrants.map(({ name }, i) => column(name, i)))),
      el(
        'tbody',
        {},
        ...table.map(({ title, cells }, row) =>
          el('tr', {}, el('th', { scope: 'row' }, title), ...cells.map((cell) => cellOf(cell, best[row]))),
        ),
        ...(mean.length
          ? [
              el(
                'tr',
                {},
                el('th', { scope: 'row' }, 'geometric mean'),
                ...mean.map(({ time, pages }) =>
                  el('td', {}, figures(time), el('small', {}, `, ${figures(pages)} p.`)),
                ),
              ),
            ]
          : []),
        ...(hasSize
          ? [
              el('tr', {}, el('th', { scope: 'row' }, 'bytes'), ...size('bytes')),
              el('tr', {}, el('th', { scope: 'row' }, 'with gzip'), ...size('gzip')),
            ]
          : []),
      ),
    );
  }
  return el(
    'table',
    { className: 'data' },
    caption,
    el(
      'thead',
      {},
      el(
        'tr',
        {},
        el('td', {}),
        ...table.map(({ title }) => column(title, -1)),
        ...(hasSize ? [column('bytes', -1), column('with gzip', -1)] : []),
      ),
    ),
    el(
      'tbody',
      {},
      ...entrants.map(({ name, bytes, gzip }, i) =>
        el(
          'tr',
          {},
          el('th', { scope: 'row' }, el('i', { 'aria-hidden': 'true' }, `${signOf(i)} `), name),
          ...table.map(({ cells }, row) => cellOf(cells[i], best[row])),
          ...(hasSize ? [el('td', {}, String(bytes)), el('td', {}, String(gzip))] : []),
        ),
      ),
    ),
  );
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
