/** memory.wasm as it ships: the cases of memory-cases.mjs in Node. */
import { test } from 'node:test';
import { openHeap } from '../app/heap/index.js';
import { link } from '../app/loader/index.js';
import { builtModule } from './emcc.mjs';
import { cases } from './memory-cases.mjs';

const module = builtModule('memory.wasm');

for (const { name, run } of cases) {
  test(`memory: ${name}`, async (t) => {
    await run({ link, openHeap, module, scale: 1, note: (text) => t.diagnostic(text) });
  });
}
