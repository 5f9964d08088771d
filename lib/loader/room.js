/**
 * The room that one link takes in a memory and in a table. Others may use both as well.
 *
 * It always holds that `undo` gives back what the room holds: the bytes of its stack and statics are as
 * before, and the slots that it added are empty. What grew stays grown, because neither a memory nor a table
 * can shrink.
 */
import { LoadError, wordsOf } from './errors.js';

export const PAGE_SIZE = 65536;
/** The remedy where a memory or a table can neither be made nor grow. */
export const NO_ROOM = 'Allow a larger maximum, or close other tabs that hold much memory.';

/** @typedef {ReturnType<typeof takeRoom>} Room */

/**
 * Makes room for all that a layout places, and zeroes the statics, as C expects them.
 *
 * @param {import('./layout.js').Layout} layout
 * @param {{ memory?: WebAssembly.Memory, table?: WebAssembly.Table, maximum?: number }} given a memory and a
 *   table that exist already; one that does not is made. `maximum` is that of a new memory, in pages
 */
export function takeRoom({ regions, stackLow, heapBase, tableEnd }, given) {
  const pages = Math.ceil(heapBase / PAGE_SIZE);
  const need = `${pages} pages of memory`;
  const memory =
    given.memory ?? fit(need, () => new WebAssembly.Memory({ initial: pages, maximum: given.maximum }));
  const table = given.table ?? new WebAssembly.Table({ initial: 1, element: 'anyfunc' });

  const more = pages - memory.buffer.byteLength / PAGE_SIZE;
  if (more > 0) fit(need, () => memory.grow(more));

  /** The slots that were added. Others may lengthen the table, so there can be gaps. @type {number[]} */
  const added = [];
  /** @param {number} count @returns {number} the first of the new slots */
  const addSlots = (count) => {
    const first = fit(`${count} more slots of the table`, () => table.grow(count));
    for (let slot = first; slot < first + count; slot++) added.push(slot);
    return first;
  };
  if (tableEnd > table.length) addSlots(tableEnd - table.length);

  /** The stack and the statics, in the buffer of now, since growing replaces it. */
  const bytes = () => new Uint8Array(memory.buffer, stackLow, heapBase - stackLow);
  // Nobody else has a new memory, and all its bytes are zero.
  const copy = `${heapBase - stackLow} bytes for a copy`;
  const before = given.memory ? fit(copy, () => bytes().slice()) : [];
  for (const { kind, start, end } of given.memory ? regions : [])
    if (kind === 'statics') new Uint8Array(memory.buffer).fill(0, start, Number(end));

  return {
    memory,
    table,

    /**
     * Gives each function one slot, which is its address: the slot where it lies already, whoever put it
     * there, or a new one.
     *
     * Where another link on the same table is under way, a slot may be one that it added. If that link fails,
     * the slot becomes empty. So links that share a table should run one after the other.
     *
     * @param {Function[]} functions that modules export, or that the caller passes
     * @returns {Map<Function, number>}
     */
    slotsOf(functions) {
      /** @type {Map<Function, number>} */
      const slots = new Map();
      if (functions.length === 0) return slots;
      // Downwards, so that a function's first slot counts. Slot 0 stays empty: it is NULL in C.
      for (let slot = table.length - 1; slot > 0; slot--) slots.set(table.get(slot), slot);
      const others = [...new Set(functions)].filter((each) => !slots.has(each));
      let slot = addSlots(others.length);
      for (const each of others) {
        table.set(slot, each);
        slots.set(each, slot++);
      }
      return slots;
    },

    undo() {
      bytes().set(before);
      for (const slot of added) table.set(slot, null);
    },
  };
}

/**
 * @template T
 * @param {string} need
 * @param {() => T} take
 */
function fit(need, take) {
  try {
    return take();
  } catch (error) {
    throw new LoadError(
      'link',
      `The modules need ${need}, which do not fit: ${wordsOf(error)}`,
      NO_ROOM,
      error,
    );
  }
}
