/**
 * Measures how big each file of dist/ is, raw and as a server with gzip sends it.
 *
 *   node scripts/sizes.mjs release|debug SDK-VERSION        (build.sh calls it, in the project's folder)
 *
 * It writes the sizes to dist/build.json and prints them as a table. It fails if a release is bigger than
 * allowed.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { GOALS } from '../app/measure/goals.js';
import { filesIn, readJson, writeWhole } from './files.mjs';

/** The most that a browser may ask for until the first address stands, in bytes of gzip. */
const FIRST_ADDRESS_BUDGET = 18_000;

const [mode, sdk] = process.argv.slice(2);

/** @typedef {Record<string, { raw: number, gzip: number }>} Sizes by the file's path in dist/ */

/** @returns {Promise<Sizes>} */
async function measure() {
  const files = (await filesIn('dist')).filter((file) => !/(^|\/)\.|\.map$|^build\.json$/.test(file));
  /** @type {Sizes} */
  const sizes = {};
  for (const file of files) {
    const bytes = await readFile(path.join('dist', file));
    sizes[file] = { raw: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length };
  }
  return sizes;
}

/**
 * The files that a browser asks for until the first address stands: index.html, what its head names, two
 * modules.
 */
async function firstAddressFiles() {
  const html = await readFile('dist/index.html', 'utf8');
  const links = [...html.matchAll(/<link[^>]+rel="(?:stylesheet|icon|modulepreload)"[^>]+href="([^"]+)"/g)];
  const scripts = [...html.matchAll(/<script[^>]+src="([^"]+)"/g)];
  const named = [...links, ...scripts].map((match) => match[1]);
  return [...new Set(['index.html', ...named, 'memory.wasm', 'program.wasm'])];
}

/** Writes dist/build.json, if anything but its date has changed. @param {Sizes} sizes */
async function writeFacts(sizes) {
  const target = 'dist/build.json';
  const { date: _, ...before } = (await readJson(target)) ?? {};
  const facts = { mode, emscripten: sdk, sizes };
  if (JSON.stringify(before) === JSON.stringify(facts)) return;
  await writeWhole(target, `${JSON.stringify({ ...facts, date: new Date().toISOString() }, null, 1)}\n`);
}

/** @param {string} name @param {(string | number)[]} cells */
function row(name, ...cells) {
  console.log(`  ${name.padEnd(40)}${cells.map((cell) => String(cell).padStart(10)).join('')}`);
}

/** Prints a line for each file, but for app/ and bench/ a line for each folder. @param {Sizes} sizes */
function printTable(sizes) {
  /** @type {Map<string, number[]>} files, bytes, bytes of gzip */
  const rows = new Map();
  for (const [file, { raw, gzip }] of Object.entries(sizes)) {
    const name = /^(app|bench)\//.test(file) ? `${path.dirname(file)}/*` : file;
    const [files, allRaw, allGzip] = rows.get(name) ?? [0, 0, 0];
    rows.set(name, [files + 1, allRaw + raw, allGzip + gzip]);
  }
  row('', 'files', 'bytes', 'gzip');
  for (const [name, cells] of rows) row(name, ...cells);
}

const sizes = await measure();
await writeFacts(sizes);
printTable(sizes);

const first = (await firstAddressFiles()).filter((file) => sizes[file]);
const sum = (/** @type {'raw' | 'gzip'} */ key) => first.reduce((total, file) => total + sizes[file][key], 0);
row('until the first address stands', first.length, sum('raw'), sum('gzip'));

if (mode === 'release') {
  const allocator = sizes['memory.wasm'].raw;
  if (allocator > GOALS.bytes) {
    console.error(`Too big: memory.wasm has ${allocator} bytes; at most ${GOALS.bytes} are allowed.`);
    process.exitCode = 1;
  }
  if (sum('gzip') > FIRST_ADDRESS_BUDGET) {
    console.error(
      `Too big: at most ${FIRST_ADDRESS_BUDGET} bytes of gzip are allowed until the first address stands;\n` +
        `now ${sum('gzip')} are asked for: ${first.map((file) => `${file} ${sizes[file].gzip}`).join(', ')}.`,
    );
    process.exitCode = 1;
  }
}
