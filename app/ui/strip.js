/**
 * The memory strip: one bar shows the linear memory from address 0 to its end, to scale. A second bar, the
 * lens, magnifies a part of it. A list says both in words.
 *
 * The strip draws spans and knows no module. A span that would be narrower than two pixels is drawn two wide.
 */
import { placeOver } from '../chart/placing.js';
import { formatAddress } from '../hex.js';
import { formatBytes } from '../numbers.js';
import { el } from './dom.js';

/**
 * @typedef {object} Span
 * @property {'used' | 'free' | 'cached' | 'header' | 'statics' | 'stack' | 'reserved' | 'heap'} kind
 * @property {number} start
 * @property {number} end
 * @property {string | null} [owner] spans of two owners are never drawn as one
 */

/**
 * @typedef {object} Entry one line of the list
 * @property {Span['kind']} kind
 * @property {string} text
 */

/**
 * @param {HTMLElement} place emptied and filled
 * @param {object} picture
 * @param {Span[]} picture.spans the spans of one kind are in the order of their addresses
 * @param {number} picture.end the size of the memory, in bytes
 * @param {{ start: number, end: number, of?: string } | null} picture.lens the part to magnify; `of` says of
 *   what, in words, and is “of the heap” if it is left out
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

/** No eye tells more parts than this apart in one bar. Of more, the strip draws so many columns. */
const COLUMNS = 600;

/**
 * The spans inside a window. Where there are too many, the chunks become columns, and each column shows the
 * kind of chunk that fills most of it.
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

/** Whether a span is a region outside the heap. @param {Span} span */
function isRegion({ kind }) {
  return kind === 'reserved' || kind === 'stack' || kind === 'statics';
}

/**
 * @param {Span[]} parts inside the window; no two overlap
 * @param {{ start: number, end: number }} window
 */
function columns(parts, window) {
  const width = (window.end - window.start) / COLUMNS;
  /** @type {{ span: Span, bytes: number }[]} by column: a span of the kind that fills most of it so far */
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
      if (sum >= (most[column]?.bytes ?? 0)) most[column] = { span, bytes: sum };
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
