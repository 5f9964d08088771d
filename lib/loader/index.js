/**
 * The loader: fetches and compiles Emscripten side modules in parallel and links them over one imported memory.
 *
 *     const [memory, program] = await fetchAndCompileWasmModules(['memory.wasm', 'program.wasm']);
 *     const linked = await link({ memory, program });
 *     linked.exports.program.createRecord(2, 1.1, 2.2); // calls memory.wasm's malloc, wasm to wasm
 *
 * It knows nothing of a document, of Records or of any particular module.
 */
export { readDylink } from './dylink.js';
export { LoadError } from './errors.js';
export { compileBytes, fetchAndCompileWasmModules, request, requestBytes } from './fetch.js';
export { instantiate } from './instantiate.js';
export { absoluteExports, link, PAGE_SIZE } from './link.js';
