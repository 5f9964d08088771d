/**
 * Step 3: the C, the WebAssembly text that it became, the bytes of that text, and the bytes of a Record.
 *
 * Whatever the reader selects in one of them, its counterparts are marked in the others. Counterparts have a
 * purpose in common, as in c-lines.js. It always holds that the text is disassembled from the bytes which run
 * in this page.
 */
import { formatByte } from '../../format.js';
import { counted, listed } from '../../prose.js';
import { EXAMPLE, Records } from '../../records.js';
import { el, find } from '../../ui/dom.js';
import { makeListbox } from '../../ui/listbox.js';
import { scrubber } from '../../ui/scrubber.js';
import { byteRow, fieldAt, offsetsOf } from '../byte-row.js';
import { linesWith } from '../c-lines.js';
import { disassemble } from '../disassembly.js';
import { callOf, factsOf, formatPlace, sizeConstant } from '../disassembly-facts.js';
import { tell } from '../facts.js';
import { inWords, olderNames } from '../instruction-words.js';
import { listSource, revealIn } from '../listing.js';
import { callWhatIsNotThere } from '../mistakes.js';
import { linkShared, loadModule } from '../modules.js';
import { onShow } from '../references.js';
import { showMistake } from '../show-mistake.js';

/** @typedef {import('../purposes.js').Instruction} Instruction */

/** @param {HTMLElement} section */
export async function open(section) {
  const [linked, { bytes }] = await Promise.all([linkShared(), loadModule('program.wasm')]);
  const records = new Records(linked);
  const functions = disassemble(bytes, ['createRecord', 'deleteRecord'], records.fields);
  const instructions = functions.flatMap(({ lines }) => lines);
  drawFigure(records, instructions, bytes);
  tell({ 'program-bytes': bytes.length, ...factsOf(instructions, records) });
  const call = callOf('malloc', instructions);
  if (call) await showDamagedCall(section, call, bytes);
}

/**
 * @param {Records} records
 * @param {Instruction[]} instructions
 * @param {Uint8Array} bytes of the file
 */
function drawFigure(records, instructions, bytes) {
  const figure = find('#wasm-figure');
  const older = find('#wasm-older', HTMLInputElement);
  const pre = find('#wasm-figure .listing');
  const source = listSource(pre, (i) => {
    const { purposes, text } = source.lines[i];
    select(purposes, `Line ${i + 1} of the C${text.trim() ? '' : ', which is empty'}`, { isInC: true });
  });
  const text = listInstructions(instructions, bytes, (i) => slider.moveTo(i));
  const row = byteRow(records, 'The bytes of a Record', (offset) => {
    select([`store:${fieldAt(records, offset).name}`], `Byte ${offset} of the Record`);
  });
  const words = el('p', { className: 'outcome', role: 'status' });
  const spelled = (/** @type {number} */ i) =>
    older.checked ? olderNames(instructions[i].text) : instructions[i].text;
  let current = 0;
  const slider = scrubber({
    label: 'Instruction',
    last: instructions.length - 1,
    words: (i) => `${spelled(i)}: ${inWords(instructions[i].text)}.`,
    onMove(i) {
      current = i;
      const { purposes, start } = instructions[i];
      select(purposes, `The instruction at ${formatPlace(start)}`, { instruction: i });
    },
  });
  const panes = el('div', { className: 'panes' });
  pre.before(panes);
  panes.append(pre, text.element);
  row.show(records.bytes(records.create(EXAMPLE)));
  find('#wasm-figure .live').replaceChildren(slider.element, words, row.element);

  const first = Math.max(0, sizeConstant(instructions, records.size));
  slider.moveTo(first);
  onShow(figure, (part) => {
    if (part === 'size') slider.moveTo(first);
    else select([part], 'What the text refers to');
  });
  older.disabled = false;
  older.addEventListener('change', () => {
    for (const i of instructions.keys()) text.setText(i, spelled(i));
    slider.moveTo(current);
  });

  /**
   * Marks in every pane what has one of these purposes.
   *
   * @param {string[]} purposes
   * @param {string} selected what the reader selected, in words
   * @param {object} [where] the reader selected it
   * @param {boolean} [where.isInC]
   * @param {number} [where.instruction] its index, if it is an instruction
   */
  function select(purposes, selected, { isInC = false, instruction } = {}) {
    const inC = purposes.flatMap((purpose) => linesWith(source.lines, purpose));
    const inText = purposes.flatMap((purpose) => linesWith(instructions, purpose));
    const fields = records.fields.filter(({ name }) => purposes.includes(`store:${name}`));
    source.mark(inC);
    text.mark(inText, instruction);
    row.mark(fields.flatMap(offsetsOf));
    if (instruction === undefined && inText.length > 0) slider.show(inText[0]);
    const found = inText.map((i) => instructions[i]);
    words.textContent = describeCounterparts(selected, isInC ? [] : inC, found, fields);
  }
}

/**
 * The WebAssembly text as a list, in which a reader can select an instruction.
 *
 * @param {Instruction[]} instructions
 * @param {Uint8Array} bytes of the file
 * @param {(index: number) => void} onTake
 */
function listInstructions(instructions, bytes, onTake) {
  const texts = instructions.map(({ depth, text }) =>
    el('span', { className: 'text' }, indented(depth, text)),
  );
  const rows = instructions.map(({ start, end }, i) => {
    // A declaration of locals stands on the same bytes as the line that begins the function.
    const isRepeated = instructions[i - 1]?.start === start;
    const own = [...bytes.subarray(start, end)].map(formatByte).join(' ');
    return el(
      'div',
      { className: 'line' },
      el('span', { className: 'place' }, formatPlace(start)),
      texts[i],
      el('span', { className: 'code-bytes' }, isRepeated ? '' : own),
    );
  });
  const label = 'WebAssembly text of program.wasm';
  const element = el('div', { className: 'listing text-listing', 'aria-label': label }, ...rows);
  const list = makeListbox(element, rows, onTake);
  return {
    element,

    /** @param {number} index @param {string} text */
    setText(index, text) {
      texts[index].textContent = indented(instructions[index].depth, text);
    },

    /** @param {number[]} indices @param {number} [selected] the one that the reader selected */
    mark(indices, selected) {
      list.mark(indices);
      for (const [i, row] of rows.entries()) {
        row.classList.toggle('marked', indices.includes(i));
        row.classList.toggle('at', i === selected);
      }
      const first = selected ?? indices[0];
      if (first !== undefined) revealIn(element, rows[first]);
    },
  };
}

/** @param {number} depth @param {string} text */
function indented(depth, text) {
  return `${'  '.repeat(depth)}${text}`;
}

/**
 * @param {string} selected what the reader selected, in words
 * @param {number[]} inC indices of lines of C
 * @param {Instruction[]} instructions
 * @param {import('../../records.js').Field[]} fields
 */
function describeCounterparts(selected, inC, instructions, fields) {
  if (instructions.length === 0) return `${selected} has no counterpart in the code of the two functions.`;
  // Lines may stand on the same bytes, which count once.
  const places = instructions.flatMap(({ start, end }) =>
    Array.from({ length: end - start }, (_, i) => start + i),
  );
  const parts = [
    `${counted(instructions.length, 'line')} of text`,
    `${counted(new Set(places).size, 'byte')} of code`,
    ...fields.map((field) => `the ${counted(field.width, 'byte')} of ${field.name}`),
  ];
  if (inC.length > 0) parts.unshift(`line ${inC.map((i) => i + 1).join(' and line ')} of the C`);
  return `${selected} goes with ${listed(parts)}.`;
}

/**
 * @param {HTMLElement} section
 * @param {Instruction} call
 * @param {Uint8Array<ArrayBuffer>} bytes of the file
 */
async function showDamagedCall(section, call, bytes) {
  // The last byte of a call is the index of the function.
  const said = await showMistake(section, () => callWhatIsNotThere(bytes, call.end - 1));
  const [, place] = said.match(/(?:@\+?|offset )(0x[\da-f]+|\d+)/) ?? [];
  if (!place) return;
  const isInside = Number(place) > call.start && Number(place) < call.end;
  const where = isInside ? `, in the instruction at ${formatPlace(call.start)}` : '';
  tell({ 'damaged-place': `, here ${formatPlace(Number(place))}${where}` });
}
