/**
 * What the lesson says about code and numbers: the purposes of lines and instructions, compared with what the
 * compiler itself says; and floats, digit by digit.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { linesWith, readLines } from '../app/lesson/c-lines.js';
import { disassemble } from '../app/lesson/disassembly.js';
import { exactDecimal, floatParts } from '../app/lesson/float-bits.js';
import { inWords, olderNames } from '../app/lesson/instruction-words.js';
import { parseFloat32, parseInt32 } from '../app/parse.js';
import { Records } from '../app/records.js';
import { seededRandom } from '../app/timing/race.js';
import { ByteReader } from '../lib/bytes.js';
import { absoluteExports, link } from '../lib/loader/index.js';
import { builtBytes, emcc } from './emcc.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const source = readFileSync(path.join(root, 'native/record/record.c'), 'utf8');
const FUNCTIONS = ['createRecord', 'deleteRecord'];

/** The layout of a Record, as the module itself tells it. @param {Uint8Array<ArrayBuffer>} bytes */
async function recordsOf(bytes) {
  const env = { malloc: () => 0, free() {} };
  const module = new WebAssembly.Module(bytes);
  if (WebAssembly.Module.imports(module).some(({ kind }) => kind === 'memory')) {
    const { memory, exports } = await link({ program: module }, { imports: { env } });
    return new Records({ memory, program: exports.program });
  }
  const program = absoluteExports(new WebAssembly.Instance(module, { env }));
  return new Records({ memory: /** @type {WebAssembly.Memory} */ (program.memory), program });
}

/** @param {Uint8Array<ArrayBuffer>} bytes */
async function linesOf(bytes) {
  const { fields, size } = await recordsOf(bytes);
  const functions = disassemble(bytes, FUNCTIONS, fields);
  return { functions, lines: functions.flatMap(({ lines }) => lines), fields, size };
}

/**
 * The bytes of each function in the code section, its size in front. @param {Uint8Array<ArrayBuffer>} bytes
 */
function codeOf(bytes) {
  const reader = new ByteReader(bytes);
  reader.moveTo(8);
  for (;;) {
    const section = reader.byte();
    const size = reader.number();
    if (section === 10) break;
    reader.take(size);
  }
  return reader.list(() => {
    const start = reader.position;
    reader.take(reader.number());
    return bytes.subarray(start, reader.position);
  });
}

for (const file of ['program.wasm', 'program-owns-memory.wasm']) {
  test(`${file}: the text covers every byte of both functions, once`, async () => {
    const bytes = builtBytes(file);
    const { functions } = await linesOf(bytes);
    const bodies = codeOf(bytes).map(String);
    for (const { name, lines } of functions) {
      // The bytes that declare locals are among those of the line that begins the function.
      const apart = lines.filter(({ text }) => !text.startsWith('(local'));
      const covered = apart.flatMap(({ start, end }) => [...bytes.subarray(start, end)]);
      assert.ok(bodies.includes(String(covered)), `${name}: ${covered}`);
    }
  });

  test(`${file}: sizes and offsets in the text are those of the struct`, async () => {
    const bytes = builtBytes(file);
    const { lines, fields, size } = await linesOf(bytes);
    const call = lines.findIndex(({ text }) => text === 'call $malloc');
    assert.equal(lines[call - 1].text, `i32.const ${size}`);
    assert.deepEqual([...bytes.subarray(lines[call - 1].start, lines[call - 1].end)], [0x41, size]);
    for (const { name, type, offset } of fields) {
      const store = lines.filter(
        ({ text, purposes }) => purposes.includes(`store:${name}`) && /store/.test(text),
      );
      const text = `${type === 'int' ? 'i32' : 'f32'}.store${offset ? ` offset=${offset}` : ''}`;
      assert.deepEqual(
        store.map((line) => line.text),
        [text],
      );
      assert.deepEqual(
        [...bytes.subarray(store[0].start, store[0].end)],
        [type === 'int' ? 0x36 : 0x38, 2, offset],
      );
    }
    const [free] = lines.filter(({ text }) => text === 'call $free');
    assert.deepEqual(free.purposes, ['free']);
  });

  test(`${file}: every instruction has a purpose that a line of the C has too`, async () => {
    const { lines } = await linesOf(builtBytes(file));
    const c = readLines(source);
    for (const { text, purposes } of lines) {
      assert.equal(purposes.length, 1, text);
      assert.ok(linesWith(c, purposes[0]).length > 0, `${text}: ${purposes[0]}`);
      assert.notEqual(inWords(text), 'works on the operand stack', text);
    }
  });
}

test('the purposes agree with the source map that the compiler writes', async () => {
  const flags = readFileSync(path.join(root, 'native/record/flags'), 'utf8')
    .split('\n')
    .filter((line) => /^-/.test(line));
  const made = emcc('-Os', '-sSIDE_MODULE=2', '-gsource-map', ...flags, 'native/record/record.c');
  const { lines } = await linesOf(made['out.wasm']);
  const lineAt = sourceLines(JSON.parse(new TextDecoder().decode(made['out.wasm.map'])).mappings);
  const c = readLines(source);

  const told = lines.filter(
    ({ purposes: [purpose] }) => purpose === 'malloc' || purpose === 'free' || purpose.startsWith('store:'),
  );
  // Each call and each store comes from a line of C; an instruction that the optimiser made may not.
  let compared = 0;
  for (const { text, start, purposes } of told) {
    if (!/^call|store/.test(text)) continue;
    const number = lineAt(start);
    assert.deepEqual(
      linesWith(c, purposes[0]),
      [number],
      `${text} at ${start}: the compiler says line ${number + 1}`,
    );
    compared++;
  }
  assert.ok(compared >= 5);
});

/**
 * @param {string} mappings of a source map for one file of code, in one line
 * @returns {(place: number) => number} for an offset in the file, the line of the source that it came from,
 *   counted from 0
 */
function sourceLines(mappings) {
  const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  let place = 0;
  let line = 0;
  const found = mappings.split(',').map((segment) => {
    const numbers = [];
    let value = 0;
    let shift = 0;
    for (const digit of segment) {
      const bits = DIGITS.indexOf(digit);
      value += (bits & 31) << shift;
      shift += 5;
      if (bits & 32) continue;
      numbers.push(value & 1 ? -(value >> 1) : value >> 1);
      value = 0;
      shift = 0;
    }
    place += numbers[0];
    line += numbers[2] ?? 0;
    return { place, line };
  });
  return (wanted) => found.findLast((entry) => entry.place <= wanted)?.line ?? -1;
}

test('older names change only the names', () => {
  assert.equal(olderNames('local.get 3'), 'get_local 3');
  assert.equal(olderNames('local.tee 3'), 'tee_local 3');
  assert.equal(olderNames('global.set 0'), 'set_global 0');
  assert.equal(olderNames('i32.store offset=4'), 'i32.store offset=4');
});

test('floats are written out to their last digit', () => {
  assert.equal(exactDecimal(Math.fround(1.1)), '1.10000002384185791015625');
  assert.equal(exactDecimal(Math.fround(0.1)), '0.100000001490116119384765625');
  assert.equal(exactDecimal(0), '0');
  assert.equal(exactDecimal(-0), '-0');
  assert.equal(exactDecimal(-2), '-2');
  assert.equal(exactDecimal(16777216), '16777216');
  assert.equal(exactDecimal(3.4028234663852886e38), '340282346638528859811704183484516925440');
  // The least float above 0 is 2 to the power of -149, so it has 149 digits after the point.
  const least = exactDecimal(2 ** -149);
  assert.equal(least.length, '0.'.length + 149);
  assert.ok(least.endsWith('5'));

  const view = new DataView(new ArrayBuffer(4));
  let bits = 1;
  for (let i = 0; i < 20000; i++) {
    bits = (Math.imul(bits, 1664525) + 1013904223) >>> 0;
    view.setUint32(0, bits);
    const value = view.getFloat32(0);
    if (!Number.isFinite(value)) continue;
    assert.equal(Number(exactDecimal(value)), value);
    const { sign, exponent, fraction } = floatParts(value);
    assert.equal(Number.parseInt(sign + exponent + fraction, 2), bits);
    assert.deepEqual([sign.length, exponent.length, fraction.length], [1, 8, 23]);
  }
});

test('a decimal becomes the nearest float, however near it is to half-way between two', () => {
  const typed = (/** @type {string} */ text) => parseFloat32(text, 'x').value;
  const view = new DataView(new ArrayBuffer(4));
  const floatOf = (/** @type {number} */ bits) => {
    view.setUint32(0, bits);
    return view.getFloat32(0);
  };
  /** @param {bigint} number in units of 10^-151 */
  const text = (number) =>
    String(number)
      .padStart(152, '0')
      .replace(/(?=.{151}$)/, '.');
  const greatest = 0x7f7fffff;
  const random = seededRandom();
  const some = Array.from({ length: 1000 }, () => Math.floor(random() * greatest));
  for (const bits of [0, 1, 0x7fffff, 0x800000, greatest - 1, ...some]) {
    const [low, high] = [floatOf(bits), floatOf(bits + 1)];
    const half = BigInt(((low + high) / 2) * 2 ** 150) * 5n ** 150n * 10n;
    assert.equal(typed(text(half - 1n)), low);
    assert.equal(typed(text(half)), bits % 2 ? high : low);
    assert.equal(typed(text(half + 1n)), high);
    assert.equal(typed(`-${text(half + 1n)}`), -high);
    assert.equal(typed(String(low)), low);
  }
  assert.equal(typed('1.00000005960464478'), 1 + 2 ** -23);
  assert.equal(typed('3.4028235677973366e38'), floatOf(greatest));
  assert.match(parseFloat32('3.4028235677973367e38', 'x').error ?? '', /make Infinity/);
  assert.equal(typed('-0'), -0);
  assert.equal(typed('+.5E+1'), 5);
  for (const small of ['1e-46', '-0.1e-400'])
    assert.match(parseFloat32(small, 'x').note ?? '', /too small for a float and became 0/);
  assert.deepEqual(parseFloat32('0e5', 'x'), { value: 0 });
  assert.match(parseFloat32('16777217', 'x').note ?? '', /between two floats and became 16777216/);
  assert.deepEqual(parseFloat32('16777216', 'x'), { value: 2 ** 24 });
});

test('an int has no fraction, by the digits and not by the nearest double', () => {
  for (const text of ['1.5', '15e-1', '1.00000000000000000001', '2147483647.0000000001', '1e-400'])
    assert.match(parseInt32(text, 'id').error ?? '', /has a fraction/, text);
  for (const [text, value] of /** @type {[string, number][]} */ ([
    ['7', 7],
    ['1.0', 1],
    ['1.50e1', 15],
    ['100e-2', 1],
    ['-0', 0],
    ['0e-5', 0],
    ['-2147483648', -(2 ** 31)],
  ]))
    assert.deepEqual(parseInt32(text, 'id'), { value }, text);
});

test('no number is typed into the text', () => {
  const html = readFileSync(path.join(root, 'web/lesson.html'), 'utf8');
  const text = html
    .slice(html.indexOf('<main'), html.indexOf('</main>'))
    .replace(/<span class="ordinal">\d<\/span>/g, '')
    .replace(/<code[\s\S]*?<\/code>/g, '')
    .replace(/<[^>]*>/g, ' ');
  // The first address and the value of NULL are facts of no module.
  assert.deepEqual([...new Set(text.match(/\d+/g))], ['0']);
  assert.doesNotMatch(
    text,
    /\b(two|three|four|five|six|seven|nine|ten|twelve|sixteen) (bytes|fields|imports|stores|pages|percent)\b/,
  );
});
