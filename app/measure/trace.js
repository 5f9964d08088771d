/**
 * Reads a trace: the calls of malloc, free, calloc and realloc that a real program made, in their order.
 *
 * The file: the letters `HLT1`, then numbers as unsigned LEB128: the title's length and its UTF-8 bytes, the number
 * of steps, and the steps. A step's first number is `value * 4 + what`:
 *
 *     0 free      value is the slot, which is put on the stack of free slots
 *     1 malloc    value is the size; the slot is the one put last on the stack of free slots, else the next new one
 *     2 calloc    the same, the size being the product
 *     3 realloc   value is the slot, and a second number is the size
 *
 * native/workloads/traces/README.md tells how the traces were recorded.
 */

/**
 * @typedef {object} Trace
 * @property {string} title
 * @property {Uint32Array} steps pairs: slot * 4 + what, and the size
 * @property {number} slots how many blocks live at most at once
 */

const MAGIC = 'HLT1';
export const FREE = 0;
export const MALLOC = 1;
export const CALLOC = 2;
export const REALLOC = 3;

/**
 * @param {Uint8Array} bytes
 * @returns {Trace}
 */
export function readTrace(bytes) {
  let position = 0;
  const number = () => {
    let value = 0;
    for (let weight = 1; ; weight *= 128) {
      if (position >= bytes.length || weight > 2 ** 28) throw new RangeError('The trace is damaged.');
      const byte = bytes[position++];
      value += (byte & 0x7f) * weight;
      if (byte < 0x80) return value;
    }
  };
  /** @param {number} length */
  const text = (length) => new TextDecoder().decode(bytes.subarray(position, (position += length)));

  if (text(MAGIC.length) !== MAGIC) throw new RangeError('This is no trace.');
  const title = text(number());
  const count = number();
  const steps = new Uint32Array(2 * count);
  /** @type {number[]} */
  const free = [];
  let slots = 0;
  for (let i = 0; i < 2 * count; i += 2) {
    const first = number();
    const what = first & 3;
    const value = Math.floor(first / 4);
    const isNew = what === MALLOC || what === CALLOC;
    const slot = isNew ? (free.pop() ?? slots++) : value;
    if (what === FREE) free.push(slot);
    steps[i] = slot * 4 + what;
    steps[i + 1] = isNew ? value : what === REALLOC ? number() : 0;
  }
  return { title, steps, slots };
}
