/** dist/ as a run in the terminal reads it, with what options of `npm run bench` put in its place. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** @typedef {{ memory?: string[], bench?: string, sdk?: string }} Options as `--help` explains them */

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/**
 * @param {Options} options
 * @returns {import('../app/measure/site.js').Site}
 */
export function builtSite(options) {
  const dist = path.join(root, 'dist');
  const own = options.memory ?? [path.join(dist, 'memory.wasm')];
  const bench = benchFolder(options);
  return {
    address: pathToFileURL(`${dist}/`).href,
    read: async (file) => {
      const inBench = file.startsWith('bench/') ? path.join(bench, file.slice('bench/'.length)) : null;
      return new Uint8Array(await readFile(inBench ?? path.join(dist, file)));
    },
    ownAllocators: async () => own.map((file) => ({ name: path.basename(file), bytes: bytesOf(file) })),
    build(sdk) {
      if (options.memory) return `workloads and peers by Emscripten ${sdk}`;
      const { emscripten } = JSON.parse(readFileSync(path.join(dist, 'build.json'), 'utf8'));
      return `Emscripten ${sdk}${emscripten === sdk ? '' : `, but ${emscripten} for memory.wasm`}`;
    },
  };
}

/** @param {string} file */
function bytesOf(file) {
  const isBuilt = path.resolve(file).startsWith(path.join(root, 'dist'));
  if (!existsSync(file)) throw new Error(`${file} is missing.${isBuilt ? ' Run npm run build first.' : ''}`);
  return new Uint8Array(readFileSync(file));
}

/** The folder with bench.json. @param {Options} options */
function benchFolder({ bench, sdk }) {
  if (bench) return path.resolve(bench);
  if (!sdk) {
    const built = path.join(root, 'dist/bench');
    if (existsSync(path.join(built, 'bench.json'))) return built;
    throw new Error('dist/bench is missing. Run npm run build first.');
  }
  if (!existsSync(path.join(sdk, 'emcc'))) throw new Error(`${sdk} has no emcc: --sdk takes its folder.`);
  const env = { ...process.env, PATH: `${path.resolve(sdk)}:${process.env.PATH}` };
  const version = execFileSync('emcc', ['--version'], { env, encoding: 'utf8' }).match(/\d+\.\d+\.\d+/)?.[0];
  const target = path.join(root, 'build', `bench-${version}`);
  execFileSync(path.join(root, 'native/workloads/build.sh'), [target], { env, stdio: ['ignore', 2, 2] });
  return target;
}
