/**
 * memory.wasm as it ships, in the browser: the cases of tests/memory-cases.mjs, which Node.js runs, too. They
 * run in a Worker. The site has nothing of them, so the server of this test adds them to it.
 */
import { readFile } from 'node:fs/promises';
import { distFile, expect, test } from './fixtures.mjs';

const blank = `<!doctype html><html lang="en"><title>memory.wasm</title><link rel="icon" href="data:,">`;

const worker = `
import { link } from './lib/loader/index.js';
import { openHeap } from './lib/heap/index.js';
import { cases } from './memory-cases.mjs';
onmessage = async ({ data: { pattern, scale } }) => {
  const module = await WebAssembly.compileStreaming(fetch('./memory.wasm'));
  const wanted = cases.filter(({ name }) => new RegExp(pattern).test(name));
  const failed = [];
  for (const { name, run } of wanted) {
    try {
      await run({ link, openHeap, module, scale });
    } catch (error) {
      failed.push(name + ': ' + error.message);
    }
  }
  postMessage({ ran: wanted.length, failed });
};`;

/** @param {string} file */
async function serve(file) {
  const script = (/** @type {Buffer | string} */ body) => ({
    status: 200,
    headers: { 'content-type': 'text/javascript; charset=utf-8' },
    body,
  });
  if (file === 'index.html') return { status: 200, headers: { 'content-type': 'text/html' }, body: blank };
  if (file === 'worker.mjs') return script(worker);
  const source = file === 'memory-cases.mjs' ? '../tests/memory-cases.mjs' : null;
  if (source) return script(await readFile(new URL(source, import.meta.url)));
  return distFile(file);
}

/**
 * The cases in parts, each for a Worker of its own: a name, a pattern of the cases' names, their scale, and
 * how many there are at the least. @type {[string, string, number, number][]}
 */
const parts = [
  ['ten million operations beside a shadow heap', '^ten million', 1, 1],
  ['misuse of every kind', '^misuse', 1, 60],
  ['all other cases', '^(?!ten million|misuse)', 0.2, 12],
];

for (const [name, pattern, scale, least] of parts) {
  test(`memory.wasm: ${name}`, async ({ page, servedBy }) => {
    test.setTimeout(180_000);
    const { url } = await servedBy(serve);
    await page.goto(url);
    const outcome = await page.evaluate(
      (job) =>
        new Promise((resolve, reject) => {
          const worker = new Worker('./worker.mjs', { type: 'module' });
          worker.onmessage = ({ data }) => resolve(data);
          worker.onerror = (event) => reject(new Error(`worker: ${event.message}`));
          worker.postMessage(job);
        }),
      { pattern, scale },
    );
    const { ran, failed } = /** @type {{ ran: number, failed: string[] }} */ (outcome);
    expect(failed).toEqual([]);
    expect(ran).toBeGreaterThanOrEqual(least);
  });
}
