/**
 * Step 1: the bytes of a Record.
 *
 * It always holds that createRecord wrote the bytes which are shown, and that they were read back from the
 * memory. The memory contains one Record at a time; what the reader types replaces it.
 */
import { ErrorWithRemedy } from '../../errors.js';
import { formatAddress, formatByte, formatFloat } from '../../format.js';
import { parseFloat32, parseInt32 } from '../../parse.js';
import { EXAMPLE, Records } from '../../records.js';
import { el, find } from '../../ui/dom.js';
import { scrubber } from '../../ui/scrubber.js';
import { byteRow, fieldAt, offsetsOf } from '../byte-row.js';
import { tell } from '../facts.js';
import { exactDecimal, floatParts } from '../float-bits.js';
import { readPastTheEnd } from '../mistakes.js';
import { linkShared } from '../modules.js';
import { onShow } from '../references.js';
import { showMistake } from '../show-mistake.js';

const BITS_PER_BYTE = 8;

/** The fields that a reader can type, and what reads each from text. */
const INPUTS = /** @type {const} */ ([
  ['id', parseInt32],
  ['x', parseFloat32],
  ['y', parseFloat32],
]);

/** @param {HTMLElement} section */
export async function open(section) {
  const linked = await linkShared();
  const records = new Records(linked);
  const figure = find('#record-figure');
  let address = 0;
  /** The offset of the byte that the slider is at. */
  let position = 0;

  const inputs = INPUTS.map(([name, parse]) => {
    const inputMode = name === 'id' ? 'numeric' : 'decimal';
    const input = el('input', { name, value: EXAMPLE[name], autocomplete: 'off', inputMode });
    input.addEventListener('input', write);
    return { name, input, parse };
  });
  const labels = inputs.map(({ name, input }) => el('label', {}, name, input));
  const form = el('form', { className: 'values-form', noValidate: true }, ...labels);
  form.addEventListener('submit', (event) => event.preventDefault());
  const problem = el('p', { className: 'outcome', role: 'status' });
  const row = byteRow(records, 'The bytes of the Record', (offset) => slider.moveTo(offset));
  const bits = el('p', { className: 'bits' });
  const slider = scrubber({
    label: 'Byte',
    last: records.size - 1,
    words: (offset) => describeByte(records, address, offset),
    onMove(offset) {
      position = offset;
      row.mark([offset]);
      bits.replaceChildren(...describeBits(records, address, offset));
    },
  });
  find('#record-figure .live').replaceChildren(form, problem, row.element, slider.element, bits);

  onShow(figure, (part) => {
    const firstField = offsetsOf(records.fields[0]);
    if (part === 'all') return row.mark(Array(records.size).keys());
    if (part === 'first') return slider.moveTo(firstField[0]);
    if (part === 'last') return slider.moveTo(firstField[firstField.length - 1]);
    const field = records.fields.find(({ name }) => name === part);
    if (!field) return;
    slider.moveTo(field.offset);
    row.mark(offsetsOf(field));
  });

  tell({
    'record-size': records.size,
    ...Object.fromEntries(records.fields.map(({ name, offset }) => [`offset-${name}`, `at ${offset}`])),
  });
  write();
  await showMistake(section, () => readPastTheEnd(linked.memory));

  /** Replaces the Record by one of what was typed. If that is no Record, says why, and leaves the old one. */
  function write() {
    const parsed = inputs.map(({ name, input, parse }) => {
      const result = parse(input.value, name);
      input.setAttribute('aria-invalid', String(result.error !== undefined));
      return result;
    });
    const errors = parsed.flatMap(({ error }) => error ?? []);
    const notes = parsed.flatMap((result) => (result.error === undefined ? (result.note ?? []) : []));
    problem.textContent = (errors.length > 0 ? errors : notes).join(' ');
    problem.classList.toggle('bad', errors.length > 0);
    if (errors.length > 0) return;

    const [id, x, y] = parsed.map(({ value }) => value ?? 0);
    if (address !== 0) records.delete(address);
    address = records.create({ id, x, y });
    if (address === 0) {
      throw new ErrorWithRemedy(
        'createRecord returned 0, which is NULL: there is no memory left.',
        'Load the page again: it begins with a fresh memory.',
      );
    }
    row.show(records.bytes(address));
    slider.moveTo(position);
    const values = records.read(address);
    const typed = inputs.map(({ input }) => input.value.trim());
    tell({
      call: `createRecord(${typed.join(', ')})`,
      address: formatAddress(address),
      'typed-x': typed[1],
      'typed-y': typed[2],
      'exact-x': exactDecimal(values.x),
      'exact-y': exactDecimal(values.y),
    });
  }
}

/**
 * @param {Records} records
 * @param {number} address of a Record
 * @param {number} offset of one of its bytes
 */
function describeByte(records, address, offset) {
  const field = fieldAt(records, offset);
  const rank = offset - field.offset;
  const byte = records.bytes(address)[offset];
  const place =
    rank === 0
      ? ', the least significant one'
      : rank === field.width - 1
        ? ', the most significant one'
        : '. Each unit of it counts 256 times a unit of the byte before';
  return (
    `Byte ${offset} of the Record, at address ${formatAddress(address + offset)}: ` +
    `${formatByte(byte)}, which is ${byte} in decimal. It is byte ${rank} of ${field.name}${place}.`
  );
}

/**
 * The bits of the field that a byte belongs to, with those of the byte marked, and what they mean together.
 *
 * @param {Records} records
 * @param {number} address of a Record
 * @param {number} offset of one of its bytes
 */
function describeBits(records, address, offset) {
  const field = fieldAt(records, offset);
  const value = records.read(address)[field.name];
  const digits = offsetsOf(field)
    .reverse()
    .map((own) => {
      const text = records.bytes(address)[own].toString(2).padStart(BITS_PER_BYTE, '0');
      return el(own === offset ? 'mark' : 'span', {}, text);
    });
  return [
    el('span', {}, `The bits of ${field.name}, the most significant first:`),
    el('code', {}, ...digits.flatMap((group) => [group, ' '])),
    el('span', {}, field.type === 'int' ? `As an int: ${value}.` : describeFloat(value)),
  ];
}

/** @param {number} value */
function describeFloat(value) {
  const { sign, exponent, fraction } = floatParts(value);
  const short = formatFloat(value);
  const exact = exactDecimal(value);
  return (
    `As a float: sign ${sign}, exponent ${exponent}, fraction ${fraction}. ` +
    `Its value is ${exact === short ? '' : `${short} for short, and exactly `}${exact}.`
  );
}
