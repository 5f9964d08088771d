/**
 * Step 1: a Record in its bytes. What is typed is written by createRecord itself; what is shown is read back from
 * the memory.
 */
import { formatAddress, formatByte, formatFloat } from '../format.js';
import { parseFloat32, parseInt32 } from '../parse.js';
import { Records } from '../records.js';
import { el } from '../ui/dom.js';
import { scrubber } from '../ui/scrubber.js';
import { byteRow, fieldAt, offsetsOf } from './bytes.js';
import { tell } from './facts.js';
import { exactDecimal, floatParts } from './floats.js';
import { linkShared } from './lab.js';
import { make, readPastTheEnd } from './mistakes.js';

const BITS = 8;

/** @param {HTMLElement} section */
export async function open(section) {
  const linked = await linkShared();
  const records = new Records(linked);
  let address = 0;

  const fields = /** @type {const} */ ([
    ['id', '2', parseInt32],
    ['x', '1.1', parseFloat32],
    ['y', '2.2', parseFloat32],
  ]).map(([name, value, parse]) => {
    const input = el('input', {
      name,
      value,
      autocomplete: 'off',
      inputMode: name === 'id' ? 'numeric' : 'decimal',
    });
    input.addEventListener('input', write);
    return { name, input, parse };
  });
  const problem = el('p', { className: 'outcome', role: 'status' });
  const bits = el('p', { className: 'bits' });
  const bytes = byteRow(records, 'The bytes of the record', (offset) => slider.moveTo(offset));
  const slider = scrubber({
    label: 'Byte',
    last: records.size - 1,
    words: describe,
    onMove(offset) {
      bytes.mark([offset]);
      drawBits(offset);
    },
  });
  const form = el(
    'form',
    { className: 'values-form', noValidate: true },
    ...fields.map(({ name, input }) => el('label', {}, name, input)),
  );
  form.addEventListener('submit', (event) => event.preventDefault());
  /** @type {HTMLElement} */ (section.querySelector('.live')).replaceChildren(
    form,
    problem,
    bytes.element,
    slider.element,
    bits,
  );

  section.querySelector('figure')?.addEventListener('show', (event) => {
    const what = /** @type {CustomEvent<string>} */ (event).detail;
    if (what === 'all') return bytes.mark(Array.from({ length: records.size }, (_, i) => i));
    if (what === 'first') return slider.moveTo(offsetsOf(records.fields[0])[0]);
    if (what === 'last') return slider.moveTo(offsetsOf(records.fields[0]).at(-1) ?? 0);
    const field = records.fields.find(({ name }) => name === what);
    if (!field) return;
    slider.moveTo(field.offset);
    bytes.mark(offsetsOf(field));
  });

  tell({
    'record-size': records.size,
    ...Object.fromEntries(records.fields.map(({ name, offset }) => [`offset-${name}`, `at ${offset}`])),
  });
  write();
  slider.moveTo(0);
  await make('record', () => readPastTheEnd(linked.memory));

  /** Deletes the record and makes it anew from what was typed; or says what cannot be taken, and leaves it. */
  function write() {
    const parsed = fields.map(({ name, input, parse }) => {
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
    if (address === 0) throw new Error('createRecord returned 0, which is NULL: there is no memory left.');
    const values = records.read(address);
    bytes.show(records.bytes(address));
    slider.moveTo(Number(/** @type {HTMLInputElement} */ (section.querySelector('[type=range]')).value));
    const typed = fields.map(({ input }) => input.value.trim());
    tell({
      call: `createRecord(${typed.join(', ')})`,
      address: formatAddress(address),
      'typed-x': typed[1],
      'typed-y': typed[2],
      'exact-x': exactDecimal(values.x),
      'exact-y': exactDecimal(values.y),
    });
  }

  /** @param {number} offset */
  function describe(offset) {
    const field = fieldAt(records, offset);
    const own = offsetsOf(field);
    const byte = records.bytes(address)[offset];
    const rank = own.indexOf(offset);
    const counts =
      rank === 0
        ? 'the one that counts least'
        : rank === own.length - 1
          ? 'the one that counts most'
          : `worth 256 times the one before`;
    return `Byte ${offset}, address ${formatAddress(address + offset)}: ${formatByte(byte)}, which is ${byte}. Byte ${rank} of ${field.name}, ${counts}.`;
  }

  /** @param {number} offset of the byte whose bits are marked among those of its field */
  function drawBits(offset) {
    const field = fieldAt(records, offset);
    const own = offsetsOf(field);
    const value = records.read(address)[field.name];
    const all = records
      .bytes(address)
      .slice(field.offset, field.offset + own.length)
      .reverse();
    const text = [...all].map((byte) => byte.toString(2).padStart(BITS, '0'));
    const groups = text.map((digits, i) =>
      el(i === own.length - 1 - own.indexOf(offset) ? 'mark' : 'span', {}, digits),
    );
    const meaning =
      field.type === 'int'
        ? `As an int: ${value}.`
        : `As a float: sign ${floatParts(value).sign}, exponent ${floatParts(value).exponent}, fraction ${floatParts(value).fraction}. That is ${formatFloat(value)}, exactly ${exactDecimal(value)}.`;
    bits.replaceChildren(
      el('span', {}, `The bits of ${field.name}, the highest first:`),
      el('code', {}, ...groups.flatMap((group) => [group, ' '])),
      el('span', {}, meaning),
    );
  }
}
