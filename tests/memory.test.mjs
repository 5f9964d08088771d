/** memory.wasm as it ships: the cases of memory-cases.mjs in Node. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { openHeap } from '../lib/heap/index.js';
import { link } from '../lib/loader/index.js';
import { builtModule } from './emcc.mjs';
import { cases } from './memory-cases.mjs';

const module = builtModule('memory.wasm');

/** A heap of which only the layout matters. @param {WebAssembly.Module} module */
const heapOf = (module) =>
  openHeap({ memory: new WebAssembly.Memory({ initial: 1 }), module, heapBase: 1024 });

for (const { name, run } of cases) {
  test(`memory: ${name}`, async (t) => {
    await run({ link, openHeap, module, scale: 1, note: (text) => t.diagnostic(text) });
  });
}

test('memory: the module has seven functions to call, and asks for a memory and its heap’s base', () => {
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
  assert.throws(
    () => openHeap({ memory, module: other, heapBase: 1024 }),
    /no custom section `heap`.*hand it in/,
  );
  const wrong = /** @type {any[]} */ ([
    { memory, module },
    { memory, module, heapBase: -8 },
    { memory, module, heapBase: 2 ** 32 },
    { memory: memory.buffer, module, heapBase: 1024 },
    { memory, heapBase: 1024 },
  ]);
  for (const where of wrong) assert.throws(() => openHeap(where), { name: 'TypeError' });
});

/** A module of nothing but a custom section `heap`. @param {number[]} content */
function moduleWithSection(content) {
  const named = [4, ...Buffer.from('heap'), ...content];
  return new WebAssembly.Module(new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 0, named.length, ...named]));
}

const section = [...new Uint8Array(WebAssembly.Module.customSections(module, 'heap')[0])];

test('memory: the section `heap` begins with its version and the length of a word', () => {
  assert.deepEqual(section.slice(0, 2), [1, 4]);
  const { layout } = heapOf(moduleWithSection(section));
  assert.deepEqual(layout, heapOf(module).layout);
});

test('memory: the README of memory.c describes the section byte by byte', () => {
  const readme = readFileSync(new URL('../native/memory/README.md', import.meta.url), 'utf8');
  const rows = [...readme.matchAll(/^\| (\d+)(?:-(\d+))? \| [^|]+ \| (\d+) \|/gm)];
  const bytes = rows.flatMap(([, first, last = first, value]) =>
    Array.from({ length: Number(last) - Number(first) + 1 }, (_, i) => (Number(value) >>> (8 * i)) & 255),
  );
  assert.deepEqual(bytes, section);
});

/** What openHeap says of a section that can't be read. @type {[string, number[], RegExp][]} */
const unreadable = [
  ['a newer version', [2, ...section.slice(1)], /version 2, .* reads version 1\. Update lib\/heap\.$/],
  ['an older version', [0, ...section.slice(1)], /version 0, .* reads version 1\. Update memory\.wasm\.$/],
  ['a newer version that is shorter', [2], /version 2, .* Update lib\/heap\.$/],
  ['words of eight bytes', [1, 8, ...section.slice(2)], /words of 8 bytes, .* of 4\. Update lib\/heap, or/],
  ['a section without a byte', [], /has 0 bytes, and version 1 has 25\. Build memory\.wasm again\.$/],
  ['a section of its version alone', [1], /has 1 bytes, and version 1 has 25\./],
  ['a section that was cut short', section.slice(0, -1), /has 24 bytes, and version 1 has 25\./],
  ['a section with more than its version has', [...section, 0], /has 26 bytes, and version 1 has 25\./],
];
for (const [what, content, message] of unreadable) {
  test(`memory: ${what} is refused, with what to do`, () => {
    assert.throws(() => heapOf(moduleWithSection(content)), { name: 'TypeError', message });
  });
}

test('memory: a header below 64 KiB that was damaged or moved is no other', () => {
  const { code, inverse } = heapOf(module).layout;
  assert.equal(Math.imul(code, inverse), 1);
  /** Whether two states below 2^16 have headers that differ by this much, in one place. @param {number} by */
  const isBetweenTwo = (by) => by !== 0 && Math.abs(Math.imul(by, inverse)) < 2 ** 16;

  // A flipped bit adds a power of two or takes one away. So up to four change a header by a sum of two of
  // these.
  const powers = Array.from({ length: 32 }, (_, bit) => [1 << bit, -(1 << bit)]).flat();
  const upToTwo = [...new Set([0, ...powers, ...powers.flatMap((a) => powers.map((b) => (a + b) | 0))])];
  const fourBits = upToTwo.flatMap((a) => upToTwo.filter((b) => isBetweenTwo((a + b) | 0)));
  assert.equal(fourBits.length, 0, 'four bits');

  // One byte, in any of the four places, changes by up to 255.
  const ofOneByte = [0, 8, 16, 24].flatMap((place) =>
    Array.from({ length: 255 }, (_, i) => (i + 1) << place).filter(isBetweenTwo),
  );
  assert.equal(ofOneByte.length, 0, 'one byte');

  // A header that is moved by so many bytes, a multiple of 8, decodes as if it had been changed by as much.
  let nearest = 8;
  while (!isBetweenTwo(nearest)) nearest += 8;
  assert.equal(nearest, 93_992);
});
