/**
 * The disassembler: the npm package of this name. The build bundles the package into this file, so that a
 * browser loads one script. The package's licence ships in LICENSES.txt.
 */
export { BinaryReader, NumericNameResolver, WasmDisassembler } from 'wasmparser';
