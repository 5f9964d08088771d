/**
 * Reads a trace: the calls of malloc, free, calloc and realloc that a real program made, in their order.
 *
 * A file has the letters `HLT1`, then unsigned numbers in LEB128: the length of the title and its bytes in
 * UTF-8, the number of steps, and the steps. Blocks are numbered from 0 in the order of their allocation. The
 * first number of a step is `value * 4 + call`:
 *
 *     call        value
 *     0 free      which block
 *     1 malloc    the size
 *     2 calloc    the size, which is the product of the arguments
 *     3 realloc   which block; a second number is the size
 *
 * “Which block” is the distance from the block that the last such step named. It is folded, so that it is
 * never negative: 0, -1, 1, -2, 2 … become 0, 1, 2, 3, 4 … Programs free blocks near those they freed before,
 * so most distances are short and take one byte.
 *
 * native/workloads/traces/README.md says how the traces were recorded.
 */

import { ByteReader } from '../../lib/bytes.js';

/**
 * @typedef {object} Trace
 * @property {string} title
 * @property {Uint32Array} steps pairs: slot * 4 + call, and the size
 * @property {number} slots the most blocks that are allocated at one time
 */

const MAGIC = 'HLT1';
/** A size of 32 bits, and the call. */
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
 * @param {ByteReader} reader behind the letters
 * @returns {Trace}
 */
function readSteps(reader) {
  const title = reader.string();
  const count = reader.number();
  // Each step has at least one byte, so a wrong count is found before memory is allocated for it.
  if (count > reader.bytes.length - reader.position) throw new RangeError('too many steps');
  const steps = new Uint32Array(2 * count);
  /** @type {number[]} the slot of each block */
  const slotOf = [];
  /** @type {number[]} slots whose blocks were freed, to be used again, the last one first */
  const freed = [];
  let slots = 0;
  /** The block that the last step named. */
  let named = 0;
  for (let i = 0; i < 2 * count; i += 2) {
    const first = reader.number(NUMBER_BITS);
    const call = first & 3;
    const value = Math.floor(first / 4);
    const isNew = call === MALLOC || call === CALLOC;
    if (isNew) slotOf.push(freed.pop() ?? slots++);
    else named += value % 2 ? -(value + 1) / 2 : value / 2;
    const slot = isNew ? slotOf[slotOf.length - 1] : slotOf[named];
    if (slot === undefined) throw new RangeError('a block that was never allocated');
    if (call === FREE) freed.push(slot);
    steps[i] = slot * 4 + call;
    steps[i + 1] = isNew ? value : call === REALLOC ? reader.number() : 0;
  }
  return { title, steps, slots };
}
