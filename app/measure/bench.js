/**
 * What can be measured, read from the folder that the build made for it: the same for a page and a terminal.
 *
 * It always holds that sizes are counted here, from the very bytes, and that a part which is missing or damaged is
 * named.
 */
import { compileBytes } from '../../lib/loader/index.js';
import { allocatorTasks, listWorks } from './allocators.js';
import { readTrace } from './trace.js';
import { wiringTasks } from './wiring.js';

/** @typedef {(file: string) => Promise<Uint8Array<ArrayBuffer>>} Read a file beside bench.json, by its name */

const NEEDED = ['malloc', 'free', 'calloc', 'realloc'];

/** @param {Uint8Array<ArrayBuffer>} bytes */
export async function gzipSize(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream('gzip'));
  return (await new Response(stream).arrayBuffer()).byteLength;
}

/** @param {Uint8Array<ArrayBuffer>} bytes */
const size = async (bytes) => ({ bytes: bytes.length, gzip: await gzipSize(bytes) });

/**
 * @param {Read} read
 * @param {string} file
 * @returns {Promise<any>} what the JSON in it says
 */
export async function readJson(read, file) {
  const bytes = await read(file);
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw Object.assign(new Error(`${file} is no JSON: ${/** @type {Error} */ (cause).message}`, { cause }), {
      remedy: 'Build the site again, and check that the server sends the file unchanged.',
    });
  }
}

/**
 * @param {Read} read
 * @returns {Promise<{ sdk: string, reserved: number, workloads: string, floor: string, traces: string[],
 *   allocators: { name: string, file: string, small: string, pages: number }[] }>}
 */
export const readIndex = (read) => readJson(read, 'bench.json');

/**
 * The allocators to compare, ours first.
 *
 * @param {Read} read
 * @param {{ name: string, bytes: Uint8Array<ArrayBuffer> }[]} own modules that are no peers; the first is "ours"
 * @param {{ only?: string[], floor?: boolean }} [options] `only`: workloads with one of these words in their names
 */
export async function openAllocators(read, own, { only = [], floor = false } = {}) {
  const index = await readIndex(read);
  /** @type {import('./allocators.js').AllocatorEntrant[]} */
  const entrants = [];
  for (const [i, { name, bytes }] of own.entries()) {
    const module = await compileBytes(bytes, name);
    const has = new Set(WebAssembly.Module.exports(module).map((one) => one.name));
    const missing = NEEDED.filter((one) => !has.has(one));
    if (missing.length) throw new Error(`${name} does not export ${missing.join(', ')}.`);
    entrants.push({ name, module, ...(await size(bytes)), ours: i === 0 });
  }
  for (const { name, file, small, pages } of index.allocators) {
    entrants.push({
      name,
      pages,
      module: await compileBytes(await read(file), file),
      ...(await size(await read(small))),
    });
  }
  if (floor) {
    const bytes = await read(index.floor);
    entrants.push({
      name: 'floor',
      module: await compileBytes(bytes, index.floor),
      ...(await size(bytes)),
      yardstick: true,
    });
  }
  const workloads = await compileBytes(await read(index.workloads), index.workloads);
  const traces = await Promise.all(index.traces.map(async (file) => readTrace(await read(file), file)));
  const all = await listWorks(workloads, entrants[0], index.reserved, traces);
  const words = only.map((word) => word.trim().toLowerCase()).filter(Boolean);
  const works = all.filter(
    ({ id, title }) => !words.length || words.some((word) => `${id} ${title}`.toLowerCase().includes(word)),
  );
  return {
    sdk: index.sdk,
    works,
    entrants,
    tasks: allocatorTasks({ workloads, reserved: index.reserved, entrants, works }),
  };
}

/**
 * @param {Read} read
 * @param {Uint8Array<ArrayBuffer>} memory memory.wasm
 */
export async function openWiring(read, memory) {
  const { sdk } = await readIndex(read);
  const compile = async (/** @type {string} */ file) => compileBytes(await read(file), file);
  const modules = {
    memory: await compileBytes(memory, 'memory.wasm'),
    records: await compile('wiring.wasm'),
    throughTable: await compile('wiring-table.wasm'),
    statically: await compile('wiring-static.wasm'),
  };
  return { sdk, ...wiringTasks(modules) };
}
