/**
 * A heap of memory.wasm as seen from outside: its chunks, lists and totals, a check of its invariants, and what it
 * found when it stopped.
 *
 * It always holds that nothing is written, that no function of the module is called, that every address is
 * unsigned, and that no view outlives a call, since the memory may grow between two of them. Where a header is
 * damaged the walk stops and says where.
 */
import { brokenInvariant } from './check.js';
import { readLayout } from './layout.js';

export const IN_USE = 0;
export const FREE = 1;
export const CACHED = 2;
/** What was never handed out, or came back to it: the heap's last chunk. */
export const TOP = 3;
/** The end of one part of the heap, where others took the pages behind it. */
export const WALL = 4;

export const KIND_NAMES = /** @type {const} */ (['in use', 'free', 'cached', 'top', 'wall']);

const FAULTS = /** @type {Record<string, string>} */ ({
  D: 'double free',
  P: 'no block of the heap',
  O: 'a header was overwritten at the end',
  L: 'a link was overwritten in the free block',
});

/**
 * @typedef {object} Chunks the chunks by address, one array for each fact
 * @property {number} count
 * @property {Uint32Array} addresses of the headers; a payload begins four bytes later
 * @property {Float64Array} sizes in bytes, headers included
 * @property {Uint8Array} kinds IN_USE, FREE, CACHED, TOP or WALL
 * @property {Uint8Array} afterFree 1 where the header says that the chunk before is free
 * @property {number | null} damaged address of the first header that can't be read; the walk ends before it
 */

/**
 * @typedef {object} Totals in bytes unless said otherwise; the payloads and the overhead make up the extent
 * @property {number} extent from the root to the end, pages of others included
 * @property {number} inUse payloads in use
 * @property {number} free payloads that can be had: free, cached, and the top
 * @property {number} overhead the root, all headers and footers, walls, and the tail
 * @property {number} foreign pages in between that others took
 * @property {number} peak from the root to as high as the top ever was
 * @property {number} largestFree the largest payload that could be handed out without a sweep or more memory
 * @property {number} grows how often the heap grew the memory
 * @property {number} blocks how many chunks are in use
 */

/** @typedef {{ kind: string, text: string, address: number }} Fault */
/**
 * @typedef {object} List a quick list or a bin
 * @property {number} size of its smallest chunk
 * @property {number} below its chunks are smaller than this
 * @property {boolean} bin
 * @property {number[]} chunks addresses of headers, the next to go first
 */

/** @param {{ memory: WebAssembly.Memory, exports: Record<string, unknown>, heapBase: number }} where */
export function openHeap({ memory, exports, heapBase }) {
  const layout = readLayout(memory, exports);
  const HEADER = layout.header;
  const root = heapBase;
  const first = root + Math.ceil(layout.rootSize / 8) * 8 + HEADER;

  const view = () => new DataView(memory.buffer);
  /** @param {number} offset */
  const field = (offset) => view().getUint32(root + offset, true);
  /** The end's address; 2^32 reads as 0. */
  const end = () => field(layout.end) || (field(layout.top) ? 2 ** 32 : 0);
  const started = () => root + layout.rootSize <= memory.buffer.byteLength && field(layout.top) !== 0;

  /**
   * Visits each chunk by address: its header's address, size, kind, and whether it says that the one before is free.
   * @param {(address: number, size: number, kind: number, afterFree: number) => void} visit
   * @returns {number | null} the address of the first damaged header
   */
  function walk(visit) {
    if (!started()) return null;
    const words = view();
    const top = field(layout.top);
    const limit = end();
    for (let at = first; ; ) {
      if (at >= limit || at + HEADER > words.byteLength) return at;
      const state = Math.imul(words.getUint32(at, true) - (at - root), layout.inverse) >>> 0;
      const flags = state & layout.flags;
      const size = state - flags;
      const kind = flags & layout.WALL;
      const afterFree = flags & layout.PREV_FREE ? 1 : 0;
      if (at === top) {
        if (state !== layout.FREE) return at;
        visit(at, limit - at, TOP, 0);
        return null;
      }
      if (kind === layout.WALL) {
        const next = words.getUint32(at + HEADER, true);
        if (size !== 0 || next <= at) return at;
        visit(at, layout.tail, WALL, afterFree);
        at = next;
        continue;
      }
      if (size < 8 || at + size > limit || state % 8 !== flags) return at;
      if (state >= layout.long && words.getUint32(at + size - HEADER, true) !== size) return at;
      visit(at, size, kind === layout.FREE ? FREE : kind === layout.CACHED ? CACHED : IN_USE, afterFree);
      at += size;
    }
  }

  /** @returns {Chunks} */
  function chunks() {
    let capacity = 1024;
    let addresses = new Uint32Array(capacity);
    let sizes = new Float64Array(capacity);
    let kinds = new Uint8Array(capacity);
    let after = new Uint8Array(capacity);
    let count = 0;
    const damaged = walk((address, size, kind, afterFree) => {
      if (count === capacity) {
        capacity *= 2;
        addresses = longer(new Uint32Array(capacity), addresses);
        sizes = longer(new Float64Array(capacity), sizes);
        kinds = longer(new Uint8Array(capacity), kinds);
        after = longer(new Uint8Array(capacity), after);
      }
      addresses[count] = address;
      sizes[count] = size;
      kinds[count] = kind;
      after[count] = afterFree;
      count++;
    });
    return {
      count,
      addresses: addresses.subarray(0, count),
      sizes: sizes.subarray(0, count),
      kinds: kinds.subarray(0, count),
      afterFree: after.subarray(0, count),
      damaged,
    };
  }

  /** The quick lists and the bins that are not empty. @returns {List[]} */
  function lists() {
    /** @type {List[]} */
    const found = [];
    if (!started()) return found;
    const words = view();
    const inside = (/** @type {number} */ at) => at >= root && at + 12 <= words.byteLength && at % 8 === 4;
    const limit = words.byteLength / 16;
    for (let size = 8; size < layout.quickEnd; size += 8) {
      const members = [];
      let at = words.getUint32(root + layout.quick + size / 2, true);
      for (; at && inside(at) && members.length < limit; at = linked(words, at, HEADER)) members.push(at);
      if (at) members.push(at);
      if (members.length) found.push({ size, below: size + 8, bin: false, chunks: members });
    }
    for (let bin = 0; bin < layout.binCount; bin++) {
      const head = root + layout.bins + 8 * bin - HEADER;
      const members = [];
      // A bin whose bit is clear is empty, whatever its links say.
      if (!(words.getUint8(root + layout.map + (bin >> 3)) & (1 << (bin & 7)))) continue;
      let at = linked(words, head, HEADER);
      for (; at !== head && inside(at) && members.length < limit; at = linked(words, at, HEADER))
        members.push(at);
      if (at !== head) members.push(at);
      if (members.length) {
        const below = bin + 1 < layout.binCount ? binStart(bin + 1) : Number.POSITIVE_INFINITY;
        found.push({ size: binStart(bin), below, bin: true, chunks: members });
      }
    }
    return found;
  }

  /** The size of the smallest chunk that goes into a bin. @param {number} bin */
  function binStart(bin) {
    const each = 2 ** layout.subBits;
    if (bin < 2 * each) return bin * 8;
    return (each + (bin % each)) * 8 * 2 ** (Math.floor(bin / each) - 1);
  }

  /** @returns {Totals} */
  function totals() {
    const sum = { inUse: 0, free: 0, foreign: 0, largestFree: 0, blocks: 0 };
    let before = 0;
    walk((address, size, kind) => {
      if (before) sum.foreign += address - HEADER - before;
      before = 0;
      if (kind === WALL) before = Math.ceil((address + size) / 65536) * 65536;
      else if (kind === IN_USE) {
        sum.inUse += payloadSize(size);
        sum.blocks++;
      } else {
        const payload = kind === TOP ? Math.max(0, size - layout.tail - HEADER) : payloadSize(size);
        sum.free += payload;
        sum.largestFree = Math.max(sum.largestFree, payload);
      }
    });
    const extent = started() ? end() - root : 0;
    return {
      extent,
      ...sum,
      overhead: extent - sum.inUse - sum.free - sum.foreign,
      peak: extent ? Math.max(0, field(layout.peak) - root) : 0,
      grows: extent ? field(layout.grows) : 0,
    };
  }

  /** What is left for the user of a chunk. @param {number} size */
  function payloadSize(size) {
    return size - (size < layout.long ? HEADER : 2 * HEADER);
  }

  /** What stopped the heap, if anything did. @returns {Fault | null} */
  function fault() {
    if (!started()) {
      // A pointer may be wrong before there is a heap.
      if (root + layout.rootSize > memory.buffer.byteLength) return null;
    }
    const kind = String.fromCharCode(field(layout.fault));
    const address = field(layout.fault + 4);
    if (!(kind in FAULTS)) return null;
    return { kind, address, text: `${FAULTS[kind]}: 0x${address.toString(16)}` };
  }

  return {
    root,
    first,
    layout,
    started,
    walk,
    chunks,
    lists,
    totals,
    payloadSize,
    fault,
    /** The first invariant that doesn't hold, in words, or null. */
    check: () =>
      started() ? brokenInvariant({ memory, layout, root, chunks: chunks(), lists: lists() }) : null,
  };
}

/** @typedef {ReturnType<typeof openHeap>} Heap */

/**
 * A link is the address it leads to, turned over and mixed with the address of the chunk that it is in.
 * @param {DataView} words
 * @param {number} chunk
 * @param {number} offset
 */
function linked(words, chunk, offset) {
  return (~words.getUint32(chunk + offset, true) ^ chunk) >>> 0;
}

/**
 * @template {Uint32Array | Float64Array | Uint8Array} T
 * @param {T} to
 * @param {T} from
 */
function longer(to, from) {
  to.set(from);
  return to;
}
