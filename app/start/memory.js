/**
 * The memory strip of the start page: the regions that linking laid out, and in the heap each chunk as its header
 * tells it now. Nothing is remembered from one drawing to the next.
 */

import { CACHED, CUT, FREE, IN_USE, openHeap, TOP } from '../../lib/heap/index.js';
import { formatAddress, formatBytes } from '../format.js';
import { counted } from '../prose.js';
import { describeSpan, nameOfRegion } from '../regions.js';
import { drawStrip } from '../ui/strip.js';

/** In a lens of more bytes than this the four bytes of a header would not be seen. */
const HEADERS_UP_TO = 4096;
const SMALLEST_LENS = 256;

/**
 * @param {HTMLElement} place
 * @param {import('../wirings.js').Wired} wired
 * @param {number[]} live addresses of the Records, for where the lens goes
 */
export function drawMemory(place, { memory, allocatorModule: module, regions, heapBase }, live) {
  const end = memory.buffer.byteLength;
  const heap = openHeap({ memory, module, heapBase });
  const chunks = heap.chunks();
  const lens = live.length > 0 ? lensOver(live, end) : null;
  const showsHeaders = lens !== null && lens.end - lens.start <= HEADERS_UP_TO;

  // The heap's own region is drawn by its chunks.
  const outside = regions
    .filter(({ kind }) => kind !== 'heap')
    .map((region) => ({ ...region, end: region.end ?? end }));
  /** @type {import('../ui/strip.js').Span[]} */
  const spans = [...outside];
  if (chunks.count > 0) spans.push({ kind: 'header', start: heap.root, end: heap.first });
  const kinds = /** @type {const} */ ({
    [IN_USE]: 'used',
    [FREE]: 'free',
    [CACHED]: 'cached',
    [CUT]: 'free',
    [TOP]: 'free',
  });
  const sums = {
    used: { blocks: 0, bytes: 0 },
    cached: { blocks: 0, bytes: 0 },
    free: { blocks: 0, bytes: 0 },
  };
  for (let index = 0; index < chunks.count; index++) {
    const kind = kinds[/** @type {keyof typeof kinds} */ (chunks.kinds[index])];
    if (!kind) continue;
    const start = chunks.addresses[index];
    const size = chunks.sizes[index];
    sums[kind].blocks++;
    sums[kind].bytes += size;
    const isSeen = showsHeaders && start < lens.end && start + size > lens.start;
    if (isSeen) spans.push({ kind: 'header', start, end: start + heap.layout.header });
    spans.push({ kind, start: isSeen ? start + heap.layout.header : start, end: start + size });
  }

  /** @type {import('../ui/strip.js').Entry[]} */
  const words = outside.map((region) => ({
    kind: region.kind,
    text: describeSpan(nameOfRegion(region), region),
  }));
  const chunked = (/** @type {keyof typeof sums} */ kind) =>
    `${counted(sums[kind].blocks, 'chunk')}, ${formatBytes(sums[kind].bytes)}`;
  words.push(
    {
      kind: 'header',
      text: `The heap’s own books: ${formatBytes(heap.first - heap.root)} from ${formatAddress(heap.root)}, and a header before each block`,
    },
    { kind: 'used', text: `In use: ${chunked('used')} with headers` },
    { kind: 'cached', text: `Cached, for the next block of that size: ${chunked('cached')}` },
    { kind: 'free', text: `Free: ${chunked('free')}` },
  );
  drawStrip(place, { spans, end, lens, words });
}

/**
 * What the allocator found when it stopped, if it did.
 * @param {import('../wirings.js').Wired} wired
 * @returns {string | null} as in `double free: 0x10448`
 */
export function faultOf({ memory, allocatorModule: module, heapBase }) {
  return openHeap({ memory, module, heapBase }).fault()?.text ?? null;
}

/**
 * @param {number[]} addresses that must be seen
 * @param {number} end of the memory
 * @returns {{ start: number, end: number }} a window of a power of two
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
