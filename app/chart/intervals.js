/**
 * A chart of medians: one row for each group, and in it one mark for each series at its median, over a line
 * that covers its interval. Samples far from the others are small dots.
 *
 * It gets a plain configuration and touches no document but its own canvas. All values have the unit of the
 * axis.
 */
import UPlot from '../vendor/uplot.js';
import { drawMedian, drawOutlier } from './medians.js';

/** @typedef {{ low: number, median: number, high: number, outliers: number[] }} Value */
/** @typedef {{ accent: string, ink: string, soft: string, rule: string, paper: string }} Colours in CSS */

/**
 * @typedef {object} Configuration
 * @property {number} width in pixels
 * @property {string} unit the name of the axis
 * @property {{ name: string, mark: import('./marks/mark.js').Mark, isAccented: boolean }[]} series
 * @property {{ title: string, values: (Value | undefined)[] }[]} rows with a value for each series, or none
 * @property {Colours} colours
 */

/** Pixels for each mark, and the least for a row. Where there are few rows, each is higher. */
const MARK_HEIGHT = 9;
const ROW_HEIGHT = 30;
const FEW_ROWS = 4;
/** The part of a row that its marks share. */
const ROW_USED = 0.7;
const AXIS_HEIGHT = 75;
/** Between a title and the axis, in pixels. */
const GAP = 12;
const MAXIMUM_TITLE = 168;
const TITLE_FONT = '13px system-ui, sans-serif';
const TICK_FONT = '12px system-ui, sans-serif';
/** From this ratio of the greatest to the least value on, the axis is logarithmic. */
const WIDE = 8;

/**
 * @param {Configuration} configuration with at least one value
 * @returns {{ element: HTMLElement, destroy: () => void }} the element has the canvas in it; `destroy` takes
 *   it away, with what listens for it on the window
 */
export function intervalChart(configuration) {
  const { width, unit, series, rows, colours } = configuration;
  const ends = rows.flatMap(({ values }) =>
    values.flatMap((value) => (value ? [value.low, value.high] : [])),
  );
  const [least, greatest] = [Math.min(...ends), Math.max(...ends)];
  // A logarithmic axis has no place for 0.
  const isWide = least > 0 && greatest > WIDE * least;
  const titleWidth = Math.min(MAXIMUM_TITLE, 0.4 * width);
  const rowHeight = Math.max(ROW_HEIGHT, MARK_HEIGHT * series.length) * (rows.length < FEW_ROWS ? 1.6 : 1);
  const titles = rows.map(({ title }) => title);
  /** @type {import('uplot').Options} */
  const options = {
    width,
    height: AXIS_HEIGHT + rowHeight * rows.length,
    legend: { show: false },
    cursor: { show: false },
    // uPlot's x axis counts the rows and is drawn from top to bottom; its y axis is that of the values.
    scales: {
      x: { time: false, ori: 1, dir: -1, range: [-0.6, rows.length - 0.4] },
      y: {
        ori: 0,
        dir: 1,
        distr: isWide ? 3 : 1,
        range: isWide ? [least / 1.3, greatest * 1.3] : [0, greatest * 1.08],
      },
    },
    axes: [
      titleAxis(shortened(titles, titleWidth - GAP), titleWidth, colours),
      valueAxis(unit, isWide, colours),
    ],
    series: [
      {},
      ...series.map(({ name }) => ({ label: name, scale: 'y', paths: () => null, points: { show: false } })),
    ],
    hooks: { draw: [(plot) => drawRows(plot, configuration)] },
  };
  const plot = new UPlot(options, [
    rows.map((_, row) => row),
    ...series.map((_, i) => rows.map(({ values }) => values[i]?.median ?? null)),
  ]);
  return { element: plot.root, destroy: () => plot.destroy() };
}

/**
 * @param {string[]} titles
 * @param {number} size in pixels
 * @param {Colours} colours
 * @returns {import('uplot').Axis}
 */
function titleAxis(titles, size, colours) {
  return {
    scale: 'x',
    side: 3,
    size,
    stroke: colours.ink,
    font: TITLE_FONT,
    grid: ruler(colours),
    ticks: { show: false },
    splits: () => titles.map((_, row) => row),
    values: () => titles,
  };
}

/**
 * @param {string} unit
 * @param {boolean} isWide whether it is logarithmic
 * @param {Colours} colours
 * @returns {import('uplot').Axis}
 */
function valueAxis(unit, isWide, colours) {
  return {
    scale: 'y',
    side: 2,
    label: unit,
    labelFont: TITLE_FONT,
    stroke: colours.soft,
    font: TICK_FONT,
    grid: ruler(colours),
    ticks: ruler(colours),
    ...(isWide && {
      splits: (_, __, low, high) => wideSplits(low, high),
      values: (_, splits) => splits.map(String),
      filter: (_, splits) => splits,
    }),
  };
}

/** @param {Colours} colours */
const ruler = ({ rule }) => ({ stroke: rule, width: 1 });

/** 1, 2 and 5 times every power of ten in between. @param {number} low @param {number} high */
function wideSplits(low, high) {
  const splits = [];
  for (let power = Math.floor(Math.log10(low)); 10 ** power <= high; power++) {
    splits.push(...[1, 2, 5].map((digit) => Number(`${digit}e${power}`)));
  }
  return splits.filter((split) => split >= low && split <= high);
}

/** Titles that are too long lose their ends. @param {string[]} titles @param {number} room in pixels */
function shortened(titles, room) {
  const ctx = /** @type {CanvasRenderingContext2D} */ (document.createElement('canvas').getContext('2d'));
  ctx.font = TITLE_FONT;
  const fits = (/** @type {string} */ text) => ctx.measureText(text).width <= room;
  return titles.map((title) => {
    if (fits(title)) return title;
    let length = title.length - 1;
    while (length > 1 && !fits(`${title.slice(0, length)}…`)) length--;
    return `${title.slice(0, length)}…`;
  });
}

/** @param {import('uplot')} plot its axes are drawn @param {Configuration} configuration */
function drawRows({ ctx, bbox, valToPos }, { rows, series, colours }) {
  const x = (/** @type {number} */ value) => valToPos(value, 'y', true);
  const scale = devicePixelRatio;
  for (const [row, { values }] of rows.entries()) {
    for (const [i, value] of values.entries()) {
      if (!value) continue;
      const { mark, isAccented } = series[i];
      const ink = isAccented ? colours.accent : colours.ink;
      const y = valToPos(row + ((i + 0.5) / series.length - 0.5) * ROW_USED, 'x', true);
      const [low, middle, high] = [value.low, value.median, value.high].map(x);
      drawMedian(ctx, { mark, ink, paper: colours.paper, y, low, middle, high, scale });
      ctx.fillStyle = colours.soft;
      for (const outlier of value.outliers) drawOutlier(ctx, { x: x(outlier), y, scale }, bbox);
    }
  }
}
