/**
 * The loader fetches and compiles Emscripten side modules in parallel and links them over one imported
 * memory. A side module is a shared library in WebAssembly, made by `emcc -sSIDE_MODULE`. It imports its
 * memory, and the base address at which its statics begin, so that it can lie anywhere.
 *
 *     const [memory, program] = await fetchAndCompileWasmModules(['memory.wasm', 'program.wasm']);
 *     const linked = await link({ memory, program });
 *     linked.exports.program.createRecord(2, 1.1, 2.2); // calls memory.wasm's malloc, wasm to wasm
 *
 * It knows nothing of a document, of Records or of any particular module. `describe` and `resolve` tell what
 * would supply each import, without linking anything. resolve.js opens with the rules. It takes plain data;
 * `offers` lists what the loader supplies, and `refuse` puts problems into words.
 *
 * The loader links once: modules cannot be added to a link later, nor be closed.
 */
export { describe } from './describe.js';
export { readDylink } from './dylink.js';
export { LoadError } from './errors.js';
export { absoluteExports } from './exports.js';
export { compileBytes, fetchAndCompileWasmModules, request, requestBytes } from './fetch.js';
export { instantiate } from './instantiate.js';
export { link } from './link.js';
export { offers } from './offers.js';
export { refuse } from './problems.js';
export { resolve } from './resolve.js';
export { PAGE_SIZE } from './room.js';
