/**
 * The chart of a record: one row for each task, one mark for each entrant at its median, with a line over the interval.
 *
 * It says nothing that the table beside it does not say. Marks differ in shape, not only in colour. The library that
 * draws the axes is asked for when the first chart is.
 */
import { el } from '../ui/dom.js';
import { rows, unitOf } from './report.js';
import { origin } from './text.js';

/** @typedef {import('./series.js').Record} Record */
/** @typedef {ReturnType<typeof colours>} Colours */
/** @typedef {NonNullable<ReturnType<typeof rows>[0]['cells'][0]['time']>} Times */

const SHAPES = ['circle', 'square', 'triangle', 'diamond', 'cross', 'ring'];
const SIGNS = ['●', '■', '▲', '◆', '✚', '○'];
/** Pixels for each mark, and the least for a row; more where there are few rows. */
const [MARK, ROW, FEW] = [9, 30, 4];
const SIZE = 5;
/** Between a label and the axis, in pixels. */
const GAP = 12;
const LABEL_FONT = '13px system-ui, sans-serif';

/** @param {number} i of an entrant */
export const signOf = (i) => SIGNS[i % SIGNS.length];

/** The page's colours as they are now, by their names in its style sheet. */
function colours() {
  const style = getComputedStyle(document.documentElement);
  const of = (/** @type {string} */ name) => style.getPropertyValue(`--${name}`).trim();
  return { accent: of('accent'), ink: of('ink'), soft: of('soft'), rule: of('rule'), paper: of('paper') };
}

/**
 * Waits until the browser has laid the page out by itself, so that to ask for a width costs nothing, and what follows is
 * a task of its own. A page that is not on the screen is never laid out: then a while is enough.
 */
function laidOut() {
  return new Promise((resolve) => {
    const after = () => setTimeout(resolve);
    requestAnimationFrame(after);
    setTimeout(after, 300);
  });
}

/**
 * @param {HTMLElement} place emptied and filled
 * @param {Record} record with at least one task
 */
export async function drawChart(place, record) {
  const { default: UPlot } = await import('../vendor/uplot.js');
  await laidOut();
  const page = colours();
  const { divide, name: unit } = unitOf(record);
  const table = rows(record);
  const count = record.entrants.length;
  const times = table.map(({ cells }) => cells.map(({ time }) => time));
  const all = times
    .flat()
    .flatMap((time) => (time ? [time.interval.low / divide, time.interval.high / divide] : []));
  if (!all.length) return place.replaceChildren();

  const width = Math.max(260, place.clientWidth);
  const labels = Math.min(168, 0.4 * width);
  const titles = shortened(
    table.map(({ title }) => title),
    labels - GAP,
  );
  // A logarithmic axis has no place for 0.
  const isWide = Math.min(...all) > 0 && Math.max(...all) > 8 * Math.min(...all);
  const plot = new UPlot(
    {
      width,
      height: 75 + Math.max(ROW, MARK * count) * table.length * (table.length < FEW ? 1.6 : 1),
      legend: { show: false },
      cursor: { show: false },
      scales: {
        x: { time: false, ori: 1, dir: -1, range: [-0.6, table.length - 0.4] },
        y: {
          ori: 0,
          dir: 1,
          distr: isWide ? 3 : 1,
          range: isWide ? [Math.min(...all) / 1.3, Math.max(...all) * 1.3] : [0, Math.max(...all) * 1.08],
        },
      },
      axes: [titleAxis(titles, labels, page), timeAxis(unit, isWide, page)],
      series: [
        {},
        ...record.entrants.map(({ name }) => ({
          label: name,
          scale: 'y',
          paths: () => null,
          points: { show: false },
        })),
      ],
      hooks: { draw: [(u) => drawMarks(u, record, times, divide, page)] },
    },
    [
      table.map((_, i) => i),
      ...record.entrants.map((_, i) => times.map((cells) => (cells[i] ? cells[i].median / divide : null))),
    ],
  );
  plot.root.setAttribute('aria-hidden', 'true');
  // For paper, which is light: what was drawn in light colours is turned there.
  plot.root.classList.toggle('in-the-dark', matchMedia('(prefers-color-scheme: dark)').matches);
  place.replaceChildren(
    el(
      'ul',
      { className: 'marks' },
      ...record.entrants.map(({ name }, i) =>
        el('li', {}, el('i', { 'aria-hidden': 'true' }, `${signOf(i)} `), name),
      ),
    ),
    plot.root,
  );
}

/**
 * The axis of the tasks: their titles.
 *
 * @param {string[]} titles
 * @param {number} size in pixels
 * @param {Colours} page
 * @returns {import('uplot').Axis}
 */
function titleAxis(titles, size, page) {
  return {
    scale: 'x',
    side: 3,
    size,
    stroke: page.ink,
    font: LABEL_FONT,
    grid: ruler(page),
    ticks: { show: false },
    splits: () => titles.map((_, i) => i),
    values: () => titles,
  };
}

/**
 * The axis of the times.
 *
 * @param {string} unit
 * @param {boolean} isWide whether it is logarithmic
 * @param {Colours} page
 * @returns {import('uplot').Axis}
 */
function timeAxis(unit, isWide, page) {
  return {
    scale: 'y',
    side: 2,
    label: unit,
    labelFont: LABEL_FONT,
    stroke: page.soft,
    font: '12px system-ui, sans-serif',
    grid: ruler(page),
    ticks: ruler(page),
    ...(isWide && {
      splits: (_, __, low, high) => wideSplits(low, high),
      values: (_, splits) => splits.map(String),
      filter: (_, splits) => splits,
    }),
  };
}

/** @param {Colours} page */
const ruler = (page) => ({ stroke: page.rule, width: 1 });

/**
 * @param {import('uplot')} u the chart, its axes drawn
 * @param {Record} record
 * @param {(Times | undefined)[][]} times of each task, of each entrant
 * @param {number} divide how many of their unit the axis has in one
 * @param {Colours} page
 */
function drawMarks(u, { entrants }, times, divide, page) {
  for (const [row, cells] of times.entries()) {
    for (const [i, time] of cells.entries()) {
      if (!time) continue;
      const at = u.valToPos(row + ((i + 0.5) / entrants.length - 0.5) * 0.7, 'x', true);
      const [low, middle, high] = [time.interval.low, time.median, time.interval.high].map((one) =>
        u.valToPos(one / divide, 'y', true),
      );
      const ink = entrants[i].ours ? page.accent : page.ink;
      drawMark(u.ctx, { shape: SHAPES[i % SHAPES.length], ink, paper: page.paper, at, low, middle, high });
      u.ctx.fillStyle = page.soft;
      for (const one of time.outliers) {
        drawOutlier(u.ctx, u.valToPos(one / divide, 'y', true), at, u.bbox);
      }
    }
  }
}

/** 1, 2 and 5 of every power of ten in between. @param {number} low @param {number} high */
function wideSplits(low, high) {
  const splits = [];
  for (let power = Math.floor(Math.log10(low)); 10 ** power <= high; power++) {
    splits.push(...[1, 2, 5].map((digit) => Number(`${digit}e${power}`)));
  }
  return splits.filter((split) => split >= low && split <= high);
}

/** Cut at their ends where they are too long. @param {string[]} titles @param {number} room in pixels */
function shortened(titles, room) {
  const ctx = /** @type {CanvasRenderingContext2D} */ (el('canvas').getContext('2d'));
  ctx.font = LABEL_FONT;
  const fits = (/** @type {string} */ text) => ctx.measureText(text).width <= room;
  return titles.map((title) => {
    if (fits(title)) return title;
    let length = title.length - 1;
    while (length > 1 && !fits(`${title.slice(0, length)}…`)) length--;
    return `${title.slice(0, length)}…`;
  });
}

/**
 * @param {CanvasRenderingContext2D} ctx
 * @param {{ shape: string, ink: string, paper: string, at: number, low: number, middle: number, high: number }} mark
 *   in pixels of the canvas
 */
function drawMark(ctx, { shape, ink, paper, at, low, middle, high }) {
  const size = SIZE * devicePixelRatio;
  ctx.save();
  ctx.strokeStyle = ink;
  ctx.fillStyle = ink;
  ctx.lineWidth = 1.5 * devicePixelRatio;
  ctx.beginPath();
  ctx.moveTo(low, at);
  ctx.lineTo(high, at);
  ctx.stroke();
  ctx.beginPath();
  if (shape === 'circle' || shape === 'ring') ctx.arc(middle, at, size, 0, 7);
  if (shape === 'square') ctx.rect(middle - size * 0.85, at - size * 0.85, size * 1.7, size * 1.7);
  if (shape === 'triangle')
    path(ctx, middle, at, [
      [0, -size],
      [size, size * 0.8],
      [-size, size * 0.8],
    ]);
  if (shape === 'diamond')
    path(ctx, middle, at, [
      [0, -size * 1.2],
      [size, 0],
      [0, size * 1.2],
      [-size, 0],
    ]);
  if (shape === 'cross') {
    ctx.lineWidth = 3 * devicePixelRatio;
    path(ctx, middle, at, [
      [-size, 0],
      [size, 0],
    ]);
    ctx.stroke();
    ctx.beginPath();
    path(ctx, middle, at, [
      [0, -size],
      [0, size],
    ]);
    ctx.stroke();
  } else if (shape === 'ring') {
    ctx.fillStyle = paper;
    ctx.fill();
    ctx.stroke();
  } else ctx.fill();
  ctx.restore();
}

/** @param {CanvasRenderingContext2D} ctx @param {number} x @param {number} y @param {number[][]} corners */
function path(ctx, x, y, corners) {
  for (const [i, [dx, dy]] of corners.entries()) ctx[i ? 'lineTo' : 'moveTo'](x + dx, y + dy);
  ctx.closePath();
}

/**
 * A dot for a sample far from the others, or, at the end of the axis, an arrowhead for one that is beyond it.
 *
 * @param {CanvasRenderingContext2D} ctx
 * @param {number} x
 * @param {number} y
 * @param {{ left: number, width: number }} box
 */
function drawOutlier(ctx, x, y, { left, width }) {
  const end = Math.min(Math.max(x, left), left + width);
  const size = (end === x ? 1.5 : 4) * devicePixelRatio;
  ctx.beginPath();
  if (end === x) ctx.arc(x, y, size, 0, 7);
  else {
    const back = x > end ? -size : size;
    path(ctx, end, y, [
      [0, 0],
      [back, size],
      [back, -size],
    ]);
  }
  ctx.fill();
}

/**
 * The chart as a picture, with its key and where it was measured.
 *
 * @param {HTMLElement} place that drawChart filled
 * @param {Record} record
 * @returns {Promise<Blob>}
 */
export async function asPng(place, record) {
  const chart = place.querySelector('canvas');
  if (!chart) throw new Error('There is no chart to make a picture of.');
  const scale = devicePixelRatio;
  const lines = [
    record.entrants.map(({ name }, i) => `${signOf(i)} ${name}`).join('    '),
    ...origin(record),
  ];
  const canvas = el('canvas', { width: chart.width, height: chart.height + (lines.length + 1) * 20 * scale });
  const ctx = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  const page = colours();
  ctx.fillStyle = page.paper;
  ctx.fillRect(0, 0, canvas.width, canvas.height);
  ctx.fillStyle = page.ink;
  ctx.font = `${13 * scale}px system-ui, sans-serif`;
  const widest = Math.max(...lines.map((line) => ctx.measureText(line).width));
  const fit = Math.min(1, (canvas.width - 20 * scale) / widest);
  ctx.font = `${13 * scale * fit}px system-ui, sans-serif`;
  for (const [i, line] of lines.entries()) ctx.fillText(line, 10 * scale, (i + 1) * 20 * scale);
  ctx.drawImage(chart, 0, (lines.length + 1) * 20 * scale);
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('This browser made no picture.')))),
  );
}
