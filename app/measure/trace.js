/**
 * Reads a trace: the calls of malloc, free, calloc and realloc that a real program made, in their order.
 *
 * The file: the letters `HLT1`, then numbers as unsigned LEB128: the title's length and its UTF-8 bytes, the number
 * of steps, and the steps. Blocks are numbered from 0 in the order in which they were got. A step's first number is
 * `value * 4 + what`:
 *
 *     0 free      value tells the block
 *     1 malloc    value is the size
 *     2 calloc    value is the size, the product
 *     3 realloc   value tells the block; a second number is the size
 *
 * A block is told by its distance from the block of the last step that told one, folded so that it is never
 * negative: 0, -1, 1, -2, 2 … are 0, 1, 2, 3, 4 … Programs free near what they freed before, so this packs well.
 *
 * native/workloads/traces/README.md tells how the traces were recorded.
 */

import { ByteReader } from '../../lib/bytes.js';

/**
 * @typedef {object} Trace
 * @property {string} title
 * @property {Uint32Array} steps pairs: slot * 4 + what, and the size
 * @property {number} slots how many blocks live at most at once
 */

const MAGIC = 'HLT1';
/** A size of 32 bits, and which call it was. */
const NUMBER_BITS = 34;
export const FREE = 0;
export const MALLOC = 1;
export const CALLOC = 2;
export const REALLOC = 3;

/**
 * @param {Uint8Array} bytes
 * @param {string} [name] for messages
 * @returns {Trace}
 */
export function readTrace(bytes, name = 'The trace') {
  const start = new TextDecoder().decode(bytes.subarray(0, MAGIC.length));
  if (start !== MAGIC) throw new RangeError(`${name} is no trace.`);
  try {
    return readSteps(new ByteReader(bytes.subarray(MAGIC.length)));
  } catch (cause) {
    throw new RangeError(`${name} is damaged.`, { cause });
  }
}

/**
 * @param {ByteReader} reader of what follows the letters
 * @returns {Trace}
 */
function readSteps(reader) {
  const title = reader.string();
  const count = reader.number();
  // Each step has a byte at least: a number that is wrong asks for no memory.
  if (count > reader.bytes.length - reader.position) throw new RangeError('too many steps');
  const steps = new Uint32Array(2 * count);
  /** @type {number[]} the slot of each block */
  const slotOf = [];
  /** @type {number[]} slots that were left, to be used again, the last one first */
  const left = [];
  let slots = 0;
  let told = 0;
  for (let i = 0; i < 2 * count; i += 2) {
    const first = reader.number(NUMBER_BITS);
    const what = first & 3;
    const value = Math.floor(first / 4);
    const isNew = what === MALLOC || what === CALLOC;
    if (isNew) slotOf.push(left.pop() ?? slots++);
    else told += value % 2 ? -(value + 1) / 2 : value / 2;
    const slot = isNew ? slotOf[slotOf.length - 1] : slotOf[told];
    if (slot === undefined) throw new RangeError('a block that was not got');
    if (what === FREE) left.push(slot);
    steps[i] = slot * 4 + what;
    steps[i + 1] = isNew ? value : what === REALLOC ? reader.number() : 0;
  }
  return { title, steps, slots };
}
