/**
 * The WebAssembly text of a module's functions, line by line, with the place of each line in the file.
 *
 * It always holds that the lines of a function cover all of its bytes. The text is the disassembler's, of
 * app/vendor/wasmparser.js. Functions are named as they are imported or exported; locals keep their numbers,
 * since the file has no names for them.
 */
import { BinaryReader, NumericNameResolver, WasmDisassembler } from '../vendor/wasmparser.js';
import { assignPurposes } from './purposes.js';

/** @typedef {import('./purposes.js').Instruction} Instruction */

/** @typedef {{ name: string, lines: Instruction[] }} FunctionText */

/** Names some of the functions, and numbers everything else. */
class FunctionNames extends NumericNameResolver {
  /** @param {Map<number, string>} functions by their index */
  constructor(functions) {
    super();
    this.functions = functions;
  }

  /** @param {number} index @param {boolean} isImport @param {boolean} isRef */
  getFunctionName(index, isImport, isRef) {
    const name = this.functions.get(index);
    return name === undefined ? super.getFunctionName(index, isImport, isRef) : `$${name}`;
  }
}

/**
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @param {NumericNameResolver} names
 */
function read(bytes, names) {
  const reader = new BinaryReader();
  reader.setData(bytes.buffer, 0, bytes.length);
  const disassembler = new WasmDisassembler();
  disassembler.addOffsets = true;
  disassembler.nameResolver = names;
  disassembler.disassembleChunk(reader);
  const { lines, offsets = [] } = disassembler.getResult();
  // The number of functions stands before the first function, in one byte for up to 127 functions. The
  // disassembler counts that byte as the function's own.
  const first = offsets[lines.findIndex((line) => /^ *\(func (?!.*\(import )/.test(line))];
  const places = offsets.map((offset) => (offset === first ? offset + 1 : offset));
  return lines.map((line, i) => ({
    text: line.trim(),
    depth: line.search(/\S/) / 2,
    start: places[i],
    end:
      line.trim() === ')'
        ? places[i] + 1
        : (places.slice(i).find((place) => place > places[i]) ?? bytes.length),
  }));
}

/**
 * @param {Uint8Array<ArrayBuffer>} bytes a whole module
 * @param {string[]} wanted names of exported functions
 * @param {import('../records.js').Field[]} fields of a Record
 * @returns {FunctionText[]}
 */
export function disassemble(bytes, wanted, fields) {
  // The names of functions are in the text as well, so the text is made once without them and once with them.
  const numbered = read(bytes, new NumericNameResolver());
  const names = new Map();
  let imports = 0;
  for (const { text } of numbered) {
    const [, imported] = text.match(/^\(func .*\(import "[^"]*" "([^"]*)"\)/) ?? [];
    if (imported !== undefined) names.set(imports++, imported);
    const [, exported, index] = text.match(/^\(export "([^"]*)" \(func (\d+)\)/) ?? [];
    if (exported !== undefined) names.set(Number(index), exported);
  }
  const lines = read(bytes, new FunctionNames(names));
  const arity = aritiesOf(lines);
  return wanted.map((name) => {
    const first = lines.findIndex(({ text }) => text.startsWith(`(func $${name} `));
    const length = lines
      .slice(first)
      .findIndex(({ text, depth }) => text === ')' && depth === lines[first].depth);
    const body = lines.slice(first, first + length + 1).map((line) => ({
      ...line,
      depth: line.depth - lines[first].depth,
      purposes: /** @type {string[]} */ ([]),
    }));
    assignPurposes(name, body, arity, fields);
    return { name, lines: body };
  });
}

/**
 * How many parameters and results each function has, read from the line that begins it.
 *
 * @param {{ text: string }[]} lines
 * @returns {Map<string, import('./purposes.js').Arity>} by the function's name with its $
 */
function aritiesOf(lines) {
  const arity = new Map();
  for (const { text } of lines) {
    const [, name] = text.match(/^\(func (\$\S+)/) ?? [];
    if (!name) continue;
    const count = (/** @type {string} */ what) =>
      [...text.matchAll(new RegExp(`\\(${what}([^()]|\\(;\\d+;\\))*\\)`, 'g'))].reduce(
        (sum, [group]) => sum + (group.match(/\b[if](32|64)\b/g)?.length ?? 0),
        0,
      );
    arity.set(name, { parameters: count('param'), results: count('result') });
  }
  return arity;
}
