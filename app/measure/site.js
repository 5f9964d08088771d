/**
 * The built site, as a run reads it: a page over the network, a terminal from dist/.
 *
 * It always holds that sizes are counted here, from the bytes of built files, and that an error names the
 * file that is missing or damaged.
 */
import { compileBytes, requestBytes } from '../../lib/loader/index.js';
import { ErrorWithRemedy } from '../errors.js';
import { minute } from './figures.js';

/** @typedef {Uint8Array<ArrayBuffer>} Bytes */

/**
 * @typedef {object} Site
 * @property {(file: string) => Promise<Bytes>} read a file, by its path in dist/
 * @property {() => Promise<{ name: string, bytes: Bytes }[]>} ownAllocators builds of memory.wasm; the first
 *   is the one that is judged
 * @property {(sdk: string) => string | Promise<string>} build what a run says of the build; `sdk` is the
 *   version of Emscripten that made the workloads
 * @property {string} address the URL of dist/, with a slash at its end
 */

/** The site over the network. @param {string} address the URL of dist/ @returns {Site} */
export function siteAt(address) {
  /** Errors call a module a “Web Assembly file”, and all else a “file”. @param {string} file */
  const read = (file) => requestBytes(new URL(file, address), file.endsWith('.wasm') ? undefined : 'file');
  return {
    address,
    read,
    ownAllocators: async () => [{ name: 'memory.wasm', bytes: await read('memory.wasm') }],
    async build(sdk) {
      const { date } = await jsonOf({ read }, 'build.json');
      return `Heap Lab of ${minute(date)}, Emscripten ${sdk}`;
    },
  };
}

/**
 * @param {Pick<Site, 'read'>} site
 * @param {string} file
 * @returns {Promise<any>} what the JSON in it says
 */
export async function jsonOf({ read }, file) {
  const bytes = await read(file);
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    const name = file.slice(file.lastIndexOf('/') + 1);
    throw new ErrorWithRemedy(
      `${name} is no JSON: ${/** @type {Error} */ (cause).message}`,
      'Build the site again, and check that the server sends the file unchanged.',
      cause,
    );
  }
}

/** @param {string} file that native/workloads/build.sh made */
export const inBench = (file) => `bench/${file}`;

/**
 * What native/workloads/build.sh made.
 * @param {Pick<Site, 'read'>} site
 * @returns {Promise<{ sdk: string, reserved: number, workloads: string, floor: string, traces: string[],
 *   allocators: { name: string, file: string, small: string, pages: number }[] }>}
 */
export const readIndex = (site) => jsonOf(site, inBench('bench.json'));

/** @param {Site} site @param {string} file in bench/ */
export async function compileFile({ read }, file) {
  return compileBytes(await read(inBench(file)), file);
}

/** @param {Bytes} bytes */
export async function gzipSize(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream('gzip'));
  return (await new Response(stream).arrayBuffer()).byteLength;
}

/** The bytes of one or several files together. @param {Bytes[]} files */
export async function sizeOf(...files) {
  const sum = (/** @type {number[]} */ numbers) => numbers.reduce((a, b) => a + b, 0);
  return { bytes: sum(files.map(({ length }) => length)), gzip: sum(await Promise.all(files.map(gzipSize))) };
}
