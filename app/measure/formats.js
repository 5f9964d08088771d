/** A run as plain text, for a terminal, and as JSON, CSV and Markdown, for files. */
import { figures, NONE, percent } from './figures.js';
import { kindOf } from './kinds/index.js';
import { hasPages, hasSizes, hasYardstick, least, medianText, rows } from './readings.js';
import { header, meansOfTable, sentences } from './report.js';

/** @typedef {import('./run.js').Run} Run */

/** @param {Run} run */
export function asText(run) {
  const { entrants } = run;
  const said = sentences(run);
  const blocks = [
    header(run).join('\n'),
    timesAsText(run),
    `* the least${hasYardstick(run) ? ', a yardstick aside' : ''}  ± half the 95 % interval of the median  ` +
      '! outliers  ~ times had not settled',
    ...(hasPages(rows(run)) ? [pagesAsText(run)] : []),
    ...(hasSizes(run)
      ? [
          columns([
            ['size', ...entrants.map(({ name }) => name)],
            ['bytes', ...entrants.map(({ bytes }) => String(bytes ?? NONE))],
            ['gzip', ...entrants.map(({ gzip }) => String(gzip ?? NONE))],
          ]),
        ]
      : []),
    said.map(({ met, text }) => `${met ? '  ok ' : 'LOSES'}  ${text}`).join('\n'),
  ];
  if (said.some(({ met }) => !met)) blocks.push('LOSES: what was lost, missed or could not be decided');
  return blocks.join('\n\n');
}

/** @param {Run} run */
function timesAsText(run) {
  const { name: unit, nanoseconds } = kindOf(run.kind).unit;
  const body = rows(run).map(({ title, cells }) => {
    const best = least(cells);
    const texts = cells.map((cell) => {
      const { time, steady, isYardstick } = cell;
      const median = medianText(cell, nanoseconds);
      if (!time) return median;
      const marks = `${steady ? '' : '~'}${time.outliers.length ? `!${time.outliers.length}` : ''}`;
      const isLeast = time.median === best && !isYardstick;
      return `${isLeast ? '*' : ''}${median} ±${percent(time.spread, 0)}%${marks}`;
    });
    return [title, ...texts];
  });
  return columns([
    [unit, ...run.entrants.map(({ name }) => name)],
    ...body,
    ...meanRow(run, ({ time }) => figures(time / nanoseconds)),
  ]);
}

/** @param {Run} run */
function pagesAsText(run) {
  return columns([
    ['pages of 64 KiB', ...run.entrants.map(({ name }) => name)],
    ...rows(run).map(({ title, cells }) => [title, ...cells.map(({ pages }) => String(pages || NONE))]),
    ...meanRow(run, ({ pages }) => figures(pages)),
  ]);
}

/**
 * @param {Run} run
 * @param {(mean: ReturnType<typeof meansOfTable>[0]) => string} say
 * @returns {string[][]} one, or none
 */
function meanRow(run, say) {
  const last = meansOfTable(run);
  return last.length ? [['geometric mean', ...last.map(say)]] : [];
}

/** Columns as wide as they need to be, numbers to the right. @param {string[][]} table */
function columns(table) {
  const widths = table[0].map((_, column) => Math.max(...table.map((row) => row[column].length)));
  const line = (/** @type {string[]} */ row) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[i])));
  return table.map((row) => line(row).join('  ').trimEnd()).join('\n');
}

/** All samples, with the verdicts. @param {Run[]} runs */
export function asJson(runs) {
  const full = runs.map((run) => ({
    ...run,
    sentences: sentences(run),
    standing: kindOf(run.kind).standing?.(run),
  }));
  return `${JSON.stringify(full, null, 1)}\n`;
}

const CSV_HEAD = 'date,kind,engine,cores,build,task,name,sample,nanoseconds,pages,failure';

/** One line for each sample. @param {Run} run */
export function asCsv(run) {
  const quote = (/** @type {unknown} */ value) => `"${String(value).replaceAll('"', '""')}"`;
  const head = [run.date, run.kind, run.engine, run.cores, run.build];
  const lines = run.tasks.flatMap(({ title, results }) =>
    results.flatMap(({ name, samples, pages, failure }) =>
      (samples.length ? samples : ['']).map((sample, i) =>
        [...head, title, name, i + 1, sample, pages ?? '', failure ?? ''].map(quote).join(','),
      ),
    ),
  );
  return `${[CSV_HEAD, ...lines].join('\r\n')}\r\n`;
}

/** The table for a README. @param {Run} run */
export function asMarkdown(run) {
  const { name: unit, nanoseconds } = kindOf(run.kind).unit;
  const { entrants } = run;
  const table = rows(run);
  const withPages = hasPages(table);
  const cell = (/** @type {string} */ time, /** @type {string | number} */ pages) =>
    withPages ? `${time} (${pages})` : time;
  const cells = [
    [withPages ? `${unit} (pages)` : unit, ...entrants.map(({ name }) => name)],
    ['---', ...entrants.map(() => '---:')],
    ...table.map((row) => [
      row.title,
      ...row.cells.map((one) => cell(medianText(one, nanoseconds), one.pages || NONE)),
    ]),
    ...meanRow(run, ({ time, pages }) => cell(figures(time / nanoseconds), figures(pages))),
    ...(hasSizes(run)
      ? [['bytes (gzip)', ...entrants.map(({ bytes, gzip }) => `${bytes ?? NONE} (${gzip ?? NONE})`)]]
      : []),
  ];
  const lines = cells.map((row) => `| ${row.join(' | ')} |`);
  const [title, ...rest] = header(run);
  const said = sentences(run).map(({ text }) => `- ${text}`);
  return [`**${title}.** ${rest.join('. ')}.`, '', ...lines, '', ...said].join('\n');
}
