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
/** The free chunk at the end of the heap, which is split last of all. */
export const TOP = 3;
/** The end of the heap, or of one part of it where others took the pages behind it. */
export const WALL = 4;
/** Where small chunks are cut from. */
export const CUT = 5;

export const KIND_NAMES = /** @type {const} */ (['in use', 'free', 'cached', 'top', 'wall', 'cut']);

/** What the module tells as 1 and so on, each with the letter that it is known by. */
const FAULTS = [
  { kind: 'D', text: 'double free' },
  { kind: 'P', text: 'no block of the heap' },
  { kind: 'O', text: 'a header was overwritten at the end' },
  { kind: 'L', text: 'what is free was overwritten, found at' },
];

/**
 * @typedef {object} Chunks the chunks by address, one array for each fact
 * @property {number} count
 * @property {Uint32Array} addresses of the headers; a payload begins four bytes later
 * @property {Float64Array} sizes in bytes, headers included
 * @property {Uint8Array} kinds IN_USE, FREE, CACHED, TOP, WALL or CUT
 * @property {Uint8Array} afterFree 1 where the header says that the chunk before is free
 * @property {number | null} damaged address of the first header that can't be read; the walk ends before it
 */

/**
 * @typedef {object} Totals in bytes unless said otherwise; the payloads and the overhead make up the extent
 * @property {number} extent from the root to the end, pages of others included
 * @property {number} inUse payloads in use
 * @property {number} free payloads that can be had: free, cached, the cut and the top
 * @property {number} overhead the root, all headers and footers, and walls
 * @property {number} foreign pages in between that others took
 * @property {number} peak from the root to where the top began when it began highest
 * @property {number} largestFree the largest payload of a free or cached chunk; what is cut from the cut is less than
 *   1 KiB and not counted
 * @property {number} grows how often the heap grew the memory since the first block
 * @property {number} blocks how many chunks are in use
 * @property {number | null} damaged as in Chunks: what is behind it is not in the sums, but for the overhead
 */

/** @typedef {{ kind: string, text: string, address: number }} Fault */
/**
 * @typedef {object} List a quick list or a bin
 * @property {number} size of its smallest chunk; 0 for the bin of the tops, where size says nothing
 * @property {number} below its chunks are smaller than this
 * @property {number} head what the last chunk leads to: 0 in a quick list; a bin is a ring
 * @property {number[]} chunks addresses of headers, the next to go first; where the list is damaged the last of them is
 *   no chunk, or one that was met before
 */

/**
 * @param {object} where
 * @param {WebAssembly.Memory} where.memory the one that the heap is in
 * @param {WebAssembly.Module} where.module memory.wasm, which says where things lie
 * @param {number} where.heapBase its __heap_base, as link() returns it
 * @throws {TypeError} for what is none of these
 */
export function openHeap({ memory, module, heapBase }) {
  if (!(memory instanceof WebAssembly.Memory)) throw new TypeError('memory must be a WebAssembly.Memory.');
  if (heapBase >>> 0 !== heapBase) throw new TypeError('heapBase must be an address.');
  const layout = readLayout(module);
  const HEADER = layout.header;
  const root = heapBase + HEADER; // it lies as chunks do
  const first = root + Math.ceil(layout.rootSize / 8) * 8;

  const kinds = new Map([
    [layout.FREE, FREE],
    [layout.CACHED, CACHED],
  ]);

  const view = () => new DataView(memory.buffer);
  /** @param {number} offset */
  const field = (offset) => view().getUint32(root + offset, true);
  const started = () => root + layout.rootSize <= memory.buffer.byteLength && field(layout.peak) !== 0;

  /**
   * Visits each chunk by address: its header's address, size, kind, and whether it says that the one before is free.
   * @param {(address: number, size: number, kind: number, afterFree: number) => void} visit
   * @returns {number | null} the address of the first damaged header
   */
  function walk(visit) {
    if (!started()) return null;
    const words = view();
    const lastWall = field(layout.wall);
    const cut = field(layout.cut);
    for (let at = first; ; ) {
      if (at > lastWall) return at;
      const state = Math.imul(words.getUint32(at, true) + (at - root), layout.inverse) >>> 0;
      const flags = state & layout.flags;
      const kind = flags & layout.WALL;
      const afterFree = flags & layout.PREV_FREE ? 1 : 0;
      let size = state - flags;
      if (kind === layout.WALL) {
        const next = words.getUint32(at + HEADER, true);
        if (size !== 0 || (at === lastWall ? next !== 0 : next <= at)) return at;
        visit(at, layout.wallSize, WALL, afterFree);
        if (at === lastWall) return null;
        at = next;
        continue;
      }
      const isCut = at === cut && kind === layout.CACHED && size === 0;
      if (isCut) size = field(layout.cutLeft);
      if (size === 0 || at + size > lastWall) return at;
      const isTop = kind === layout.FREE && at + size === lastWall;
      if (state >= layout.long && !isTop && words.getUint32(at + size - HEADER, true) !== size) return at;
      visit(at, size, isCut ? CUT : isTop ? TOP : (kinds.get(kind) ?? IN_USE), afterFree);
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
    // A bit for each place that a chunk may begin at: whether it was met. Sets and Maps end at 2^24.
    const met = new Uint8Array(Math.ceil(words.byteLength / 64));
    const isNew = (/** @type {number} */ at) => {
      const bit = 1 << ((at >>> 3) & 7);
      const before = met[at >>> 6];
      met[at >>> 6] |= bit;
      return !(before & bit);
    };
    /** @param {number} first @param {number} head */
    const members = (first, head) => {
      const chunks = [];
      let at = first;
      for (; at !== head && inside(at) && isNew(at); at = linked(words, at, HEADER)) chunks.push(at);
      if (at !== head) chunks.push(at);
      return chunks;
    };
    for (let size = 8; size < layout.quickEnd; size += 8) {
      const chunks = members(words.getUint32(root + layout.quick + size / 2, true), 0);
      if (chunks.length) found.push({ size, below: size + 8, head: 0, chunks });
    }
    for (let bin = 0; bin < layout.binCount; bin++) {
      // A bin whose bit is clear is empty, whatever its links say.
      if (!(words.getUint8(root + layout.map + (bin >> 3)) & (1 << (bin & 7)))) continue;
      const head = root + layout.bins + 8 * bin - HEADER;
      const chunks = members(linked(words, head, HEADER), head);
      if (chunks.length) {
        const below = bin + 1 < layout.topBin ? binStart(bin + 1) : Number.POSITIVE_INFINITY;
        found.push({ size: bin === layout.topBin ? 0 : binStart(bin), below, head, chunks });
      }
    }
    return found;
  }

  /** The size of the smallest chunk that goes into a bin, which is not that of the top. @param {number} bin */
  function binStart(bin) {
    const each = 2 ** layout.subBits;
    if (bin < 2 * each) return bin * 8;
    return (each + (bin % each)) * 8 * 2 ** (Math.floor(bin / each) - 1);
  }

  /** @returns {Totals} */
  function totals() {
    const sum = { inUse: 0, free: 0, foreign: 0, largestFree: 0, blocks: 0 };
    let before = 0;
    const damaged = walk((address, size, kind) => {
      if (before) sum.foreign += address - HEADER - before;
      before = 0;
      if (kind === WALL) before = address + size;
      else if (kind === IN_USE) {
        sum.inUse += payloadSize(size);
        sum.blocks++;
      } else {
        const payload = payloadSize(size);
        sum.free += payload;
        if (kind !== CUT) sum.largestFree = Math.max(sum.largestFree, payload);
      }
    });
    const extent = started() ? field(layout.wall) + layout.wallSize - root : 0;
    return {
      extent,
      ...sum,
      overhead: extent - sum.inUse - sum.free - sum.foreign,
      peak: extent ? Math.max(0, field(layout.peak) - root) : 0,
      grows: extent ? field(layout.grows) : 0,
      damaged,
    };
  }

  /** What is left for the user of a chunk. @param {number} size */
  function payloadSize(size) {
    return size - (size < layout.long ? HEADER : 2 * HEADER);
  }

  /** What stopped the heap, if anything did. @returns {Fault | null} */
  function fault() {
    // Before there is a heap a pointer may be wrong, too.
    if (root + layout.fault + 8 > memory.buffer.byteLength) return null;
    const fault = FAULTS[field(layout.fault) - 1];
    if (!fault) return null;
    const address = (field(layout.fault + 4) + HEADER) >>> 0;
    return { kind: fault.kind, address, text: `${fault.text}: 0x${address.toString(16)}` };
  }

  return {
    /** Addresses of the root and of the first chunk's header. */
    root,
    first,
    /** Where things lie, in bytes. */
    layout,
    chunks,
    lists,
    totals,
    fault,
    /** The first invariant that doesn't hold, in words, or null. */
    check: () =>
      started() ? brokenInvariant({ memory, layout, root, chunks: chunks(), lists: lists() }) : null,
  };
}

/**
 * A link is the address it leads to, mixed with the address of the chunk that it is in.
 * @param {DataView} words
 * @param {number} chunk
 * @param {number} offset
 */
export function linked(words, chunk, offset) {
  return (words.getUint32(chunk + offset, true) ^ chunk) >>> 0;
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
