/**
 * The loader fetches and compiles Emscripten side modules in parallel and links them over one imported
 * memory.
 *
 *     const [memory, program] = await fetchAndCompileWasmModules(['memory.wasm', 'program.wasm']);
 *     const linked = await link({ memory, program });
 *     linked.exports.program.createRecord(2, 1.1, 2.2); // calls memory.wasm's malloc, wasm to wasm
 *
 * It knows nothing of a document, of Records or of any particular module. `describe` and `resolve` tell what
 * would supply each import, without linking anything.
 */
export { describe } from './describe.js';
export { readDylink } from './dylink.js';
export { LoadError } from './errors.js';
export { absoluteExports } from './exports.js';
export { compileBytes, fetchAndCompileWasmModules, request, requestBytes } from './fetch.js';
export { instantiate } from './instantiate.js';
export { link } from './link.js';
export { resolve } from './resolve.js';
export { PAGE_SIZE } from './room.js';
