/** The bytes of one Record as a table: above them the fields of the struct, below them their values. */
import { formatAddress, formatByte } from '../hex.js';
import { formatFloat } from '../numbers.js';
import { el } from '../ui/dom.js';

/**
 * @param {HTMLElement} table emptied and filled
 * @param {import('../records.js').Records} records
 * @param {number} address of a live Record
 */
export function drawBytes(table, records, address) {
  const bytes = records.bytes(address);
  const values = records.read(address);
  const { fields } = records;
  const starts = new Set(fields.map(({ offset }) => offset));

  table.replaceChildren(
    el('caption', { className: 'visually-hidden' }, `The ${records.size} bytes at ${formatAddress(address)}`),
    row(
      'names',
      fields.map(({ name, type, width }) =>
        el('th', { colSpan: width, scope: 'colgroup' }, el('code', {}, type), ` ${name}`),
      ),
    ),
    row(
      'addresses',
      fields.map(({ offset, width }) => el('th', { colSpan: width }, formatAddress(address + offset))),
    ),
    row(
      'bytes-row',
      [...bytes].map((byte, offset) =>
        el('td', { className: starts.has(offset) ? 'field-start' : '' }, formatByte(byte)),
      ),
    ),
    row(
      'values',
      fields.map(({ name, type, width }) =>
        el('td', { colSpan: width }, type === 'float' ? formatFloat(values[name]) : String(values[name])),
      ),
    ),
  );
}

/**
 * @param {string} className
 * @param {HTMLElement[]} cells
 */
function row(className, cells) {
  return el('tr', { className }, ...cells);
}
