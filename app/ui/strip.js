/**
 * The memory strip: the linear memory from address 0 to its end as one bar, to scale, with a second bar that
 * magnifies the part in question, and both again in words.
 *
 * It draws what it is given and knows no module. What would be narrower than two pixels is drawn two wide.
 */
import { placeOver } from '../chart/placing.js';
import { formatAddress, formatBytes } from '../format.js';
import { el } from './dom.js';

/**
 * @typedef {object} Span
 * @property {'used' | 'free' | 'cached' | 'header' | 'statics' | 'stack' | 'reserved' | 'heap'} kind
 * @property {number} start
 * @property {number} end
 * @property {string | null} [owner] whose it is: what is of two owners is not drawn as one
 */

/**
 * @typedef {object} Entry one line of the words beside the bars
 * @property {Span['kind']} kind
 * @property {string} text
 */

/**
 * @param {HTMLElement} place emptied and filled
 * @param {object} picture
 * @param {Span[]} picture.spans those of one kind in the order of their addresses
 * @param {number} picture.end of the memory, in bytes
 * @param {{ start: number, end: number, of?: string } | null} picture.lens the part to magnify; of the heap, if it
 *   does not say of what
 * @param {Entry[]} picture.words
 */
export function drawStrip(place, { spans, end, lens, words }) {
  const whole = { start: 0, end };
  place.replaceChildren(
    bar(spans, whole, `All of the memory, ${formatBytes(end)}, to scale`),
    ends(whole, `${formatBytes(end)}, to scale`),
    ...(lens
      ? [bar(spans, lens, `Magnified: ${magnified(lens)}`), ends(lens, `magnified: ${magnified(lens)}`)]
      : []),
    el(
      'ul',
      { className: 'legend' },
      ...words.map(({ kind, text }) => el('li', {}, el('i', { className: kind }), text)),
    ),
  );
}

/** @param {{ start: number, end: number, of?: string }} lens */
function magnified({ start, end, of = 'of the heap' }) {
  return `${formatBytes(end - start)} ${of}`;
}

/**
 * @param {Span[]} spans
 * @param {{ start: number, end: number }} window
 * @param {string} label
 */
function bar(spans, window, label) {
  const parts = [];
  for (const { kind, start, end } of visible(spans, window)) {
    const part = el('i', { className: kind });
    placeOver(part, { start, end }, window);
    parts.push(part);
  }
  return el(
    'div',
    { className: 'bar', role: 'img', 'aria-label': `${label}. The list below says what lies where.` },
    ...parts,
  );
}

/** More parts than this no eye tells apart in one bar; it is then drawn as so many columns. */
const COLUMNS = 600;

/**
 * The spans inside a window: each by itself while there are few, else the heap as what most of each column is.
 *
 * @param {Span[]} spans
 * @param {{ start: number, end: number }} window
 */
function visible(spans, window) {
  const parts = spans
    .map((span) => ({
      ...span,
      start: Math.max(span.start, window.start),
      end: Math.min(span.end, window.end),
    }))
    .filter(({ start, end }) => start < end);
  const regions = parts.filter(isRegion);
  const chunks = parts.filter((part) => !isRegion(part));
  const shown = [...regions, ...(parts.length > COLUMNS ? columns(chunks, window) : chunks)];
  // The smaller a part, the later it is painted: two pixels that stand for a few bytes are not covered.
  return shown.sort((a, b) => b.end - b.start - (a.end - a.start));
}

/** Is this none of the heap's chunks, of which there may be many? @param {Span} span */
function isRegion({ kind }) {
  return kind === 'reserved' || kind === 'stack' || kind === 'statics';
}

/**
 * @param {Span[]} parts inside the window, none over another
 * @param {{ start: number, end: number }} window
 */
function columns(parts, window) {
  const width = (window.end - window.start) / COLUMNS;
  /** @type {{ span: Span, bytes: number }[]} what there is most of in each column, so far */
  const most = [];
  /** @type {Map<string, number>} bytes by column, kind and owner */
  const bytes = new Map();
  for (const span of parts) {
    const last = Math.min(COLUMNS, Math.ceil((span.end - window.start) / width)) - 1;
    for (let column = Math.floor((span.start - window.start) / width); column <= last; column++) {
      const from = window.start + column * width;
      const key = `${column} ${span.kind} ${span.owner}`;
      const sum = (bytes.get(key) ?? 0) + Math.min(span.end, from + width) - Math.max(span.start, from);
      bytes.set(key, sum);
      if (!(most[column]?.bytes > sum)) most[column] = { span, bytes: sum };
    }
  }
  /** @type {{ span: Span, from: number, to: number }[]} columns beside each other that show the same */
  const runs = [];
  for (const [key, { span }] of Object.entries(most)) {
    const column = Number(key);
    const run = runs.at(-1);
    if (run && run.to === column && run.span.kind === span.kind && run.span.owner === span.owner) run.to++;
    else runs.push({ span, from: column, to: column + 1 });
  }
  return runs.map(({ span, from, to }) => ({
    ...span,
    start: window.start + from * width,
    end: window.start + to * width,
  }));
}

/**
 * @param {{ start: number, end: number }} window
 * @param {string} middle
 */
function ends({ start, end }, middle) {
  return el(
    'div',
    { className: 'ends' },
    el('span', {}, formatAddress(start)),
    el('span', {}, middle),
    el('span', {}, formatAddress(end)),
  );
}
