/**
 * Mistakes that people make. The page shows these lines, runs them, and prints what the browser threw.
 *
 * The build ships this file as it is written, since browsers quote names from it in their messages. A step
 * runs its mistake where no figure can be damaged by it.
 */

/** @param {WebAssembly.Memory} memory */
export function readPastTheEnd(memory) {
  const view = new DataView(memory.buffer);
  return view.getInt32(memory.buffer.byteLength - 2, true);
}

/** @param {import('./modules.js').RecordFunctions} program */
export function deleteTwice({ createRecord, deleteRecord }) {
  const record = createRecord(2, 1.1, 2.2);
  deleteRecord(record);
  deleteRecord(record);
}

/**
 * @param {Uint8Array<ArrayBuffer>} bytes of a module
 * @param {number} place of the byte that says which function is called
 */
export async function callWhatIsNotThere(bytes, place) {
  const damaged = bytes.slice();
  damaged[place] = 0x7f;
  return WebAssembly.compile(damaged);
}

/** @param {WebAssembly.Module} module */
export async function forgetTheImports(module) {
  return WebAssembly.instantiate(module, {});
}

/**
 * @param {WebAssembly.Module} module
 * @param {import('./modules.js').Allocator} memory the exports of memory.wasm
 */
export async function callTooEarly(module, memory) {
  /** @type {any} */
  let wasmMalloc;
  const env = { malloc: (/** @type {number} */ size) => wasmMalloc(size), free() {} };
  /** @type {any} */
  const program = await WebAssembly.instantiate(module, { env });
  program.exports.createRecord(2, 1.1, 2.2);
  wasmMalloc = memory.malloc; // too late
}

/** @param {string | URL} url */
export async function compileAPage(url) {
  const response = await fetch(url);
  return WebAssembly.compile(await response.arrayBuffer());
}

/** @param {WebAssembly.Memory} memory */
export function writeThroughAnOldView(memory) {
  const bytes = new Uint8Array(memory.buffer);
  memory.grow(1);
  bytes.set([1, 2, 3]);
}

/** @param {Function} createRecord */
export function timeOneCall(createRecord) {
  const before = performance.now();
  createRecord(2, 1.1, 2.2);
  return performance.now() - before;
}
