/**
 * Where things lie in a heap of memory.wasm, read from the module itself: from its custom section `heap`.
 * native/memory/README.md describes the section field by field. No offset, size or flag is written down here.
 *
 * It always holds that a section which can't be read in full is refused, with what to do about it.
 */

/** The one version of the section that this file reads, and the one length of a word, in bytes. */
const VERSION = 1;
const WORD = 4;

/** The section begins with its version, the length of a word, and CODE. Each further field has one byte. */
const FIRST_FIELD = 6;

/** Offsets from the root, in words. */
const OFFSETS = /** @type {const} */ ([
  'peak',
  'wall',
  'grows',
  'fault',
  'faultChunk',
  'cut',
  'cutLeft',
  'cached',
  'map',
  'quick',
  'bins',
]);

const NUMBERS = /** @type {const} */ ([
  'binCount',
  'subBits',
  'quickBits',
  'longBits',
  'wallSize',
  'PREV_FREE',
  'CACHED',
  'FREE',
]);

const FIELDS = [...OFFSETS, ...NUMBERS];
const LENGTH = FIRST_FIELD + FIELDS.length;

/**
 * @typedef {Record<typeof FIELDS[number] | 'code' | 'inverse' | 'header' | 'minChunk' | 'rootSize' |
 *   'quickEnd' | 'topBin' | 'long' | 'flags' | 'WALL', number>} HeapLayout offsets and sizes are in bytes
 */

/**
 * @param {WebAssembly.Module} module memory.wasm
 * @returns {HeapLayout}
 * @throws {TypeError} for a module whose heap can't be read
 */
export function readLayout(module) {
  const view = sectionOf(module);
  const layout = /** @type {HeapLayout} */ (
    Object.fromEntries(FIELDS.map((name, i) => [name, view.getUint8(FIRST_FIELD + i)]))
  );
  for (const name of OFFSETS) layout[name] *= WORD;
  layout.code = view.getUint32(2, true);
  layout.inverse = inverseOf(layout.code);
  layout.header = WORD;
  layout.minChunk = 4 * WORD; // a header, two links, a footer
  layout.rootSize = layout.bins + layout.binCount * 2 * WORD; // the bins come last, each of two links
  layout.topBin = layout.binCount - 1;
  layout.quickEnd = 2 ** layout.quickBits;
  layout.long = 2 ** layout.longBits;
  layout.WALL = layout.CACHED | layout.FREE;
  layout.flags = layout.WALL | layout.PREV_FREE;
  return layout;
}

/** The section, if this file can read it in full. @param {WebAssembly.Module} module */
function sectionOf(module) {
  const [section] = WebAssembly.Module.customSections(module, 'heap');
  if (!section) {
    throw new TypeError(
      'This module has no custom section `heap`. Only a heap of memory.wasm can be read: hand it in.',
    );
  }
  // Bytes that are missing are counted last.
  const [version = VERSION, word = WORD] = new Uint8Array(section);
  if (version !== VERSION) {
    throw new TypeError(
      `The module’s section \`heap\` has version ${version}, and lib/heap reads version ${VERSION}. ` +
        `Update ${version < VERSION ? 'memory.wasm' : 'lib/heap'}.`,
    );
  }
  if (word !== WORD) {
    throw new TypeError(
      `The module’s heap has words of ${word} bytes, and lib/heap reads words of ${WORD}. ` +
        `Update lib/heap, or build memory.wasm for addresses of ${WORD * 8} bits.`,
    );
  }
  if (section.byteLength !== LENGTH) {
    throw new TypeError(
      `The module’s section \`heap\` has ${section.byteLength} bytes, and version ${VERSION} has ${LENGTH}.` +
        ' Build memory.wasm again.',
    );
  }
  return new DataView(section);
}

/** The number that undoes a multiplication by an odd one, modulo 2^32. @param {number} odd */
function inverseOf(odd) {
  let x = odd; // right in the lowest three bits; each step doubles how many are right
  for (let bits = 3; bits < 32; bits *= 2) x = Math.imul(x, 2 - Math.imul(odd, x));
  return x;
}
