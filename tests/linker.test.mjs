/** The linker, on side modules written by hand: what no C compiler makes, and what an attacker might. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { leb128 } from '../lib/bytes.js';
import { instantiate, LoadError, link } from '../lib/loader/index.js';
import { loadError, remedied } from './load-error.mjs';

/** @param {import('../lib/loader/exports.js').Exports} exports @param {string} name */
const call = (exports, name) => /** @type {Function} */ (exports[name])();

/** Bytes behind their number, as WebAssembly writes lists and texts. @param {number[][]} items */
const list = (...items) => [...leb128(items.length), ...items.flat()];
/** @param {string} name */
const text = (name) => {
  const bytes = [...new TextEncoder().encode(name)];
  return [...leb128(bytes.length), ...bytes];
};
const [FUNCTION, GLOBAL] = [0, 3];
const [I32, F32, V128] = [0x7f, 0x7d, 0x7b];

/**
 * A side module by hand, for what no C compiler makes. Its functions have no parameters and no results.
 *
 * @param {object} parts
 * @param {[from: string, name: string, ...kind: number[]][]} [parts.imports]
 * @param {number[][]} [parts.functions] their code
 * @param {number[][]} [parts.globals] a type, 0, and the code of the value
 * @param {[name: string, ...is: number[]][]} [parts.exports] a kind and an index
 * @param {number} [parts.start] index of a function
 * @param {number[]} [parts.slots] indices of functions that go into the table, from slot 1 on
 * @param {number} [parts.datum] the address of a byte that goes into the memory
 */
function sideModule({ imports = [], functions = [], globals = [], exports = [], start, slots = [], datum }) {
  /** @param {number} id @param {number[]} content */
  const section = (id, content) => [id, ...leb128(content.length), ...content];
  const bytes = [
    [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    section(0, text('dylink.0')),
    section(1, list([0x60, 0, 0])),
    section(2, list(...imports.map(([from, name, ...kind]) => [...text(from), ...text(name), ...kind]))),
    section(3, list(...functions.map(() => [0]))),
    section(6, list(...globals.map((global) => [...global, 0x0b]))),
    section(7, list(...exports.map(([name, kind, index]) => [...text(name), kind, ...leb128(index)]))),
    start === undefined ? [] : section(8, leb128(start)),
    section(9, slots.length ? list([0, 0x41, 1, 0x0b, ...list(...slots.map(leb128))]) : [0]),
    section(10, list(...functions.map((code) => [...leb128(code.length + 2), 0, ...code, 0x0b]))),
    datum === undefined ? [] : section(11, list([0, 0x41, ...leb128(datum), 0x0b, 1, 7])),
  ];
  return new WebAssembly.Module(new Uint8Array(bytes.flat()));
}
const CALL_FIRST = [0x10, 0];

test('names that every object has are neither supplied nor written to what every object has', async () => {
  for (const [from, name] of [
    ['constructor', 'keys'],
    ['__proto__', 'toString'],
    ['toString', 'call'],
    ['env', '__proto__'],
    ['env', 'constructor'],
  ]) {
    const user = sideModule({ imports: [[from, name, FUNCTION, 0]] });
    const missing = loadError('link', new RegExp(`one import: user needs the function ${from}\\.${name}\\.`));
    await assert.rejects(link({ user }), missing);
    await assert.rejects(link({ user }, { imports: { env: {} } }), missing);
    await assert.rejects(instantiate('user', user, { env: {} }), missing);
    const supplied = { ['__proto__']: null, [from]: { ['__proto__']: null, [name]: () => {} } };
    const { imports } = await link({ user }, { imports: /** @type {any} */ (supplied) });
    assert.equal(typeof imports.user[from][name], 'function');
  }
  assert.equal(Object.keys({ a: 1 }).length, 1);
  assert.equal(String({}), '[object Object]');
});

test('a module, an export and an address may have the names that every object has', async () => {
  for (const name of ['__proto__', 'constructor', 'toString']) {
    const provider = sideModule({
      functions: [[]],
      globals: [[I32, 0, 0x41, 5]],
      exports: [
        [name, FUNCTION, 0],
        [`${name}_data`, GLOBAL, 0],
      ],
    });
    const user = sideModule({
      imports: [
        ['env', name, FUNCTION, 0],
        ['GOT.func', name, GLOBAL, I32, 1],
        ['GOT.mem', `${name}_data`, GLOBAL, I32, 1],
      ],
    });
    const { exports, imports, instances, table } = await link({ [name]: provider, user });
    const given = /** @type {any} */ (imports.user);
    for (const record of [exports, instances, exports[name]]) assert.ok(Object.keys(record).includes(name));
    assert.equal(given.env[name], instances[name].exports[name]);
    assert.equal(exports[name][name], instances[name].exports[name]);
    assert.equal(table.get(given['GOT.func'][name].value), exports[name][name]);
    assert.equal(given['GOT.mem'][`${name}_data`].value, exports[name][`${name}_data`]);
  }
});

test('what the caller supplies may be inherited from its own class', async () => {
  class Host {
    f() {}
  }
  const user = sideModule({ imports: [['env', 'f', FUNCTION, 0]] });
  const { bindings, imports } = await link({ user }, { imports: { env: /** @type {any} */ (new Host()) } });
  assert.equal(bindings[0].by, 'caller');
  assert.equal(imports.user.env.f, Host.prototype.f);
});

test('what the caller supplies as another kind of thing is named before anything starts', async () => {
  const user = sideModule({ imports: [['env', 'f', FUNCTION, 0]] });
  for (const [value, kind] of /** @type {[any, string][]} */ ([
    [5, 'global'],
    [new WebAssembly.Global({ value: 'i32' }), 'global'],
    [new WebAssembly.Memory({ initial: 1 }), 'memory'],
    [new WebAssembly.Table({ initial: 1, element: 'anyfunc' }), 'table'],
  ])) {
    const message = new RegExp(`user takes f for a function, but the caller supplies it as a ${kind}`);
    await assert.rejects(link({ user }, { imports: { env: { f: value } } }), loadError('link', message));
  }
  // What the loader does not know, the engine judges.
  const unknown = /** @type {any} */ ({});
  await assert.rejects(
    link({ user }, { imports: { env: { f: unknown } } }),
    loadError('link', /user cannot be instantiated/),
  );
});

test('only a constant of 32 bits is an address; another global stays as it is', async () => {
  const constants = sideModule({
    globals: [
      [I32, 0, 0x41, 7],
      [F32, 0, 0x43, 0, 0, 0xc0, 0x3f],
      [V128, 0, 0xfd, 12, ...new Array(16).fill(0)],
      [I32, 1, 0x41, 7],
    ],
    exports: ['address', 'float', 'vector', 'variable'].map((name, index) => [name, GLOBAL, index]),
  });
  const { exports, instances } = await link({ constants }, { start: 2048, stackSize: 0 });
  assert.equal(exports.constants.address, 2048 + 7);
  for (const name of ['float', 'vector', 'variable']) {
    assert.equal(exports.constants[name], instances.constants.exports[name], name);
    const user = sideModule({ imports: [['GOT.mem', name, GLOBAL, I32, 1]] });
    await assert.rejects(
      link({ user, constants }),
      loadError('link', new RegExp(`constants exports ${name} as a global that holds no address`)),
    );
  }
});

test('a circle of a call and a global is linked; a circle of globals is refused by name', async () => {
  const owner = sideModule({
    imports: [['env', 'f', FUNCTION, 0]],
    functions: [CALL_FIRST],
    globals: [[I32, 1, 0x41, 7]],
    exports: [
      ['g', GLOBAL, 0],
      ['call', FUNCTION, 1],
    ],
  });
  // f sets g to 9.
  const user = sideModule({
    imports: [['env', 'g', GLOBAL, I32, 1]],
    functions: [[0x41, 9, 0x24, 0]],
    exports: [['f', FUNCTION, 0]],
  });
  for (const given of [
    { owner, user },
    { user, owner },
  ]) {
    const { exports, imports } = await link(given);
    assert.equal(imports.user.env.g, exports.owner.g);
    call(exports.owner, 'call');
    assert.equal(/** @type {WebAssembly.Global} */ (exports.owner.g).value, 9);
  }
  /** @param {string} needs @param {string} has */
  const half = (needs, has) =>
    sideModule({
      imports: [['env', needs, GLOBAL, I32, 1]],
      globals: [[I32, 1, 0x41, 0]],
      exports: [[has, GLOBAL, 1]],
    });
  await assert.rejects(
    link({ one: half('b', 'a'), two: half('a', 'b') }),
    loadError(
      'link',
      /one needs the global b first, but two, which exports it, cannot be instantiated before one/,
    ),
  );
});

test('what a start function throws is told as such, and a LoadError keeps its remedy', async () => {
  const starting = sideModule({ imports: [['env', 'f', FUNCTION, 0]], start: 0 });
  for (const [thrown, remedy] of /** @type {[unknown, RegExp][]} */ ([
    [new LoadError('link', 'f is not there', 'Do this and that.'), /^Do this and that\.$/],
    [new Error('out of order'), /start-up code/],
    [new TypeError('x is not a function'), /start-up code/],
    [new RangeError('Maximum call stack size exceeded'), /start-up code/],
    [new RangeError('Out of memory: Cannot allocate Wasm memory'), /close other tabs/],
    ['just words', /start-up code/],
  ])) {
    const env = {
      f() {
        throw thrown;
      },
    };
    await assert.rejects(instantiate('starting', starting, { env }), remedied('link', remedy));
    await assert.rejects(link({ starting }, { imports: { env } }), remedied('link', remedy));
  }
});

test('a segment that does not fit is told as such: dylink.0 may understate what a module needs', async () => {
  const remedy = /dylink\.0 does not fit/;
  const full = sideModule({ imports: [['env', 'memory', 2, 0, 1]], datum: 0x2fffff });
  const many = sideModule({
    imports: [['env', '__indirect_function_table', 1, 0x70, 0, 1]],
    functions: [[]],
    slots: [0],
  });
  await assert.rejects(link({ full }), remedied('link', remedy));
  await assert.rejects(link({ many }), remedied('link', remedy));
  const memory = new WebAssembly.Memory({ initial: 1 });
  await assert.rejects(instantiate('full', full, { env: { memory } }), remedied('link', remedy));
});

test('a string has no members that a module could import', async () => {
  const user = sideModule({ imports: [['s', 'length', GLOBAL, I32, 0]] });
  const s = /** @type {any} */ ('abc');
  for (const trial of [instantiate('user', user, { s }), link({ user }, { imports: { s } })])
    await assert.rejects(trial, remedied('link', /^Pass it in the imports under s\.$/));
});

test('a function passed under GOT.func is told where it belongs', async () => {
  const user = sideModule({ imports: [['GOT.func', 'f', GLOBAL, I32, 1]] });
  const trial = link({ user }, { imports: { 'GOT.func': { f: () => {} } } });
  await assert.rejects(trial, remedied('link', /^Pass it in the imports under env\.$/));
});

test('a global of type externref takes null and a function in a WebAssembly.Global', async () => {
  const user = sideModule({ imports: [['env', 'r', GLOBAL, 0x6f, 0]] });
  for (const value of [null, () => {}]) {
    const passed = /** @type {any} */ (value);
    await assert.rejects(link({ user }, { imports: { env: { r: passed } } }), loadError('link', /user/));
    const r = new WebAssembly.Global({ value: 'externref' }, value);
    const { imports } = await link({ user }, { imports: { env: { r } } });
    assert.equal(imports.user.env.r, r);
  }
});

test('a start function that calls a module which is not instantiated yet is told which', async () => {
  const early = sideModule({ imports: [['env', 'f', FUNCTION, 0]], start: 0, exports: [['g', FUNCTION, 0]] });
  const provider = sideModule({
    imports: [['env', 'g', FUNCTION, 0]],
    functions: [[]],
    exports: [['f', FUNCTION, 1]],
  });
  const message =
    /^early cannot be instantiated: The import f was called, but provider, which exports it, is not/;
  await assert.rejects(link({ provider, early }), loadError('link', message));
  await assert.rejects(link({ provider, early }), remedied('link', /break the circle/));
  await link({ early, provider });
});

test('an address of a datum of the caller is passed under GOT.mem', async () => {
  const user = sideModule({ imports: [['GOT.mem', 'datum', GLOBAL, I32, 1]] });
  const datum = new WebAssembly.Global({ value: 'i32', mutable: true }, 4096);
  const error = await link({ user }, { imports: { env: { datum } } }).catch((thrown) => thrown);
  assert.ok(error instanceof LoadError);
  assert.match(error.remedy, /pass it in the imports under GOT\.mem\./);
  assert.deepEqual(error.problems, [
    { problem: 'missing', module: 'user', from: 'GOT.mem', name: 'datum', kind: 'global' },
  ]);
  const { imports } = await link({ user }, { imports: { 'GOT.mem': { datum } } });
  assert.equal(imports.user['GOT.mem'].datum, datum);
});

test('a value of a kind that nobody knows has no address', async () => {
  const user = sideModule({ imports: [['GOT.func', 'f', GLOBAL, I32, 1]] });
  for (const f of /** @type {any[]} */ ([{}, 5, 'f']))
    await assert.rejects(
      link({ user }, { imports: { env: { f } } }),
      loadError('link', /user takes the address of f, which the caller supplies, but not as a/),
    );
});

test('a memory too full for a copy of what the link replaces is named', async (t) => {
  t.mock.method(Uint8Array.prototype, 'slice', () => {
    throw new RangeError('Array buffer allocation failed');
  });
  const memory = new WebAssembly.Memory({ initial: 2 });
  const empty = sideModule({});
  await assert.rejects(
    link({ empty }, { memory }),
    loadError('link', /need 65536 bytes for a copy.*do not fit/),
  );
});

test('slots are found without reading the table once for each function', async () => {
  const count = 500;
  const names = Array.from({ length: count }, (_, index) => `f${index}`);
  const provider = sideModule({
    functions: names.map(() => []),
    exports: names.map((name, index) => [name, FUNCTION, index]),
  });
  const user = sideModule({ imports: names.map((name) => ['GOT.func', name, GLOBAL, I32, 1]) });
  const table = new WebAssembly.Table({ initial: 10, element: 'anyfunc' });
  const calls = { get: 0, grow: 0 };
  const counted = Object.assign(table, {
    get(/** @type {number} */ slot) {
      calls.get++;
      return WebAssembly.Table.prototype.get.call(table, slot);
    },
    grow(/** @type {number} */ more) {
      calls.grow++;
      return WebAssembly.Table.prototype.grow.call(table, more);
    },
  });
  const { exports, imports } = await link({ user, provider }, { table: counted });
  assert.ok(calls.get <= 10 && calls.grow <= 2, JSON.stringify(calls));
  const entries = /** @type {any} */ (imports.user['GOT.func']);
  for (const name of names) assert.equal(table.get(entries[name].value), exports.provider[name]);
  assert.equal(new Set(names.map((name) => entries[name].value)).size, count);
});
