/** Tests build modules with the Emscripten that builds the site, and read the files of the site. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
/** The folder of emcc, once it is known. @type {string | undefined} */
let sdk;

/** The environment of this process, with the SDK on PATH. @returns {Record<string, string>} */
export function emscriptenEnvironment() {
  sdk ??= execFileSync(path.join(root, 'scripts/emscripten.sh'), { encoding: 'utf8' }).trim();
  const env = /** @type {Record<string, string>} */ (process.env);
  return { ...env, PATH: `${sdk}:${env.PATH}`, NODE_PATH: '/usr/share/nodejs' };
}

/**
 * Calls emcc in the project's folder, and leaves no file behind.
 * @param {...string} words of the command, without -o: the output is called out.wasm
 * @returns {Record<string, Uint8Array<ArrayBuffer>>} the files that emcc made, by their names
 */
export function emcc(...words) {
  const env = emscriptenEnvironment();
  const folder = mkdtempSync(path.join(tmpdir(), 'heap-lab-test-'));
  try {
    const output = ['-o', path.join(folder, 'out.wasm')];
    execFileSync('emcc', [...words, ...output], { cwd: root, env, stdio: ['ignore', 'ignore', 'pipe'] });
    return Object.fromEntries(readdirSync(folder).map((file) => [file, bytesOf(path.join(folder, file))]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * @param {string} source path of a C file in the project
 * @param {string[]} [flags]
 * @returns {WebAssembly.Module} a side module that exports all of its symbols
 */
export function buildSideModule(source, flags = []) {
  return new WebAssembly.Module(emcc('-O1', '-sSIDE_MODULE=1', ...flags, source)['out.wasm']);
}

/** @param {string} file */
const bytesOf = (file) => new Uint8Array(readFileSync(file));

/**
 * The bytes of a file of the site.
 * @param {string} name in dist/
 */
export function builtBytes(name) {
  return bytesOf(path.join(root, 'dist', name));
}

/** A module of the site. @param {string} name in dist/ */
export function builtModule(name) {
  return new WebAssembly.Module(builtBytes(name));
}
