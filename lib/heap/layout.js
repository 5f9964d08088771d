/**
 * Where things lie in a heap of memory.wasm, read from the module itself: its custom section `heap` is a number of
 * four bytes, CODE, and a row of bytes in the order of ROW. native/memory/memory.c says what each of them means.
 */

/** Where in the root something is, in words. */
const OFFSETS = /** @type {const} */ (['wall', 'peak', 'grows', 'fault', 'cut', 'map', 'quick', 'bins']);

const ROW = /** @type {const} */ ([
  ...OFFSETS,
  'subBits',
  'PREV_FREE',
  'CACHED',
  'FREE',
  'wallSize',
  'longShifted',
]);

/** A word of the heap: a header, a footer, a link. */
const WORD = 4;

/**
 * @typedef {Record<typeof ROW[number] | 'header' | 'minChunk' | 'rootSize' | 'cutLeft' | 'cached' | 'quickEnd' |
 *   'binCount' | 'topBin' | 'inverse' | 'long' | 'flags' | 'WALL', number>} HeapLayout
 */

/**
 * @param {WebAssembly.Module} module memory.wasm
 * @returns {HeapLayout}
 */
export function readLayout(module) {
  const [section] = WebAssembly.Module.customSections(module, 'heap');
  if (!section) {
    throw new TypeError('This module has no section `heap`: only a heap of memory.wasm can be read.');
  }
  const view = new DataView(section);
  const layout = /** @type {HeapLayout} */ (
    Object.fromEntries(ROW.map((name, i) => [name, view.getUint8(WORD + i)]))
  );
  for (const name of OFFSETS) layout[name] *= WORD;
  // The map has a bit for each bin, and lies before the quick lists, one for each multiple of 8; the bins come last.
  layout.header = WORD;
  layout.minChunk = 4 * WORD; // a header, two links, a footer
  layout.cutLeft = layout.cut + WORD;
  layout.cached = layout.cut + 2 * WORD;
  layout.binCount = (layout.quick - layout.map) * 8;
  layout.topBin = layout.binCount - 1;
  layout.quickEnd = ((layout.bins - layout.quick) / WORD) * 8;
  layout.rootSize = layout.bins + layout.binCount * 2 * WORD;
  layout.inverse = inverse(view.getUint32(0, true));
  layout.long = layout.longShifted << 12;
  layout.WALL = layout.CACHED | layout.FREE;
  layout.flags = layout.WALL | layout.PREV_FREE;
  return layout;
}

/** The number that undoes a multiplication by an odd one, modulo 2^32. @param {number} odd */
function inverse(odd) {
  let x = odd;
  for (let bits = 3; bits < 32; bits *= 2) x = Math.imul(x, 2 - Math.imul(odd, x));
  return x;
}
