/** The loader, on modules that the Emscripten at hand builds, and on the ones that ship. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { wirings } from '../app/wirings.js';
import {
  compileBytes,
  fetchAndCompileWasmModules,
  instantiate,
  LoadError,
  link,
  PAGE_SIZE,
  readDylink,
  request,
  requestBytes,
} from '../lib/loader/index.js';
import { buildSideModule, builtBytes, builtModule } from './emcc.mjs';
import { loadError, remedied } from './load-error.mjs';

/** @param {string} name @param {string[]} [flags] */
const fixture = (name, flags) => buildSideModule(`tests/fixtures/loader/${name}.c`, flags);

/** @type {Record<string, WebAssembly.Module>} */
const modules = {};
before(() => {
  for (const name of ['left', 'right', 'needy', 'optional', 'trap', 'addresses'])
    modules[name] = fixture(name);
});

/**
 * A module of custom sections only.
 * @param {...[string, number[]]} sections
 */
function customModule(...sections) {
  const bytes = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  for (const [name, content] of sections) {
    const encoded = [...new TextEncoder().encode(name)];
    bytes.push(0, 1 + encoded.length + content.length, encoded.length, ...encoded, ...content);
  }
  return new WebAssembly.Module(new Uint8Array(bytes));
}

test('what program.wasm imports is memory.wasm’s own export', async () => {
  const memory = builtModule('memory.wasm');
  const program = builtModule('program.wasm');
  const linked = await link({ program, memory });
  assert.equal(linked.imports.program.env.malloc, linked.instances.memory.exports.malloc);
  assert.equal(linked.imports.program.env.free, linked.instances.memory.exports.free);
  const bindings = linked.bindings.filter(({ kind }) => kind === 'function');
  assert.deepEqual(
    bindings.map(({ module, name, by, provider }) => [module, name, by, provider]),
    [
      ['program', 'malloc', 'module', 'memory'],
      ['program', 'free', 'module', 'memory'],
    ],
  );
});

test('no two regions overlap, all are aligned, and the heap starts after them', async () => {
  const { regions, heapBase, exports } = await link({ left: modules.left, right: modules.right });
  for (const [index, region] of regions.entries()) {
    const next = regions[index + 1];
    if (next) assert.ok(/** @type {number} */ (region.end) <= next.start);
  }
  assert.equal(regions[0].kind, 'reserved');
  assert.equal(regions.at(-1)?.start, heapBase);
  assert.equal(heapBase % 16, 0);
  assert.equal(call(exports.left, 'left_alignment'), 0);
});

/**
 * @param {import('../lib/loader/exports.js').Exports} exports
 * @param {string} name
 * @param {...number} values
 */
const call = (exports, name, ...values) => /** @type {Function} */ (exports[name])(...values);

test('two modules that need each other share data, functions and function pointers', async () => {
  const { exports, memory, bindings } = await link({ left: modules.left, right: modules.right });
  assert.equal(call(exports.left, 'left_sum'), 84);
  assert.equal(call(exports.left, 'left_through_callback'), 42);
  assert.equal(call(exports.left, 'left_through_pointer'), 42);
  assert.equal(call(exports.right, 'right_calls_left'), 7);
  assert.equal(call(exports.right, 'right_agrees_on_pointers'), 1);
  assert.equal(call(exports.right, 'right_stack', 5), 25);
  const name = call(exports.left, 'left_name_of_right');
  assert.equal(new TextDecoder().decode(new Uint8Array(memory.buffer, name, 5)), 'right');
  const constructed = new DataView(memory.buffer).getInt32(
    /** @type {number} */ (exports.left.left_constructed),
    true,
  );
  assert.equal(constructed, 2, 'the constructor saw the other module’s data, so relocations came first');
  assert.ok(
    bindings.some(({ by, as }) => by === 'module' && as === 'placeholder'),
    'one direction of the circle goes through JavaScript',
  );
  assert.ok(
    bindings.some(({ by, as, kind }) => by === 'module' && as === 'export' && kind === 'function'),
    'the other does not',
  );
});

test('statics are zero also in a memory that was used before', async () => {
  const memory = new WebAssembly.Memory({ initial: 4 });
  new Uint8Array(memory.buffer).fill(0xff);
  const { exports } = await link({ left: modules.left, right: modules.right }, { memory });
  assert.equal(call(exports.left, 'left_zeroed'), 0);
});

test('links above 2 GiB, with unsigned addresses', async () => {
  const start = 0x8000_0400;
  const memory = new WebAssembly.Memory({ initial: 1 });
  const { exports, heapBase } = await link({ left: modules.left, right: modules.right }, { memory, start });
  assert.ok(heapBase > start);
  assert.ok(/** @type {number} */ (exports.left.left_value) > start);
  assert.equal(call(exports.left, 'left_sum'), 84);
  assert.equal(call(exports.left, 'left_through_callback'), 42);
});

test('one error names every import that nobody supplies', async () => {
  await assert.rejects(
    link({ needy: modules.needy }),
    loadError('link', /3 imports/, /needy/, /env\.absent_one/, /env\.absent_two/, /GOT\.mem\.absent_value/),
  );
  await assert.rejects(
    link({ needy: modules.needy }),
    (/** @type {Error} */ error) => !/optional/.test(error.message),
  );
});

test('in every wiring, the module that lacks an import is named, with all that it lacks', async () => {
  const text = (/** @type {string} */ name) => Buffer.from(builtBytes(name)).toString('latin1');
  /** @param {string} name */
  const source = (name) =>
    new Uint8Array(
      name.startsWith('program')
        ? Buffer.from(text(name).replace('malloc', 'mallox'), 'latin1')
        : builtBytes(name),
    );
  for (const [name, open] of Object.entries(wirings)) {
    const module = name === 'shared' ? 'program' : 'program-owns-memory\\.wasm';
    await assert.rejects(
      open({ source }),
      loadError('link', new RegExp(`one import: ${module} needs the function env\\.mallox\\.$`)),
    );
  }
  await assert.rejects(
    instantiate('program.wasm', builtModule('program-owns-memory.wasm'), { env: {} }),
    loadError('link', /2 imports: program\.wasm needs the function env\.malloc; .* env\.free\.$/),
  );
});

test('a program that owns its memory has its statics first, then its stack, then the heap', async () => {
  const { program, regions } = await wirings.parallel({ source: builtBytes });
  const [reserved, statics, stack] = regions;
  const { value: stackPointer } = /** @type {WebAssembly.Global} */ (program.__stack_pointer);
  assert.equal(stack.end, stackPointer);
  assert.ok(reserved.end === statics.start && statics.end === stack.start);
  assert.ok(Number(stack.end) - stack.start >= 16384);
});

test('data taken for a function, or a function for data, is named with both modules', async () => {
  const { left, right } = modules;
  const value = /mistaken takes left_value for a function, but left exports it as a global/;
  const addTwo = /mistaken takes left_add_two for a global, but left exports it as a function/;
  for (const [how, message] of /** @type {const} */ ([
    ['CALLED', value],
    ['POINTED_TO', value],
    ['READ', addTwo],
  ])) {
    const mistaken = fixture('mistaken', [`-D${how}`]);
    await assert.rejects(link({ mistaken, left, right }), loadError('link', message), how);
  }
});

test('a weak import may stay empty', async () => {
  const { exports } = await link({ optional: modules.optional });
  assert.equal(call(exports.optional, 'optional_call'), -1);
  const eager = fixture('optional', ['-DEAGER']);
  await assert.rejects(link({ eager }), loadError('link', /eager failed in .*absent was called/));
  await assert.rejects(link({ eager }), remedied('link', /Link a module that exports it/));
});

test('what the caller supplies wins', async () => {
  const sizes = /** @type {number[]} */ ([]);
  const linked = await link(
    { memory: builtModule('memory.wasm'), program: builtModule('program.wasm') },
    {
      imports: {
        env: {
          malloc: (/** @type {number} */ size) => {
            sizes.push(size);
            return 0;
          },
        },
      },
    },
  );
  assert.equal(call(linked.exports.program, 'createRecord', 1, 2, 3), 0);
  assert.deepEqual(sizes, [12]);
});

test('a function that the caller supplies has an address', async () => {
  const { addresses, left, right } = modules;
  const { right_twice: twice, right_calls_left: other } = (await link({ left, right })).exports.right;
  const env = { needed: /** @type {any} */ (other), welcome: /** @type {any} */ (twice) };
  const { exports, table, bindings } = await link({ addresses }, { imports: { env } });
  assert.equal(table.get(call(exports.addresses, 'addresses_needed')), other);
  assert.equal(call(exports.addresses, 'addresses_welcome', 21), 42);
  for (const { name, by } of bindings.filter(({ from }) => from === 'GOT.func'))
    assert.equal(by, 'caller', name);
});

test('a function has one address, whoever took it first', async () => {
  const { addresses, left, right } = modules;
  const { exports, table } = await link({ left, right });
  const twice = /** @type {any} */ (exports.right.right_twice);
  const slots = Array.from({ length: table.length }, (_, slot) => slot);
  const slot = slots.find((each) => table.get(each) === twice);
  const env = { needed: twice, welcome: twice };
  const later = await link({ addresses }, { table, imports: { env } });
  assert.ok(slot);
  assert.equal(call(later.exports.addresses, 'addresses_needed'), slot);
});

test('what the caller supplies wins also where a module takes its address', async () => {
  const { left, right } = modules;
  const { left_add_two: addTwo } = /** @type {any} */ (await link({ left, right })).exports.left;
  const { exports } = await link({ left, right }, { imports: { env: { right_twice: addTwo } } });
  assert.equal(call(exports.left, 'left_through_pointer'), 23);
  assert.equal(call(exports.right, 'right_agrees_on_pointers'), 1);
});

test('a JavaScript function whose address is taken is refused, never taken for absent', async () => {
  const { addresses, left, right } = modules;
  const needed = /** @type {any} */ ((await link({ left, right })).exports.right.right_twice);
  const welcome = (/** @type {number} */ value) => value;
  await assert.rejects(
    link({ addresses }, { imports: { env: { needed, welcome } } }),
    loadError('link', /addresses takes the address of welcome, which the caller supplies/),
  );
});

test('without a stack, a module that needs one is told so', async () => {
  await assert.rejects(
    link({ left: modules.left, right: modules.right }, { stackSize: 0 }),
    loadError('link', /env\.__stack_pointer/),
  );
});

test('a link that fails leaves a memory and a table as they were', async () => {
  const memory = new WebAssembly.Memory({ initial: 2 });
  const table = new WebAssembly.Table({ initial: 1, element: 'anyfunc' });
  await assert.rejects(
    link({ trap: modules.trap }, { memory, table }),
    loadError('link', /trap failed in __wasm_call_ctors/),
  );
  assert.ok(new Uint8Array(memory.buffer).every((byte) => byte === 0));
  for (let slot = 0; slot < table.length; slot++) assert.equal(table.get(slot), null);
  await assert.rejects(link({ needy: modules.needy }, { memory, table }));
  assert.equal(memory.buffer.byteLength, 2 * PAGE_SIZE);
});

test('a link that fails puts back what stood in a memory of others, and empties its slots', async () => {
  const memory = new WebAssembly.Memory({ initial: 2 });
  new Uint8Array(memory.buffer).fill(0xff);
  await assert.rejects(link({ trap: modules.trap }, { memory }), loadError('link', /trap failed/));
  assert.ok(new Uint8Array(memory.buffer).every((byte) => byte === 0xff));

  const table = new WebAssembly.Table({ initial: 1, element: 'anyfunc' });
  const { left, right, trap } = modules;
  await assert.rejects(link({ left, right, trap }, { table }), loadError('link', /trap failed/));
  assert.ok(table.length > 1);
  for (let slot = 0; slot < table.length; slot++) assert.equal(table.get(slot), null);
});

test('a table that cannot grow enough is named', async () => {
  const { left, right } = modules;
  const measured = await link({ left, right });
  for (let maximum = 1; maximum < measured.table.length; maximum++) {
    const table = new WebAssembly.Table({ initial: 1, maximum, element: 'anyfunc' });
    await assert.rejects(link({ left, right }, { table }), loadError('link', /do not fit/));
  }
});

test('a memory that cannot grow enough is named', async () => {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
  await assert.rejects(
    link({ left: modules.left, right: modules.right }, { memory }),
    loadError('link', /do not fit/),
  );
  await assert.rejects(
    link({ optional: modules.optional }, { maximum: 1 }),
    loadError('link', /need 2 pages/),
  );
});

test('wrong arguments are TypeErrors that name them', async () => {
  const { optional } = modules;
  const any = (/** @type {unknown} */ value) => /** @type {any} */ (value);
  for (const [name, values] of /** @type {[string, unknown[]][]} */ ([
    ['start', [-1, 0.5, Number.NaN, 2 ** 32, '1024', null]],
    ['stackSize', [-16, Number.NaN, 2 ** 32, '65536']],
    ['maximum', [-1, 1.5, 2 ** 32, '4']],
    ['memory', [{}, new ArrayBuffer(8)]],
    ['table', [{}, []]],
  ])) {
    for (const value of values) {
      const wrong = { name: 'TypeError', message: new RegExp(`^${name} must be `) };
      await assert.rejects(link({ optional }, any({ [name]: value })), wrong, `${name}: ${value}`);
    }
  }
  // One memory and one table: what is supplied beside them must be the same.
  const memory = new WebAssembly.Memory({ initial: 4 });
  const table = new WebAssembly.Table({ initial: 1, element: 'anyfunc' });
  for (const [name, env] of /** @type {[string, WebAssembly.ModuleImports][]} */ ([
    ['memory', { memory }],
    ['table', { __indirect_function_table: table }],
  ])) {
    const wrong = {
      name: 'TypeError',
      message: new RegExp(`^imports\\.env\\.\\w+ must be the same as the option ${name}`),
    };
    await assert.rejects(link({ optional }, { imports: { env } }), wrong);
    await link({ optional }, { memory, table, imports: { env } });
  }
  for (const module of [undefined, new Response(), new Uint8Array(8)])
    await assert.rejects(link(any({ optional, module })), { name: 'TypeError', message: /^module must be / });
  for (const source of [undefined, 1, Promise.resolve(new ArrayBuffer(8))])
    await assert.rejects(fetchAndCompileWasmModules(any([source])), {
      name: 'TypeError',
      message: /^A source must be /,
    });
});

test('bytes are those of any view', async () => {
  const bytes = new Uint8Array([9, 9, 0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
  assert.ok((await compileBytes(new DataView(bytes.buffer, 2), 'a view')) instanceof WebAssembly.Module);
  for (const none of /** @type {any[]} */ ([undefined, null, 5, {}, 'abc', [0, 0x61, 0x73, 0x6d]]))
    await assert.rejects(compileBytes(none, 'nothing'), {
      name: 'TypeError',
      message: /^nothing must be bytes/,
    });
  for (const sources of [undefined, 'memory.wasm', new Uint8Array(8)]) {
    const signal = AbortSignal.abort();
    await assert.rejects(
      fetchAndCompileWasmModules(/** @type {any} */ (sources), { signal }),
      /^TypeError: sources must be an array/,
    );
  }
});

test('address 0 belongs to nobody, wherever the modules may start', async () => {
  const { heapBase } = await link({ empty: customModule(['dylink.0', []]) }, { start: 0, stackSize: 0 });
  assert.equal(heapBase, 16);
});

test('a module that is no side module is refused by name', async () => {
  await assert.rejects(link({ plain: customModule() }), loadError('dylink', /plain is not a side module/));
});

test('dylink.0: unknown parts are skipped, sizes are unsigned, weak symbols read', () => {
  const dylink = readDylink(
    customModule([
      'dylink.0',
      [
        ...[99, 3, 1, 2, 3],
        ...[1, 8, 0x80, 0x80, 0x80, 0x80, 0x08, 4, 3, 1],
        ...[2, 6, 1, 4, 0x6c, 0x69, 0x62, 0x78],
        ...[4, 8, 1, 3, 0x65, 0x6e, 0x76, 1, 0x66, 1],
      ],
    ]),
  );
  assert.deepEqual(dylink, {
    memorySize: 2 ** 31,
    memoryAlign: 16,
    tableSize: 3,
    tableAlign: 2,
    needed: ['libx'],
    weak: ['f'],
  });
});

test('dylink: the older form is read', () => {
  const dylink = readDylink(customModule(['dylink', [16, 2, 3, 0, 1, 2, 0x6c, 0x62]]));
  assert.equal(dylink?.memorySize, 16);
  assert.equal(dylink?.memoryAlign, 4);
  assert.equal(dylink?.tableSize, 3);
  assert.deepEqual(dylink?.needed, ['lb']);
});

test('dylink.0: every truncation and nonsense is an error, never a hang or a wrong number', () => {
  const good = [1, 4, 16, 2, 3, 0, 2, 4, 1, 2, 0x6c, 0x62];
  for (let length = 1; length < good.length; length++) {
    if (length === 6) continue; // ends between its parts
    assert.throws(() => readDylink(customModule(['dylink.0', good.slice(0, length)])), loadError('dylink'));
  }
  assert.throws(
    () => readDylink(customModule(['dylink.0', [1, 4, 16, 99, 3, 0]])),
    loadError('dylink', /alignment/),
  );
  const tooBig = [1, 8, 0x80, 0x80, 0x80, 0x80, 0x10, 0, 0, 0];
  assert.throws(() => readDylink(customModule(['dylink.0', tooBig])), loadError('dylink', /32 bits/));
  const endless = [1, 9, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0, 0, 0];
  assert.throws(() => readDylink(customModule(['dylink.0', endless])), loadError('dylink', /32 bits/));
});

test('a needed library that is not linked is named; a linked one may go by its file’s name', async () => {
  const library = customModule(['dylink.0', []]);
  for (const [file, ...names] of [
    ['libgc.so', 'gc', 'libgc', 'gc.wasm', 'libgc.wasm'],
    ['library.wasm', 'library', 'library.so'],
  ]) {
    const needs = customModule([
      'dylink.0',
      [2, file.length + 2, 1, file.length, ...new TextEncoder().encode(file)],
    ]);
    await assert.rejects(link({ needs }), loadError('link', new RegExp(`needs the library ${file}`)));
    await assert.rejects(link({ needs, other: library }), LoadError);
    for (const name of [file, ...names]) await link({ needs, [name]: library });
  }
});

/** @type {{ url: string, close: () => void, aborted: Promise<void> }} */
let server;
before(async () => {
  /** @type {() => void} */
  let noteAbort = () => {};
  const aborted = new Promise((resolve) => {
    noteAbort = () => resolve(undefined);
  });
  const http = createServer((request, response) => {
    const empty = Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
    const name = request.url?.slice(1);
    if (name === 'missing.wasm') response.writeHead(404).end();
    else if (name === 'never.wasm') response.on('close', noteAbort);
    else if (name === 'page.wasm')
      response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html>');
    else if (name === 'posing.wasm')
      response.writeHead(200, { 'content-type': 'application/wasm' }).end('\n\n\n<!doctype html>');
    else if (name === 'cut.wasm') {
      response.writeHead(200, { 'content-type': 'application/wasm', 'content-length': 100 }).write(empty);
      setTimeout(() => response.destroy(), 50);
    } else {
      const type = name === 'typed.wasm' ? 'application/wasm' : 'application/octet-stream; charset=binary';
      response.writeHead(200, { 'content-type': type }).end(empty);
    }
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (http.address());
  server = { url: `http://127.0.0.1:${port}/`, close: () => http.close(), aborted };
});
after(() => server.close());

test('takes addresses, URLs, responses, bytes and modules, in the order asked for', async () => {
  const bytes = new Uint8Array([9, 0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]).subarray(1);
  const compiled = customModule();
  const results = await fetchAndCompileWasmModules([
    `${server.url}typed.wasm`,
    new URL('untyped.wasm', server.url),
    fetch(`${server.url}typed.wasm`),
    await fetch(`${server.url}untyped.wasm`),
    bytes,
    bytes.slice().buffer,
    compiled,
  ]);
  assert.equal(results.length, 7);
  for (const module of results) assert.ok(module instanceof WebAssembly.Module);
  assert.equal(results[6], compiled);
});

test('the first failure is reported and stops the other requests', async () => {
  await assert.rejects(
    fetchAndCompileWasmModules([`${server.url}never.wasm`, `${server.url}missing.wasm`]),
    loadError('fetch', /Unable to fetch Web Assembly file http\S+missing\.wasm\./, /404/),
  );
  await server.aborted;
});

test('a signal stops every wait at once, with its reason', async () => {
  const forever = /** @type {Promise<Response>} */ (new Promise(() => {}));
  const pending = new Response(new ReadableStream(), { headers: { 'content-type': 'application/wasm' } });
  for (const source of [`${server.url}never.wasm`, forever, pending]) {
    const controller = new AbortController();
    const loading = fetchAndCompileWasmModules([source], { signal: controller.signal });
    setTimeout(() => controller.abort());
    await assert.rejects(loading, { name: 'AbortError' });
  }
  const reason = new Error('changed my mind');
  const signal = AbortSignal.abort(reason);
  await assert.rejects(fetchAndCompileWasmModules([`${server.url}typed.wasm`], { signal }), reason);
  await assert.rejects(fetchAndCompileWasmModules([fetch(server.url, { signal })], { signal }), reason);
});

test('says what came instead of a module', async () => {
  const load = (/** @type {string} */ name) => fetchAndCompileWasmModules([server.url + name]);
  for (const page of ['page.wasm', 'posing.wasm'])
    await assert.rejects(
      load(page),
      remedied('compile', /^Something else came in its place, often an HTML page/),
    );
  await assert.rejects(load('cut.wasm'), loadError('fetch', /The transfer broke off/));
  await assert.rejects(
    fetchAndCompileWasmModules([new Uint8Array([1, 2, 3, 4])]),
    loadError('compile', /the given data cannot be compiled: .*01 02 03 04/),
  );
  await assert.rejects(
    fetchAndCompileWasmModules([new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1])]),
    remedied('compile', /^It is damaged, cut short/),
  );
  await assert.rejects(
    fetchAndCompileWasmModules(['http://127.0.0.1:1/x.wasm']),
    loadError('fetch', /No answer/),
  );
});

test('an engine that refuses bytes which came is not taken for a broken transfer', async (t) => {
  const source = `${server.url}typed.wasm`;
  for (const thrown of [
    new RangeError('Out of memory'),
    new EvalError("Refused because 'wasm-unsafe-eval' is not an allowed source"),
  ]) {
    const refuse = async () => {
      throw thrown;
    };
    const mocks = [
      t.mock.method(WebAssembly, 'compile', refuse),
      t.mock.method(WebAssembly, 'compileStreaming', refuse),
    ];
    const refused = loadError('compile', new RegExp(`cannot be compiled: ${thrown.message}`));
    await assert.rejects(compileBytes(new Uint8Array(8), 'bytes'), refused);
    await assert.rejects(fetchAndCompileWasmModules([source]), refused);
    await assert.rejects(fetchAndCompileWasmModules([source], { streaming: false }), refused);
    for (const mock of mocks) mock.mock.restore();
  }
});

test('a module for another engine or another kind of memory has a remedy that says so', async () => {
  /** A module with one section, and before it those that it needs. @param {...number[]} sections */
  const moduleOf = (...sections) => new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...sections.flat()]);
  const [types, functions] = [
    [1, 4, 1, 0x60, 0, 0],
    [3, 2, 1, 0],
  ];
  const opcode = moduleOf(types, functions, [10, 5, 1, 3, 0, 0xff, 0x0b]);
  const lacking = remedied('compile', /needs what this engine lacks/);
  await assert.rejects(fetchAndCompileWasmModules([opcode]), lacking);

  // (import "env" "memory" (memory LIMITS))
  const importing = (/** @type {number[]} */ ...limits) =>
    moduleOf(
      [0, 9, 8, ...new TextEncoder().encode('dylink.0')],
      [2, 13 + limits.length, 1, 3, 0x65, 0x6e, 0x76, 6, ...new TextEncoder().encode('memory'), 2, ...limits],
    );
  const otherMemory = remedied('link', /without -sMEMORY64 and -pthread, or pass a memory/);
  const [shared] = await fetchAndCompileWasmModules([importing(3, 1, 1)]);
  await assert.rejects(link({ shared }), otherMemory);
  /** Engines differ in whether they know such memories. @param {unknown} error */
  const either = (error) =>
    /** @type {LoadError} */ (error).stage === 'compile' ? lacking(error) : otherMemory(error);
  await assert.rejects(
    fetchAndCompileWasmModules([importing(4, 0)]).then(([memory64]) => link({ memory64 })),
    either,
  );
});

test('whatever does not come is a LoadError, with its address where that is known', async () => {
  const away = 'http://127.0.0.1:1/x.wasm';
  const load = (/** @type {import('../lib/loader/fetch.js').Source} */ source) =>
    fetchAndCompileWasmModules([source]);
  await assert.rejects(load(fetch(away)), loadError('fetch', /file \(a given response\)\. No answer/));
  await assert.rejects(load(request(away)), loadError('fetch', /file http:\/\/127\.0\.0\.1:1\/x\.wasm\. No/));
  await assert.rejects(
    load(new Response('', { status: 404 })),
    loadError('fetch', /file \(a given response\)\. The server answered 404/),
  );
  for (const address of ['http://', 'x.wasm']) {
    await assert.rejects(load(address), loadError('fetch', new RegExp(`file ${address}\\. No answer`)));
  }
  await assert.rejects(
    requestBytes(`${server.url}missing.wasm`),
    loadError('fetch', /missing\.wasm\. .*404/),
  );
  await assert.rejects(
    requestBytes(`${server.url}cut.wasm`),
    loadError('fetch', /cut\.wasm\. The transfer broke/),
  );
  assert.equal((await requestBytes(`${server.url}typed.wasm`)).length, 8);
});

test('what every object inherits is nothing that the caller supplied', async () => {
  // (import "env" "toString" (func))
  const bytes = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 2, 16, 1, 3, 0x65, 0x6e, 0x76, 8];
  bytes.push(...new TextEncoder().encode('toString'), 0, 0);
  const module = new WebAssembly.Module(new Uint8Array(bytes));
  await assert.rejects(
    instantiate('shadow', module, { env: {} }),
    loadError('link', /shadow needs the function env\.toString/),
  );
  await instantiate('shadow', module, { env: { toString: () => {} } });
});

test('no function lies in slot 0, which is NULL in C', async () => {
  const table = new WebAssembly.Table({ initial: 0, element: 'anyfunc' });
  const { left, right } = modules;
  await link({ left, right }, { table });
  assert.equal(table.get(0), null);
  assert.ok(table.length > 1);
});

test('a link that fails empties no slot that another link took meanwhile', async () => {
  const memory = new WebAssembly.Memory({ initial: 8 });
  const table = new WebAssembly.Table({ initial: 1, element: 'anyfunc' });
  const { left, right, optional, trap } = modules;
  // It has more modules, so it fails when the other link is done.
  const many = { a: optional, b: optional, c: optional, d: optional };
  const failing = link({ ...many, trap }, { memory, table });
  const linking = link({ left, right }, { memory, table, start: 4 * PAGE_SIZE });
  await assert.rejects(failing, loadError('link', /trap failed in __wasm_call_ctors/));
  const { exports } = await linking;
  assert.equal(/** @type {Function} */ (exports.left.left_through_pointer)(), 42);
});

test('a start function that traps is told from an import of another type', async () => {
  // (func unreachable) (start 0)
  const bytes = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 8, 1, 0];
  bytes.push(10, 5, 1, 3, 0, 0, 0x0b);
  await assert.rejects(
    instantiate('trapping', new WebAssembly.Module(new Uint8Array(bytes)), {}),
    (/** @type {LoadError} */ error) => /start-up code failed/.test(error.remedy),
  );
});

test('one error names all problems, whatever they are', async () => {
  const { left, right, needy } = modules;
  const mistaken = fixture('mistaken', ['-DCALLED']);
  await assert.rejects(
    link({ needy, mistaken, plain: customModule(), left, right }),
    loadError(
      'dylink',
      /needy needs the function env\.absent_one/,
      /mistaken takes left_value/,
      /plain is not a/,
    ),
  );
});

test('bytes whose buffer was transferred, and a response given twice, are named as such', async () => {
  const gone = new Uint8Array(builtBytes('memory.wasm'));
  structuredClone(gone.buffer, { transfer: [gone.buffer] });
  for (const source of [gone, gone.buffer])
    await assert.rejects(fetchAndCompileWasmModules([source]), {
      name: 'TypeError',
      message: /^the given data must be bytes, in a buffer that was not transferred/,
    });

  const once = { name: 'TypeError', message: /^A response must be .*once/ };
  for (const name of ['typed.wasm', 'untyped.wasm']) {
    const response = await fetch(server.url + name);
    await assert.rejects(fetchAndCompileWasmModules([response, response]), once);
    await assert.rejects(fetchAndCompileWasmModules([response]), once);
    const read = await fetch(server.url + name);
    await read.text();
    await assert.rejects(fetchAndCompileWasmModules([read]), once);
    const other = await fetch(server.url + name);
    assert.equal((await fetchAndCompileWasmModules([other.clone(), other])).length, 2);
  }
});
