/**
 * The disassembler, from the npm package of this name. The build puts the package's code into this file, so that
 * a browser can load it and nothing else; its licence ships in LICENSES.txt.
 */
export { BinaryReader, NumericNameResolver, WasmDisassembler } from 'wasmparser';
