/** Buttons that save a run as a file, and a link that measures again with the same settings. */
import { el } from '../ui/dom.js';
import { chartAsPng } from './chart.js';
import { asCsv, asJson, asText } from './formats.js';

/** @typedef {import('./run.js').Run} Run */

/**
 * How long an address of saved bytes stays valid, in milliseconds: a browser may take a while to read them.
 */
const SAVING = 10_000;

/**
 * What a run can be saved as.
 * @type {{ label: string, suffix: string, make: (run: Run, chart: HTMLElement) => Blob | Promise<Blob> }[]}
 */
const FILES = [
  { label: 'Save as JSON', suffix: 'json', make: (run) => blob(asJson([run]), 'application/json') },
  { label: 'Save as CSV', suffix: 'csv', make: (run) => blob(asCsv(run), 'text/csv') },
  { label: 'Save as text', suffix: 'txt', make: (run) => blob(`${asText(run)}\n`, 'text/plain') },
  { label: 'Save the chart as PNG', suffix: 'png', make: (run, chart) => chartAsPng(chart, run) },
];

/**
 * @param {Run} run
 * @param {HTMLElement} chart
 * @param {(error: Error) => void} fail is called when a file cannot be made
 */
export function exportsOf(run, chart, fail) {
  const buttons = FILES.map(({ label, suffix, make }) => {
    const save = async () => download(`${nameOf(run)}.${suffix}`, await make(run, chart));
    return el('button', { type: 'button', onclick: () => save().catch(fail) }, label);
  });
  const link = el('a', { href: linkTo(run) }, 'Link to a run with these settings');
  return el('p', { className: 'exports' }, ...buttons, link);
}

/** @param {string} text @param {string} type */
const blob = (text, type) => new Blob([text], { type });

/** @param {Run} run */
const nameOf = ({ kind, date }) => `heap-lab-${kind}-${date.slice(0, 16).replace(/\D/g, '-')}`;

/** @param {string} name @param {Blob} bytes */
function download(name, bytes) {
  const link = el('a', { href: URL.createObjectURL(bytes), download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), SAVING);
}

/** @param {Run} run */
function linkTo({ kind, settings }) {
  const url = new URL(location.href);
  url.search = new URLSearchParams({ ...settings, kind }).toString();
  url.hash = kind;
  return url.href;
}
