/**
 * A record in words: as plain text, for a terminal, and as JSON, CSV and Markdown, for files.
 */
import { counted } from '../prose.js';
import { figures, means, rows, sentences, standing, unitOf } from './report.js';

/** @typedef {import('./series.js').Record} Record */

const NAMES = { allocators: 'Allocators', wiring: 'What the wiring costs', loading: 'What loading costs' };

/** How a reader would say a setting. @type {{ [name: string]: (value: string) => string }} */
const SETTINGS = {
  latency: (value) => `${value} ms`,
  megabits: (value) => `${value} Mbit/s`,
  pace: (value) => `${value} pace`,
  only: (value) => `only workloads with ${value}`,
  floor: () => 'with a yardstick',
};

/** @param {Record['settings']} settings */
export function settingsInWords(settings) {
  const said = Object.entries(settings).map(([name, value]) => SETTINGS[name]?.(value) ?? `${name} ${value}`);
  return said.join(', ');
}

/** Where and when it was measured. @param {Record} record */
export function origin({ kind, date, engine, cores, build, pace, settings, clockStep, seconds }) {
  const set = settingsInWords(settings);
  const samples = `${counted(pace.starts, 'start')} of ${counted(pace.samples, 'sample')}${pace.starts > 1 ? ' each' : ''}`;
  return [
    `${NAMES[kind]}, ${date.slice(0, 16).replace('T', ' ')} UTC, in ${seconds} s`,
    `${engine}, ${counted(cores, 'core')}; ${build}`,
    `${samples}${set && `; ${set}`}; the clock steps by ${figures(clockStep * 1e6)} ns`,
  ];
}

/** @param {Record} record */
export function asText(record) {
  const { divide, name: unit } = unitOf(record);
  const names = record.entrants.map(({ name }) => name);
  const table = rows(record);
  const mean = table.length > 1 && record.kind === 'allocators' ? means(record) : [];

  const time = table.map(({ title, cells }) => {
    const best = Math.min(...cells.map(({ time }) => time?.median ?? Number.POSITIVE_INFINITY));
    return [
      title,
      ...cells.map(({ time, steady }) => {
        if (!time) return 'failed';
        const marks = `${steady ? '' : '~'}${time.outliers.length ? `!${time.outliers.length}` : ''}`;
        return `${time.median === best ? '*' : ''}${figures(time.median / divide)} ±${(100 * time.spread).toFixed(0)}%${marks}`;
      }),
    ];
  });
  const blocks = [
    origin(record).join('\n'),
    columns([
      [unit, ...names],
      ...time,
      ...(mean.length ? [['geometric mean', ...mean.map((one) => figures(one.time / divide))]] : []),
    ]),
    '* the least  ± half the 95 % interval of the median  ! outliers  ~ times had not settled',
  ];
  if (table.some(({ cells }) => cells.some(({ pages }) => pages))) {
    const pages = table.map(({ title, cells }) => [title, ...cells.map((one) => String(one.pages || '–'))]);
    const last = mean.length ? [['geometric mean', ...mean.map((one) => figures(one.pages))]] : [];
    blocks.push(columns([['pages of 64 KiB', ...names], ...pages, ...last]));
  }
  if (record.entrants.some(({ bytes }) => bytes)) {
    blocks.push(
      columns([
        ['size', ...names],
        ['bytes', ...record.entrants.map(({ bytes }) => String(bytes ?? '–'))],
        ['gzip', ...record.entrants.map(({ gzip }) => String(gzip ?? '–'))],
      ]),
    );
  }
  const said = sentences(record);
  blocks.push(said.map(({ met, text }) => `${met ? '  ok ' : 'LOSES'}  ${text}`).join('\n'));
  if (said.some(({ met }) => !met)) blocks.push('LOSES: what was lost, missed or could not be decided');
  return blocks.join('\n\n');
}

/** Columns as wide as they need to be, numbers to the right. @param {string[][]} cells */
function columns(cells) {
  const widths = cells[0].map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  return cells
    .map((row) =>
      row
        .map((cell, i) => (i === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[i])))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** All samples, with the verdicts. @param {Record[]} records */
export function asJson(records) {
  const full = records.map((record) => ({
    ...record,
    sentences: sentences(record),
    standing: record.kind === 'allocators' ? standing(record) : undefined,
  }));
  return `${JSON.stringify(full, null, 1)}\n`;
}

/** One line a sample. @param {Record} record */
export function asCsv(record) {
  const quote = (/** @type {unknown} */ value) => `"${String(value).replaceAll('"', '""')}"`;
  const head = [record.date, record.kind, record.engine, record.cores, record.build];
  const lines = record.tasks.flatMap(({ title, results }) =>
    results.flatMap(({ name, samples, pages, failure }) =>
      (samples.length ? samples : ['']).map((sample, i) =>
        [...head, title, name, i + 1, sample, pages ?? '', failure ?? ''].map(quote).join(','),
      ),
    ),
  );
  const names = [
    'date',
    'kind',
    'engine',
    'cores',
    'build',
    'task',
    'name',
    'sample',
    'nanoseconds',
    'pages',
    'failure',
  ];
  return `${[names.join(','), ...lines].join('\r\n')}\r\n`;
}

/** The table for a README. @param {Record} record */
export function asMarkdown(record) {
  const { divide, name: unit } = unitOf(record);
  const names = record.entrants.map(({ name }) => name);
  const row = (/** @type {string[]} */ cells) => `| ${cells.join(' | ')} |`;
  const hasPages = record.tasks.some(({ results }) => results.some(({ pages }) => pages));
  const mean = record.kind === 'allocators' ? means(record) : [];
  const lines = [
    row([`${unit}${hasPages ? ' (pages)' : ''}`, ...names]),
    row(['---', ...names.map(() => '---:')]),
    ...rows(record).map(({ title, cells }) =>
      row([
        title,
        ...cells.map(
          ({ time, pages }) =>
            `${time ? figures(time.median / divide) : 'failed'}${hasPages ? ` (${pages})` : ''}`,
        ),
      ]),
    ),
  ];
  if (mean.length)
    lines.push(row(['geometric mean', ...mean.map((one) => `${figures(one.time)} (${figures(one.pages)})`)]));
  if (record.entrants.some(({ bytes }) => bytes)) {
    lines.push(row(['bytes (gzip)', ...record.entrants.map(({ bytes, gzip }) => `${bytes} (${gzip})`)]));
  }
  const [title, ...rest] = origin(record);
  const said = sentences(record).map(({ text }) => `- ${text}`);
  return [`**${title}.** ${rest.join('. ')}.`, '', ...lines, '', ...said].join('\n');
}
