/** memory.wasm as it ships: the cases of memory-cases.mjs in Node. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openHeap } from '../lib/heap/index.js';
import { link } from '../lib/loader/index.js';
import { builtModule } from './emcc.mjs';
import { cases } from './memory-cases.mjs';

const module = builtModule('memory.wasm');

for (const { name, run } of cases) {
  test(`memory: ${name}`, async (t) => {
    await run({ link, openHeap, module, scale: 1, note: (text) => t.diagnostic(text) });
  });
}

test('memory: the module has seven functions to call, and asks for a memory and where the heap begins', () => {
  const named = (
    /** @type {{ module?: string, name: string, kind: string }} */ { module: from, name, kind },
  ) => [from, name, kind].filter(Boolean).join(' ');
  const functions = 'malloc free calloc realloc aligned_alloc posix_memalign malloc_usable_size'.split(' ');
  assert.deepEqual(
    WebAssembly.Module.exports(module).map(named),
    functions.map((name) => `${name} function`),
  );
  assert.deepEqual(WebAssembly.Module.imports(module).map(named).sort(), [
    'GOT.mem __heap_base global',
    'env memory memory',
  ]);
});

test('memory: only a heap of memory.wasm can be read', () => {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const other = builtModule('program.wasm');
  assert.throws(() => openHeap({ memory, module: other, heapBase: 1024 }), /no section `heap`/);
  const wrong = /** @type {any[]} */ ([
    { memory, module },
    { memory, module, heapBase: -8 },
    { memory, module, heapBase: 2 ** 32 },
    { memory: memory.buffer, module, heapBase: 1024 },
    { memory, heapBase: 1024 },
  ]);
  for (const where of wrong) assert.throws(() => openHeap(where), { name: 'TypeError' });
});

test('memory: CODE keeps the headers of two states more than four flipped bits apart', () => {
  const [section] = WebAssembly.Module.customSections(module, 'heap');
  const code = new DataView(section).getUint32(0, true);
  const inverse = openHeap({ memory: new WebAssembly.Memory({ initial: 1 }), module, heapBase: 0 }).layout
    .inverse;
  assert.equal(Math.imul(code, inverse), 1);
  // A flipped bit adds a power of two or takes one away. So up to four change a header by a sum of two of these.
  const powers = Array.from({ length: 32 }, (_, bit) => [1 << bit, -(1 << bit)]).flat();
  const upToTwo = [...new Set([0, ...powers, ...powers.flatMap((a) => powers.map((b) => (a + b) | 0))])];
  let found = 0;
  for (const a of upToTwo) {
    for (const b of upToTwo) {
      const between = Math.imul(a + b, inverse); // of the two states
      if (between !== 0 && Math.abs(between) < 2 ** 16) found++;
    }
  }
  assert.equal(found, 0);
});
