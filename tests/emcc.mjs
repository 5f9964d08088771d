/** Builds the side modules that tests link: small C files, with the Emscripten that builds the site. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** Calls emcc in the project's folder. @param {...string} words */
export function emcc(...words) {
  const sdk = execFileSync(path.join(root, 'scripts/emscripten.sh'), { encoding: 'utf8' }).trim();
  const env = { ...process.env, PATH: `${sdk}:${process.env.PATH}`, NODE_PATH: '/usr/share/nodejs' };
  execFileSync('emcc', words, { cwd: root, env, stdio: ['ignore', 'ignore', 'pipe'] });
}

/**
 * @param {string} source path of a C file, from the project's folder
 * @param {string[]} [flags]
 * @returns {WebAssembly.Module} the side module, with all its symbols exported
 */
export function buildSideModule(source, flags = []) {
  const folder = path.join(root, 'build/fixtures');
  mkdirSync(folder, { recursive: true });
  const output = path.join(folder, `${path.basename(source, '.c')}-${process.pid}.wasm`);
  emcc('-O1', '-sSIDE_MODULE=1', ...flags, source, '-o', output);
  return new WebAssembly.Module(readFileSync(output));
}

/**
 * A file that was built with the site.
 * @param {string} name in dist/
 */
export function builtBytes(name) {
  return readFileSync(path.join(root, 'dist', name));
}

/** @param {string} name in dist/ */
export function builtModule(name) {
  return new WebAssembly.Module(new Uint8Array(builtBytes(name)));
}
