/**
 * The bytes of one Record in a row. Above them stand the names of the struct's fields, below them the values.
 *
 * It always holds that the sizes and offsets of the fields come from the module; none is written here.
 */
import { formatByte } from '../hex.js';
import { formatFloat } from '../numbers.js';
import { el } from '../ui/dom.js';
import { makeListbox } from '../ui/listbox.js';

/** @typedef {import('../records.js').Records} Records */

/**
 * @param {Records} records
 * @param {number} offset of a byte in a Record
 * @returns {import('../records.js').Field} the field that it belongs to
 */
export function fieldAt(records, offset) {
  return records.fields.findLast((field) => field.offset <= offset) ?? records.fields[0];
}

/**
 * @param {import('../records.js').Field} field
 * @returns {number[]} the offsets of its bytes
 */
export function offsetsOf({ offset, width }) {
  return Array.from({ length: width }, (_, i) => offset + i);
}

/**
 * @param {Records} records
 * @param {string} label
 * @param {(offset: number) => void} [onTake] called when a reader selects a byte; without it no byte can be
 *   selected
 */
export function byteRow(records, label, onTake) {
  const { fields, size } = records;
  const cells = Array.from({ length: size }, (_, offset) => {
    const isStart = fields.some((field) => field.offset === offset);
    return el('div', { className: isStart ? 'byte field-start' : 'byte' }, '··');
  });
  const names = fields.map(({ name, type }) =>
    el('div', { className: 'name' }, el('code', {}, type), ` ${name}`),
  );
  const values = fields.map(() => el('div', { className: 'value' }));
  for (const [i, field] of fields.entries()) {
    for (const cell of [names[i], values[i]]) cell.style.gridColumn = `span ${field.width}`;
  }
  /** @param {string} className @param {HTMLElement[]} parts */
  const row = (className, parts) => {
    const element = el('div', { className }, ...parts);
    element.style.gridTemplateColumns = `repeat(${size}, minmax(0, 1fr))`;
    return element;
  };
  const box = row('cells', cells);
  box.setAttribute('aria-label', label);
  if (!onTake) box.setAttribute('role', 'group');
  const list = onTake && makeListbox(box, cells, onTake);

  const element = el('div', { className: 'byte-row' }, row('names', names), box, row('values', values));
  return {
    element,

    /** @param {Uint8Array | null} bytes null for bytes that are not known */
    show(bytes) {
      element.classList.toggle('unknown', bytes === null);
      if (!bytes) {
        for (const cell of [...cells, ...values]) cell.textContent = '\u00a0';
        return;
      }
      const view = new DataView(bytes.buffer, bytes.byteOffset, size);
      for (const [offset, cell] of cells.entries()) {
        cell.textContent = formatByte(bytes[offset]);
        const name = `byte ${offset}, in ${fieldAt(records, offset).name}: ${formatByte(bytes[offset])}`;
        if (onTake) cell.setAttribute('aria-label', name);
      }
      for (const [i, { type, offset }] of fields.entries()) {
        const value = type === 'int' ? view.getInt32(offset, true) : view.getFloat32(offset, true);
        values[i].textContent = type === 'int' ? String(value) : formatFloat(value);
      }
    },

    /** @param {Iterable<number>} offsets */
    mark(offsets) {
      const marked = new Set(offsets);
      for (const [offset, cell] of cells.entries()) cell.classList.toggle('marked', marked.has(offset));
      list?.mark(marked);
    },
  };
}
