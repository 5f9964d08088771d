/**
 * Finds out what each instruction of a function is there for: its purpose, as in c-lines.js.
 *
 * The instructions are followed in their order, without running them. A value on the operand stack is known
 * only by the instructions that made it and by whether it is malloc's result.
 *
 * Some instructions complete a statement of the C, such as a store. The statement is then the purpose of this
 * instruction and of those that made its operands. So the order in which the compiler put the statements does
 * not matter. An instruction has at most one purpose, and none where the values cannot be followed.
 */

/**
 * @typedef {object} Instruction one line of text
 * @property {string} text
 * @property {number} depth of its indentation
 * @property {number} start offset of its first byte in the file
 * @property {number} end offset after its last byte
 * @property {string[]} purposes as in c-lines.js; empty if none was found
 */

/** @typedef {import('../records.js').Field} Field */
/** @typedef {{ parameters: number, results: number }} Arity */

/**
 * A value on the operand stack.
 *
 * @typedef {object} Value
 * @property {Instruction[]} madeBy
 * @property {boolean} isRecord whether it is the address that malloc returned
 * @property {boolean} isNullTest whether it tells if that address is NULL
 */

/**
 * @param {string} name of the function
 * @param {Instruction[]} lines of the function; their purposes are filled in
 * @param {Map<string, Arity>} arity of each function, by its name with its $
 * @param {Field[]} fields of a Record
 */
export function assignPurposes(name, lines, arity, fields) {
  const trace = new Trace(name, arity, fields);
  const [header, ...body] = lines;
  trace.assign([header], trace.entry);
  for (const line of body) {
    const [opcode, operand = ''] = line.text.split(/\s+/);
    const [, follow] = RULES.find(([pattern]) => pattern.test(opcode)) ?? [];
    follow?.(trace, line, operand);
  }
}

/** Where the trace of a function stands. */
class Trace {
  /** @type {Value[]} */
  stack = [];
  /** Locals that hold the address which malloc returned. */
  recordLocals = new Set();
  /** For each open block, whether it is entered after a test for NULL. @type {boolean[]} */
  blocks = [];

  /** @param {string} name @param {Map<string, Arity>} arity @param {Field[]} fields */
  constructor(name, arity, fields) {
    this.entry = `function:${name}`;
    this.arity = arity;
    this.fields = fields;
  }

  /** @param {number} count @returns {Value[]} fewer if the stack holds fewer that are known */
  pop(count) {
    return this.stack.splice(Math.max(0, this.stack.length - count), count);
  }

  /** @param {Value[]} operands @param {Instruction} line @param {Partial<Value>} [more] */
  push(operands, line, more = {}) {
    this.stack.push({ madeBy: makersOf(operands, line), isRecord: false, isNullTest: false, ...more });
  }

  /** Gives a purpose to those lines that have none. @param {Instruction[]} lines @param {string} purpose */
  assign(lines, purpose) {
    for (const line of lines) if (line.purposes.length === 0) line.purposes.push(purpose);
  }
}

/** @param {Value[]} operands @param {Instruction} line that takes them */
function makersOf(operands, line) {
  return [...operands.flatMap(({ madeBy }) => madeBy), line];
}

/** @typedef {(trace: Trace, line: Instruction, operand: string) => void} Follow */

/**
 * What an instruction does to the trace. The first pattern that fits its opcode counts.
 * @type {[RegExp, Follow][]}
 */
const RULES = [
  [/^\(local$/, (trace, line) => trace.assign([line], trace.entry)],
  [/^\)$/, followEnd],
  [/^local\.get$/, (trace, line, local) => trace.push([], line, { isRecord: trace.recordLocals.has(local) })],
  [/^local\.(tee|set)$/, followSet],
  [/^call$/, followCall],
  [/^[if](32|64)\.store/, followStore],
  [/\.eqz$/, followTest],
  [/^(if|br_if)$/, followBranch],
  [/^(block|loop)$/, (trace) => trace.blocks.push(false)],
  [/^(else|end)$/, followBlock],
  [/^return$/, followReturn],
  [/\.const$|^global\.get$/, (trace, line) => trace.push([], line)],
  [/\.load/, (trace, line) => trace.push(trace.pop(1), line)],
  [/^(i32|i64|f32|f64)\./, (trace, line) => trace.push(trace.pop(2), line)],
  [/^(drop|global\.set)$/, (trace) => trace.pop(1)],
];

/** @type {Follow} */
function followEnd(trace, line) {
  const left = trace.stack.flatMap(({ madeBy }) => madeBy);
  trace.assign(left, 'return');
  trace.assign([line], trace.entry);
}

/** @type {Follow} */
function followSet(trace, line, local) {
  const operands = trace.pop(1);
  const isRecord = operands.some((value) => value.isRecord);
  if (isRecord) {
    trace.recordLocals.add(local);
    trace.assign([line], 'malloc');
  }
  if (line.text.startsWith('local.tee')) trace.push(operands, line, { isRecord });
}

/** @type {Follow} */
function followCall(trace, line, callee) {
  const { parameters = 0, results = 0 } = trace.arity.get(callee) ?? {};
  const operands = trace.pop(parameters);
  const isMalloc = callee === '$malloc';
  if (isMalloc || callee === '$free') trace.assign(makersOf(operands, line), callee.slice(1));
  if (results > 0) trace.push(operands, line, { isRecord: isMalloc });
}

/** @type {Follow} */
function followStore(trace, line) {
  const operands = trace.pop(2);
  const offset = Number(line.text.match(/offset=(\d+)/)?.[1] ?? 0);
  const field = trace.fields.find((candidate) => candidate.offset === offset);
  if (operands[0]?.isRecord && field) trace.assign(makersOf(operands, line), `store:${field.name}`);
}

/** @type {Follow} */
function followTest(trace, line) {
  const operands = trace.pop(1);
  trace.push(operands, line, { isNullTest: operands.some((value) => value.isRecord) });
}

/** @type {Follow} */
function followBranch(trace, line) {
  const operands = trace.pop(1);
  const isNullTest = operands.some((value) => value.isNullTest || value.isRecord);
  if (isNullTest) trace.assign(makersOf(operands, line), 'null');
  if (line.text.startsWith('if')) trace.blocks.push(isNullTest);
}

/** @type {Follow} */
function followBlock(trace, line) {
  const isAfterNullTest = line.text.startsWith('end') ? trace.blocks.pop() : trace.blocks.at(-1);
  if (isAfterNullTest) trace.assign([line], 'null');
}

/** @type {Follow} */
function followReturn(trace, line) {
  const purpose = trace.blocks.includes(true) ? 'null' : 'return';
  trace.assign(makersOf(trace.pop(1), line), purpose);
}
