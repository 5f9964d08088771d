/**
 * The modules that the lesson runs, and fresh links of them.
 *
 * Each file is fetched once. It always holds that the bytes which a step shows are the bytes that the browser
 * compiled: both come from one response.
 */
import { fetchAndCompileWasmModules, instantiate, link, request } from '../../lib/loader/index.js';
import { addressOf, linkAbove } from '../wirings.js';

/** @typedef {import('../../lib/loader/exports.js').Exports} Exports */
/** @typedef {{ module: WebAssembly.Module, bytes: Uint8Array<ArrayBuffer> }} Loaded */

/**
 * @typedef {object} RecordFunctions
 * @property {(id: number, x: number, y: number) => number} createRecord
 * @property {(record: number) => void} deleteRecord
 */

/**
 * @typedef {object} Allocator
 * @property {(size: number) => number} malloc returns a signed number
 * @property {(address: number) => void} free
 */

/** By file. A load that failed is not kept. @type {Map<string, Promise<Loaded>>} */
const loads = new Map();

/**
 * @param {'memory.wasm' | 'program.wasm' | 'program-owns-memory.wasm'} name
 * @returns {Promise<Loaded>}
 */
export function loadModule(name) {
  let loaded = loads.get(name);
  if (!loaded) {
    loaded = load(name);
    loads.set(name, loaded);
    // The next step that needs the file asks for it again.
    loaded.catch(() => loads.delete(name));
  }
  return loaded;
}

/** @param {string} name @returns {Promise<Loaded>} */
async function load(name) {
  const response = await request(addressOf(name));
  const copy = response.clone().arrayBuffer();
  // If the transfer breaks off, the compilation of the same response reports it.
  copy.catch(() => {});
  const [module] = await fetchAndCompileWasmModules([response]);
  return { module, bytes: new Uint8Array(await copy) };
}

/**
 * Links both modules over a fresh memory that the page makes.
 * @param {import('../../lib/loader/link.js').LinkOptions} [options]
 */
export async function linkShared(options) {
  const [memory, program] = await Promise.all([loadModule('memory.wasm'), loadModule('program.wasm')]);
  const linked = await link({ memory: memory.module, program: program.module }, options);
  return {
    ...linked,
    program: /** @type {Exports & RecordFunctions} */ (linked.exports.program),
    allocator: /** @type {Exports & Allocator} */ (linked.exports.memory),
  };
}

/** @typedef {Awaited<ReturnType<typeof linkShared>>} LinkedShared */

/**
 * Links both modules over a fresh memory that the program owns, with the given placeholders.
 * @param {Allocator} placeholders
 */
export async function linkWithPlaceholders({ malloc, free }) {
  const owner = 'program-owns-memory.wasm';
  const [memory, program] = await Promise.all([loadModule('memory.wasm'), loadModule(owner)]);
  const instance = await instantiate(owner, program.module, { env: { malloc, free } });
  const wired = await linkAbove(instance, memory.module);
  return { ...wired, allocator: /** @type {Exports & Allocator} */ (wired.allocator) };
}
