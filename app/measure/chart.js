/**
 * The chart of a run, and the same as a picture. Its medians are those of the table. The ends of the
 * intervals and the samples far from the others are in the chart and in the saved files, but not one by one
 * in the table.
 *
 * The page imports the code that draws, and its library, when it draws the first chart.
 */
import { markOf } from '../chart/marks/index.js';
import { asPng } from '../chart/png.js';
import { el } from '../ui/dom.js';
import { kindOf } from './kinds/index.js';
import { rows } from './readings.js';
import { header } from './report.js';

/** @typedef {import('./run.js').Run} Run */

const LEAST_WIDTH = 260;
/** How long a page that is not on the screen waits for a layout, in milliseconds. */
const LAYOUT_WAIT = 300;

/** Takes away the chart that stands in a place. @type {WeakMap<HTMLElement, () => void>} */
const destroyIn = new WeakMap();
/** The run whose chart belongs in a place. @type {WeakMap<HTMLElement, Run>} */
const runIn = new WeakMap();

/** @param {HTMLElement} place in which no chart is drawn any more, until the next is asked for */
export function emptyChart(place) {
  runIn.delete(place);
  destroyIn.get(place)?.();
  destroyIn.delete(place);
  place.replaceChildren();
}

/**
 * Draws the chart of a run, unless another is asked for meanwhile.
 * @param {HTMLElement} place is emptied and filled @param {Run} run with at least one task
 */
export async function drawChart(place, run) {
  runIn.set(place, run);
  const { intervalChart } = await import('../chart/intervals.js');
  await laidOut();
  if (runIn.get(place) !== run) return;
  const { name: unit, nanoseconds } = kindOf(run.kind).unit;
  const groups = rows(run).map(({ title, cells }) => ({
    title,
    values: cells.map(({ time }) => time && inUnit(time, nanoseconds)),
  }));
  if (!groups.some(({ values }) => values.some(Boolean))) return emptyChart(place);
  destroyIn.get(place)?.();
  const series = run.entrants.map(({ name, ours }, i) => ({
    name,
    mark: markOf(i),
    isAccented: ours === true,
  }));
  const width = Math.max(LEAST_WIDTH, place.clientWidth);
  const { element, destroy } = intervalChart({ width, unit, series, rows: groups, colours: colours() });
  destroyIn.set(place, destroy);
  element.setAttribute('aria-hidden', 'true');
  // Paper is light: style sheets turn round there what was drawn in light colours.
  element.classList.toggle('in-the-dark', matchMedia('(prefers-color-scheme: dark)').matches);
  place.replaceChildren(key(run), element);
}

/** @param {HTMLElement} place that drawChart filled @param {Run} run @returns {Promise<Blob>} */
export function chartAsPng(place, run) {
  const canvas = place.querySelector('canvas');
  if (!canvas) throw new Error('There is no chart to make a picture of.');
  const names = run.entrants.map(({ name }, i) => `${markOf(i).sign} ${name}`);
  return asPng(canvas, { lines: [names.join('    '), ...header(run)], ...colours() });
}

/** What each mark stands for. @param {Run} run */
function key({ entrants }) {
  const items = entrants.map(({ name }, i) => el('li', {}, signOf(i), name));
  return el('ul', { className: 'marks' }, ...items);
}

/** The mark of an entrant as a letter, for the key and for tables. @param {number} entrant */
export const signOf = (entrant) => el('i', { 'aria-hidden': 'true' }, `${markOf(entrant).sign} `);

/** @param {import('../timing/statistics.js').Summary} time @param {number} nanoseconds */
function inUnit({ median, interval, outliers }, nanoseconds) {
  return {
    low: interval.low / nanoseconds,
    median: median / nanoseconds,
    high: interval.high / nanoseconds,
    outliers: outliers.map((one) => one / nanoseconds),
  };
}

/** The page's colours as they are now, by their names in its style sheet. */
function colours() {
  const style = getComputedStyle(document.documentElement);
  const of = (/** @type {string} */ name) => style.getPropertyValue(`--${name}`).trim();
  return { accent: of('accent'), ink: of('ink'), soft: of('soft'), rule: of('rule'), paper: of('paper') };
}

/**
 * Waits until the browser has laid out the page by itself. To ask for a width then costs nothing, and what
 * follows is a task of its own. A page that is not on the screen is never laid out, so the wait has an end.
 */
function laidOut() {
  return new Promise((resolve) => {
    const after = () => setTimeout(resolve);
    requestAnimationFrame(after);
    setTimeout(after, LAYOUT_WAIT);
  });
}
