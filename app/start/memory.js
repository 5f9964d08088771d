/**
 * The memory strip of the start page: the regions of the memory and, in place of the heap's region, its
 * chunks. Each drawing reads the chunks anew from their headers.
 */

import { CACHED, CUT, FREE, IN_USE, openHeap, TOP } from '../../lib/heap/index.js';
import { formatAddress, formatBytes } from '../format.js';
import { counted } from '../prose.js';
import { describeSpan, nameOfRegion } from '../regions.js';
import { drawStrip } from '../ui/strip.js';

/** @typedef {import('../wirings.js').Wired} Wired */
/** @typedef {import('../ui/strip.js').Span} Span */
/** @typedef {import('../ui/strip.js').Entry} Entry */
/** @typedef {ReturnType<typeof openHeap>} Heap */

/** The lens is at least so many bytes wide. */
const SMALLEST_LENS = 256;
/** In a wider lens than this nobody would see the four bytes of a header. */
const WIDEST_LENS_WITH_HEADERS = 4096;

/** The state that the strip draws for a kind of chunk. A wall, which ends a part of the heap, has none. */
const STATES = /** @type {const} */ ({
  [IN_USE]: 'used',
  [FREE]: 'free',
  [CACHED]: 'cached',
  [CUT]: 'free', // small chunks are cut from it
  [TOP]: 'free',
});

/**
 * @param {HTMLElement} place
 * @param {Wired} wired
 * @param {number[]} live the addresses of the Records, which the lens shows
 */
export function drawMemory(place, { memory, allocatorModule: module, regions, heapBase }, live) {
  const end = memory.buffer.byteLength;
  const heap = openHeap({ memory, module, heapBase });
  const lens = live.length > 0 ? lensOver(live, end) : null;
  const outside = regions
    .filter(({ kind }) => kind !== 'heap')
    .map((region) => ({ ...region, end: region.end ?? end }));
  const { spans, sums } = readChunks(heap, lens);

  /** @type {Entry[]} */
  const words = outside.map((region) => ({
    kind: region.kind,
    text: describeSpan(nameOfRegion(region), region),
  }));
  const chunked = (/** @type {keyof typeof sums} */ state) =>
    `${counted(sums[state].chunks, 'chunk')}, ${formatBytes(sums[state].bytes)}`;
  const books = `${formatBytes(heap.first - heap.root)} from ${formatAddress(heap.root)}`;
  words.push(
    { kind: 'header', text: `The heap’s own books: ${books}, and a header before each block` },
    { kind: 'used', text: `In use: ${chunked('used')} with headers` },
    { kind: 'cached', text: `Cached, for the next block of that size: ${chunked('cached')}` },
    { kind: 'free', text: `Free: ${chunked('free')}` },
  );
  drawStrip(place, { spans: [...outside, ...spans], end, lens, words });
}

/**
 * @param {Heap} heap
 * @param {{ start: number, end: number } | null} lens
 * @returns the chunks as the strip draws them, with their headers where the lens shows them, and the sums by
 *   state
 */
function readChunks(heap, lens) {
  const showsHeaders = lens !== null && lens.end - lens.start <= WIDEST_LENS_WITH_HEADERS;
  const chunks = heap.chunks();
  /** @type {Span[]} */
  const spans = [];
  if (chunks.count > 0) spans.push({ kind: 'header', start: heap.root, end: heap.first });
  const sums = {
    used: { chunks: 0, bytes: 0 },
    cached: { chunks: 0, bytes: 0 },
    free: { chunks: 0, bytes: 0 },
  };
  for (let index = 0; index < chunks.count; index++) {
    const state = STATES[/** @type {keyof typeof STATES} */ (chunks.kinds[index])];
    if (!state) continue;
    const start = chunks.addresses[index];
    const end = start + chunks.sizes[index];
    sums[state].chunks++;
    sums[state].bytes += end - start;
    const block = start + heap.layout.header;
    const isInLens = showsHeaders && start < lens.end && end > lens.start;
    if (isInLens) spans.push({ kind: 'header', start, end: block });
    spans.push({ kind: state, start: isInLens ? block : start, end });
  }
  return { spans, sums };
}

/**
 * Why the allocator stopped, if it did.
 *
 * @param {Wired} wired
 * @returns {string | null} as in `double free: 0x10448`
 */
export function faultOf({ memory, allocatorModule: module, heapBase }) {
  return openHeap({ memory, module, heapBase }).fault()?.text ?? null;
}

/**
 * @param {number[]} addresses that the lens must show
 * @param {number} end of the memory
 * @returns {{ start: number, end: number }} a lens whose size is a power of two, unless the memory ends
 *   before
 */
function lensOver(addresses, end) {
  let first = Infinity;
  let last = 0;
  for (const address of addresses) {
    first = Math.min(first, address);
    last = Math.max(last, address);
  }
  const start = first - (first % 64);
  let size = SMALLEST_LENS;
  while (start + size < last + 64) size *= 2;
  return { start, end: Math.min(start + size, end) };
}
