/**
 * Where things lie in a heap of memory.wasm, read from the module itself: its symbol `heap_layout` is a row of
 * 16-bit numbers in the order of ROW. native/memory/memory.c says what each of them means.
 */

const ROW = /** @type {const} */ ([
  'codeLow',
  'codeHigh',
  'rootSize',
  'end',
  'top',
  'peak',
  'grows',
  'fault',
  'map',
  'quick',
  'quickEnd',
  'bins',
  'binCount',
  'subBits',
  'PREV_FREE',
  'CACHED',
  'FREE',
  'header',
  'tail',
  'longShifted',
]);

/** @typedef {Record<typeof ROW[number] | 'inverse' | 'long' | 'flags' | 'WALL', number>} HeapLayout */

/**
 * @param {WebAssembly.Memory} memory
 * @param {Record<string, unknown>} exports of memory.wasm, addresses relocated
 * @returns {HeapLayout}
 */
export function readLayout(memory, exports) {
  const at = exports.heap_layout;
  if (typeof at !== 'number') {
    throw new TypeError(
      'This module tells no heap_layout: only a heap of memory.wasm can be read. Pass the exports that link() gave.',
    );
  }
  const view = new DataView(memory.buffer);
  const layout = /** @type {HeapLayout} */ (
    Object.fromEntries(ROW.map((name, i) => [name, view.getUint16(at + 2 * i, true)]))
  );
  layout.inverse = inverse((layout.codeHigh << 16) | layout.codeLow);
  layout.long = layout.longShifted << 8;
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
