/**
 * WebAssembly text out of a module's bytes, and what each instruction of a function is there for.
 *
 * The text is the disassembler's. The parts that instructions play are found by following the values: which
 * instruction takes what another one put on the operand stack, and where malloc's result goes. Nothing is matched
 * by position, so the order that a compiler chose does not matter; what cannot be followed plays no part.
 */
import { BinaryReader, NumericNameResolver, WasmDisassembler } from '../vendor/wasmparser.js';

/**
 * @typedef {object} Instruction one line of text
 * @property {string} text
 * @property {number} depth of its indentation
 * @property {number} start place of its first byte in the file
 * @property {number} end
 * @property {string[]} parts as in csource.js
 */

/** @typedef {{ name: string, lines: Instruction[] }} FunctionText */

/** Locals keep their numbers, since the binary has no names for them; functions have those of imports and exports. */
class Names extends NumericNameResolver {
  /** @param {Map<number, string>} functions */
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
  // The first function of a module begins behind their number, which is one byte for up to 127 of them; the disassembler
  // takes that for its own.
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
  const numbered = read(bytes, new NumericNameResolver());
  const names = new Map();
  let imports = 0;
  for (const { text } of numbered) {
    const [, imported] = text.match(/^\(func .*\(import "[^"]*" "([^"]*)"\)/) ?? [];
    if (imported !== undefined) names.set(imports++, imported);
    const [, exported, index] = text.match(/^\(export "([^"]*)" \(func (\d+)\)/) ?? [];
    if (exported !== undefined) names.set(Number(index), exported);
  }
  const lines = read(bytes, new Names(names));
  const arity = aritiesOf(lines);
  return wanted.map((name) => {
    const first = lines.findIndex(({ text }) => text.startsWith(`(func $${name} `));
    const length = lines
      .slice(first)
      .findIndex(({ text, depth }) => text === ')' && depth === lines[first].depth);
    const body = lines.slice(first, first + length + 1).map((line) => ({
      ...line,
      depth: line.depth - lines[first].depth,
      parts: /** @type {string[]} */ ([]),
    }));
    findParts(name, body, arity, fields);
    return { name, lines: body };
  });
}

/**
 * How many values each function takes and gives, read from its own line.
 *
 * @param {{ text: string }[]} lines
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
    arity.set(name, { takes: count('param'), gives: count('result') });
  }
  return arity;
}

/**
 * A value on the operand stack: the lines that made it, as far as no part has claimed them.
 * @typedef {{ lines: Instruction[], isRecord: boolean, isTest: boolean }} Value
 */

/**
 * Runs through a function without running it: every value is only where it comes from.
 *
 * @param {string} name
 * @param {Instruction[]} lines
 * @param {Map<string, { takes: number, gives: number }>} arity
 * @param {import('../records.js').Field[]} fields
 */
function findParts(name, lines, arity, fields) {
  /** @type {Value[]} */
  const stack = [];
  /** Locals that hold what malloc gave. */
  const records = new Set();
  /** @type {string[][]} the parts of the blocks that are open */
  const blocks = [];
  const take = (/** @type {number} */ count) => stack.splice(Math.max(0, stack.length - count), count);
  const claim = (/** @type {Instruction[]} */ claimed, /** @type {string} */ part) => {
    for (const line of claimed) if (line.parts.length === 0) line.parts.push(part);
  };
  /** @param {Value[]} taken @param {Instruction} line @param {Partial<Value>} [more] */
  const give = (taken, line, more = {}) =>
    stack.push({
      lines: [...taken.flatMap((value) => value.lines), line],
      isRecord: false,
      isTest: false,
      ...more,
    });

  const [header, ...body] = lines;
  header.parts.push(`function:${name}`);
  for (const line of body) {
    const [opcode, operand = ''] = line.text.split(/\s+/);
    if (opcode === '(local') line.parts.push(`function:${name}`);
    else if (opcode === ')') {
      claim(
        stack.flatMap((value) => value.lines),
        'return',
      );
      line.parts.push(`function:${name}`);
    } else if (opcode === 'local.get') give([], line, { isRecord: records.has(operand) });
    else if (opcode === 'local.tee' || opcode === 'local.set') {
      const taken = take(1);
      const isRecord = taken.some((value) => value.isRecord);
      if (isRecord) {
        records.add(operand);
        claim([line], 'malloc');
      }
      if (opcode === 'local.tee') give(taken, line, { isRecord });
    } else if (opcode === 'call') {
      const { takes = 0, gives = 0 } = arity.get(operand) ?? {};
      const taken = take(takes);
      const part = operand.slice(1);
      if (part === 'malloc' || part === 'free') claim([...taken.flatMap((value) => value.lines), line], part);
      if (gives > 0) give(taken, line, { isRecord: part === 'malloc' });
    } else if (/^[if](32|64)\.store/.test(opcode)) {
      const [to, value] = take(2);
      const offset = Number(line.text.match(/offset=(\d+)/)?.[1] ?? 0);
      const field = fields.find((candidate) => candidate.offset === offset);
      if (to?.isRecord && field) claim([...to.lines, ...(value?.lines ?? []), line], `store:${field.name}`);
    } else if (/\.eqz$/.test(opcode)) {
      const taken = take(1);
      give(taken, line, { isTest: taken.some((value) => value.isRecord) });
    } else if (opcode === 'if' || opcode === 'br_if') {
      const [condition] = take(1);
      const isTest = condition?.isTest || condition?.isRecord;
      if (isTest) claim([...condition.lines, line], 'null');
      if (opcode === 'if') blocks.push(isTest ? ['null'] : []);
    } else if (opcode === 'block' || opcode === 'loop') blocks.push([]);
    else if (opcode === 'else' || opcode === 'end') {
      const [part] = (opcode === 'end' ? blocks.pop() : blocks.at(-1)) ?? [];
      if (part) claim([line], part);
    } else if (opcode === 'return') {
      const part = blocks.flat().at(-1) ?? 'return';
      claim([...take(1).flatMap((value) => value.lines), line], part);
    } else if (/\.const$|^global\.get$/.test(opcode)) give([], line);
    else if (/\.load/.test(opcode)) give(take(1), line);
    else if (/^(i32|i64|f32|f64)\./.test(opcode)) give(take(2), line);
    else if (opcode === 'drop' || opcode === 'global.set') take(1);
  }
}

const WORDS = /** @type {[RegExp, (text: RegExpMatchArray) => string][]} */ ([
  [/^local\.get (\d+)/, ([, n]) => `puts local ${n} on the operand stack`],
  [
    /^local\.tee (\d+)/,
    ([, n]) => `keeps the top of the operand stack in local ${n}, and leaves it there too`,
  ],
  [/^local\.set (\d+)/, ([, n]) => `moves the top of the operand stack into local ${n}`],
  [/^(\w+)\.const (\S+)/, ([, type, n]) => `puts the number ${n} on the operand stack, as ${type}`],
  [
    /^call \$?(\S+)/,
    ([, name]) => `calls ${name}: takes its arguments from the operand stack and puts its result there`,
  ],
  [
    /^(\w+)\.store offset=(\d+)/,
    ([, type, n]) =>
      `takes an address and a value of type ${type}, and writes the value ${n} bytes after the address`,
  ],
  [/^(\w+)\.store/, ([, type]) => `takes an address and a value of type ${type}, and writes the value there`],
  [
    /^(\w+)\.load/,
    ([, type]) => `takes an address and puts the ${type} that lies there on the operand stack`,
  ],
  [/^\w+\.eqz/, () => 'takes a number and puts 1 in its place if it was 0, else 0'],
  [/^if/, () => 'takes a number and goes on here if it is not 0, else after the end'],
  [/^br_if/, () => 'takes a number and leaves the block if it is not 0'],
  [/^else/, () => 'otherwise'],
  [/^block/, () => 'begins a block, which a branch can leave'],
  [/^end/, () => 'ends the block'],
  [/^return/, () => 'leaves the function, with the top of the operand stack as its result'],
  [/^\(func/, () => 'begins the function: its parameters are its first locals'],
  [/^\(local/, () => 'adds a local of its own, after the parameters'],
  [/^\)/, () => 'ends the function; what is left on the operand stack is its result'],
]);

/**
 * @param {string} text of an instruction
 * @returns {string} what it does, in words
 */
export function inWords(text) {
  for (const [pattern, words] of WORDS) {
    const match = text.match(pattern);
    if (match) return words(match);
  }
  return 'works on the operand stack';
}

/** @param {string} text the same instruction, as it was written before 2018 */
export function olderWords(text) {
  return text.replace(/\b(local|global)\.(get|set|tee)\b/g, '$2_$1');
}
