/**
 * Step 3: the C, the WebAssembly text of the bytes that run, those bytes, and the record that they write, each
 * pointing at its counterparts in the others.
 */
import { formatByte } from '../format.js';
import { counted, listed } from '../prose.js';
import { EXAMPLE, Records } from '../records.js';
import { el, find } from '../ui/dom.js';
import { makeListbox } from '../ui/listbox.js';
import { scrubber } from '../ui/scrubber.js';
import { byteRow, fieldAt, offsetsOf } from './bytes.js';
import { linesWith } from './csource.js';
import { disassemble, inWords, olderWords } from './disassembly.js';
import { tell } from './facts.js';
import { file, linkShared } from './lab.js';
import { listSource, revealIn } from './listing.js';
import { callWhatIsNotThere, make } from './mistakes.js';

/** @typedef {import('./disassembly.js').Instruction} Instruction */

/** @param {HTMLElement} section */
export async function open(section) {
  const [linked, { bytes }] = await Promise.all([linkShared(), file('program.wasm')]);
  const records = new Records(linked);
  const address = records.create(EXAMPLE);
  const functions = disassemble(bytes, ['createRecord', 'deleteRecord'], records.fields);
  const lines = functions.flatMap((text) => text.lines);
  const figure = /** @type {HTMLElement} */ (section.querySelector('figure'));
  const pre = /** @type {HTMLElement} */ (section.querySelector('.listing'));

  const source = listSource(pre, (i) => {
    const { parts, text } = source.lines[i];
    select(parts, `Line ${i + 1} of the C${text.trim() ? '' : ', which is empty'}`);
  });
  const rows = lines.map((line, i) => {
    const isSame = lines[i - 1]?.start === line.start;
    return el(
      'div',
      { className: 'line' },
      el('span', { className: 'place' }, placeOf(line.start)),
      el('span', { className: 'text' }, indented(line, line.text)),
      el('span', { className: 'code-bytes' }, isSame ? '' : hex(line)),
    );
  });
  const text = el(
    'div',
    { className: 'listing text-listing', 'aria-label': 'WebAssembly text of program.wasm' },
    ...rows,
  );
  let current = 0;
  const list = makeListbox(text, rows, (i) => slider.moveTo(i));
  const slider = scrubber({
    label: 'Instruction',
    last: lines.length - 1,
    words: (i) => `${olderOrNewer(lines[i].text)}: ${inWords(lines[i].text)}.`,
    onMove(i) {
      current = i;
      select(lines[i].parts, `The instruction at ${placeOf(lines[i].start)}`, i);
    },
  });
  const record = byteRow(records, 'The bytes of a record', (offset) => {
    select([`store:${fieldAt(records, offset).name}`], `Byte ${offset} of the record`);
  });
  const words = el('p', { className: 'outcome', role: 'status' });
  const panes = el('div', { className: 'panes' });
  pre.before(panes);
  panes.append(pre, text);
  record.show(records.bytes(address));
  section.querySelector('.live')?.replaceChildren(slider.element, words, record.element);

  // Without optimisation no instruction is just the size: then the first line stands for it.
  const sizeLine = Math.max(0, lines.findIndex(isSize));
  figure.addEventListener('show', (event) => {
    const what = /** @type {CustomEvent<string>} */ (event).detail;
    if (what === 'size') slider.moveTo(sizeLine);
    else select([what], `What the text speaks of`);
  });
  const older = /** @type {HTMLInputElement} */ (find('#wasm-older'));
  older.disabled = false;
  older.addEventListener('change', () => {
    for (const [i, row] of rows.entries()) {
      const place = /** @type {HTMLElement} */ (row.querySelector('.text'));
      place.textContent = indented(lines[i], olderOrNewer(lines[i].text));
    }
    slider.moveTo(current);
  });

  const call = lines.find((line) => line.text === 'call $malloc');
  slider.moveTo(sizeLine);
  tellFacts();
  if (call) {
    const said = await make('wasm', () => callWhatIsNotThere(bytes, call.end - 1));
    const [, place] = said.match(/(?:@\+?|offset )(0x[\da-f]+|\d+)/) ?? [];
    const isInside = Number(place) > call.start && Number(place) < call.end;
    const where = isInside ? `, in the instruction at ${placeOf(call.start)}` : '';
    if (place) tell({ 'damaged-place': `, here ${placeOf(Number(place))}${where}` });
  }

  /** @param {string} line */
  function olderOrNewer(line) {
    return older.checked ? olderWords(line) : line;
  }

  /**
   * Marks in every pane what plays one of these parts.
   *
   * @param {string[]} parts
   * @param {string} taken what the reader took, in words
   * @param {number} [only] one line of text, where one was taken
   */
  function select(parts, taken, only) {
    const inC = parts.flatMap((part) => linesWith(source.lines, part));
    const inText = parts.flatMap((part) => linesWith(lines, part));
    const fields = records.fields.filter(({ name }) => parts.includes(`store:${name}`));
    const inRecord = fields.flatMap((field) => offsetsOf(field));
    source.mark(inC);
    list.mark(inText);
    for (const [i, row] of rows.entries()) row.classList.toggle('marked', inText.includes(i));
    for (const [i, row] of rows.entries()) row.classList.toggle('at', i === only);
    const first = only ?? inText[0];
    if (first !== undefined) revealIn(text, rows[first]);
    record.mark(inRecord);
    if (only === undefined && inText.length > 0) slider.show(inText[0]);
    words.textContent = sentence(taken, inC, inText, fields);
  }

  /**
   * @param {string} taken
   * @param {number[]} inC
   * @param {number[]} inText
   * @param {import('../records.js').Field[]} fields
   */
  function sentence(taken, inC, inText, fields) {
    if (inText.length === 0) return `${taken} has no counterpart in the code of the two functions.`;
    const codeBytes = new Set(inText.flatMap((i) => range(lines[i]))).size;
    const parts = [`${counted(inText.length, 'line')} of text, ${counted(codeBytes, 'byte')} of code`];
    if (!/ of the C$/.test(taken) && inC.length > 0) {
      parts.unshift(`line ${inC.map((i) => i + 1).join(' and line ')} of the C`);
    }
    for (const field of fields) parts.push(`the ${counted(field.width, 'byte')} of ${field.name}`);
    return `${taken} goes with ${listed(parts)}.`;
  }

  function tellFacts() {
    const calls = (/** @type {string} */ name) =>
      lines.find(({ text: line }) => line === `call $${name}`)?.text;
    const stores = records.fields.map(({ name }) =>
      lines.find((line) => line.parts[0] === `store:${name}` && /store/.test(line.text)),
    );
    tell({
      'program-bytes': bytes.length,
      'instruction-size': lines.find(isSize)?.text ?? 'the size as a constant',
      'instruction-malloc': calls('malloc') ?? 'the call of malloc',
      'instruction-free': calls('free') ?? 'the call of free',
      nested: nestedFree(),
      'store-order': orderOf(stores),
      damaged: call ? `the ${call.text} at ${placeOf(call.start)}` : 'the call of malloc',
      ...Object.fromEntries(
        records.fields.map(({ name, offset }, i) => [
          `instruction-${name}`,
          withOffset(stores[i]?.text, offset),
        ]),
      ),
    });
  }

  /** The call of free and its operands, as older texts write them. */
  function nestedFree() {
    const own = lines.filter(({ parts }) => parts.includes('free')).map(({ text: line }) => olderWords(line));
    const operands = own.slice(0, -1).map((line) => ` (${line})`);
    return own.length > 0 ? `: (${own.at(-1)}${operands.join('')})` : '';
  }

  /** @param {(Instruction | undefined)[]} stores one for each field */
  function orderOf(stores) {
    const places = stores.map((store) => store?.start ?? 0);
    // Without the optimiser, values wait in memory between one instruction and the next, and are not followed there.
    if (places.includes(0))
      return '; but this file was built for debugging, and which store is which is not told here';
    const order = records.fields.toSorted(
      (a, b) => places[records.fields.indexOf(a)] - places[records.fields.indexOf(b)],
    );
    const names = order.map(({ name }) => name).join(', ');
    return names === records.fields.map(({ name }) => name).join(', ')
      ? ', in the order of the C'
      : `, in the order ${names}, which is the compiler’s choice`;
  }

  /** @param {Instruction} line */
  function isSize(line) {
    return line.parts.includes('malloc') && line.text === `i32.const ${records.size}`;
  }

  /** @param {Instruction} line */
  function hex({ start, end }) {
    return [...bytes.subarray(start, end)].map(formatByte).join(' ');
  }
}

/** @param {Instruction} line */
function range({ start, end }) {
  return Array.from({ length: end - start }, (_, i) => start + i);
}

/** @param {number} place in the file */
function placeOf(place) {
  return `0x${place.toString(16)}`;
}

/** @param {Instruction} line @param {string} text */
function indented({ depth }, text) {
  return `${'  '.repeat(depth)}${text}`;
}

/**
 * The text format leaves out an offset of 0.
 * @param {string | undefined} text
 * @param {number} offset
 */
function withOffset(text, offset) {
  if (text === undefined) return 'its store';
  return text.includes('offset=') ? text : `${text} (offset ${offset})`;
}
