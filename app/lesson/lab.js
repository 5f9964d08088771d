/**
 * The modules that the lesson runs, each fetched once, together with the bytes that it was compiled from.
 *
 * It always holds that the bytes which a step shows are those which the browser compiled: both are of one response.
 */
import { fetchAndCompileWasmModules, instantiate, link, request } from '../../lib/loader/index.js';
import { linkAbove } from '../wirings.js';

/** @typedef {{ module: WebAssembly.Module, bytes: Uint8Array<ArrayBuffer> }} File */

/** @type {Map<string, Promise<File>>} */
const files = new Map();

/** @param {string} name of a file beside the page */
export const addressOf = (name) => new URL(`../../${name}`, import.meta.url);

/**
 * @param {'memory.wasm' | 'program.wasm' | 'program-owns-memory.wasm'} name
 * @returns {Promise<File>}
 */
export function file(name) {
  let wanted = files.get(name);
  if (!wanted) {
    wanted = load(name);
    files.set(name, wanted);
    // The next step that wants it asks again.
    wanted.catch(() => files.delete(name));
  }
  return wanted;
}

/** @param {string} name */
async function load(name) {
  /** @type {Promise<ArrayBuffer> | undefined} */
  let bytes;
  const response = request(addressOf(name)).then((answer) => {
    bytes = answer.clone().arrayBuffer();
    // Whatever breaks the transfer, the compilation reports.
    bytes.catch(() => {});
    return answer;
  });
  const [module] = await fetchAndCompileWasmModules([response]);
  return { module, bytes: new Uint8Array(await /** @type {Promise<ArrayBuffer>} */ (bytes)) };
}

/**
 * Both modules on a fresh memory that the page makes.
 * @param {import('../../lib/loader/link.js').LinkOptions} [options]
 */
export async function linkShared(options) {
  const [memory, program] = await Promise.all([file('memory.wasm'), file('program.wasm')]);
  const linked = await link({ memory: memory.module, program: program.module }, options);
  return { ...linked, program: linked.exports.program, allocator: linked.exports.memory };
}

/**
 * Both modules on a fresh memory that the program owns, with the placeholders given.
 *
 * @param {{ malloc: Function, free: Function }} placeholders
 */
export async function linkWithPlaceholders({ malloc, free }) {
  const name = 'program-owns-memory.wasm';
  const [memory, program] = await Promise.all([file('memory.wasm'), file(name)]);
  const instance = await instantiate(name, program.module, {
    env: { malloc: /** @type {any} */ (malloc), free: /** @type {any} */ (free) },
  });
  return linkAbove(instance, memory.module);
}
