/** What the text of step 3 says about the disassembly, found in the disassembly itself. */
import { olderNames } from './instruction-words.js';

/** @typedef {import('./purposes.js').Instruction} Instruction */

/**
 * @param {Instruction[]} lines of createRecord and deleteRecord
 * @param {import('../records.js').Records} records
 * @returns {Record<string, string>} for `tell` of facts.js
 */
export function factsOf(lines, records) {
  const { fields } = records;
  const call = callOf('malloc', lines);
  const stores = fields.map(({ name }) =>
    lines.find(({ purposes, text }) => purposes[0] === `store:${name}` && /store/.test(text)),
  );
  return {
    'instruction-size': lines[sizeConstant(lines, records.size)]?.text ?? 'the size as a constant',
    'instruction-malloc': call?.text ?? 'the call of malloc',
    'instruction-free': callOf('free', lines)?.text ?? 'the call of free',
    ...Object.fromEntries(
      fields.map(({ name, offset }, i) => [`instruction-${name}`, withOffset(stores[i], offset)]),
    ),
    'store-order': orderOf(fields, stores),
    nested: nestedFree(lines),
    damaged: call ? `the ${call.text} at ${formatPlace(call.start)}` : 'the call of malloc',
  };
}

/** @param {number} place an offset in the file */
export function formatPlace(place) {
  return `0x${place.toString(16)}`;
}

/**
 * @param {string} name of a function
 * @param {Instruction[]} lines
 */
export function callOf(name, lines) {
  return lines.find(({ text }) => text === `call $${name}`);
}

/**
 * @param {Instruction[]} lines
 * @param {number} size of a Record
 * @returns {number} the index of the constant that malloc is called with; -1 in a build without optimisation,
 *   where the size goes through the memory
 */
export function sizeConstant(lines, size) {
  return lines.findIndex(({ purposes, text }) => purposes.includes('malloc') && text === `i32.const ${size}`);
}

/**
 * A store with its offset. The text format leaves out an offset of 0.
 * @param {Instruction | undefined} store
 * @param {number} offset
 */
function withOffset(store, offset) {
  if (!store) return 'its store';
  return store.text.includes('offset=') ? store.text : `${store.text} (offset ${offset})`;
}

/**
 * In which order the fields are stored. A full stop stands before the sentence, and none after it.
 * @param {import('../records.js').Field[]} fields
 * @param {(Instruction | undefined)[]} stores one for each field
 */
function orderOf(fields, stores) {
  // Without optimisation the values go through the memory, where they are not followed.
  if (stores.includes(undefined))
    return '. In this build, made for debugging, the stores cannot be told apart';
  const place = (/** @type {number} */ i) => stores[i]?.start ?? 0;
  const order = [...fields.keys()].sort((a, b) => place(a) - place(b));
  if (order.every((field, i) => field === i)) return '. The stores are in the order of the C';
  const names = order.map((i) => fields[i].name).join(', ');
  return `. The compiler chose the order of the stores: ${names}`;
}

/**
 * The call of free with its operands nested in it, as older texts write it.
 * @param {Instruction[]} lines
 */
function nestedFree(lines) {
  const own = lines.filter(({ purposes }) => purposes.includes('free')).map(({ text }) => olderNames(text));
  const operands = own.slice(0, -1).map((text) => ` (${text})`);
  return own.length > 0 ? `(${own.at(-1)}${operands.join('')})` : 'a call';
}
