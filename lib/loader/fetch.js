/**
 * From URLs to compiled modules: all fetched and compiled at once, while they arrive where the server allows it.
 *
 * It always holds that either every module is returned, in the order asked for, or an error is thrown and the
 * requests still under way are aborted.
 */
import { expect, LoadError, wordsOf } from './errors.js';

/**
 * What a module can come from: an address, its bytes, a response on its way, or a module compiled before.
 * @typedef {string | URL | BufferSource | Response | Promise<Response> | WebAssembly.Module} Source
 */

/** How messages call what has no address. */
const GIVEN = '(a given response)';
/** How messages call what is fetched, if nobody says otherwise. */
const WASM = 'Web Assembly file';

/**
 * Words of the engines for why they do not compile something, and what helps then.
 * @type {[RegExp, string][]}
 */
const REFUSALS = [
  [
    /Content Security Policy|blocked by CSP|unsafe-eval/i,
    "The page’s Content-Security-Policy must allow 'wasm-unsafe-eval' in script-src.",
  ],
  [
    /magic|start with/,
    'Something else came in its place, often an HTML page: check the path, and that the server sends the file unchanged.',
  ],
  [
    /^/,
    'It is damaged, cut short, or needs what this engine lacks, as -sMEMORY64: build it again, and check that the server sends it whole.',
  ],
];

/**
 * Fetches and compiles modules in parallel.
 *
 * @param {Source[]} sources addresses are relative to the document, as `fetch` has it
 * @param {{ streaming?: boolean, signal?: AbortSignal }} [options] `streaming: false` waits for the last byte
 *   before it compiles (for measurements; the loader falls back to that by itself where it must)
 * @returns {Promise<WebAssembly.Module[]>} one module for each source, in the same order
 * @throws {LoadError} at stage 'fetch' or 'compile', for the first that failed
 * @throws {TypeError} for a source of no such type, or for one that is not in an array
 * @throws {unknown} the signal's reason, as `fetch` does: at once, also where a given response goes on arriving
 */
export async function fetchAndCompileWasmModules(sources, { streaming = true, signal } = {}) {
  expect(Array.isArray(sources), 'sources', 'an array');
  const requests = new AbortController();
  const cancelled = new Promise((_, reject) => {
    const cancel = () => {
      requests.abort();
      reject();
    };
    if (signal?.aborted) cancel();
    signal?.addEventListener('abort', cancel, { signal: requests.signal });
  });
  try {
    const modules = sources.map((source) => compile(source, streaming, requests.signal));
    return await Promise.race([cancelled, Promise.all(modules)]);
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    requests.abort(); // those still under way, and what listens to the signal
  }
}

/**
 * @param {Source} source
 * @param {boolean} streaming
 * @param {AbortSignal} signal
 */
async function compile(source, streaming, signal) {
  if (source instanceof WebAssembly.Module) return source;
  if (source instanceof ArrayBuffer || ArrayBuffer.isView(source)) {
    return compileBytes(source, 'the given data');
  }
  const isAddress = typeof source === 'string' || source instanceof URL;
  const response = isAddress
    ? await request(source, { signal })
    : checked(await Promise.resolve(source).catch((error) => noAnswer(GIVEN, error)));
  const url = nameOf(response);
  // compileStreaming takes this very type, without parameters; a plain server that sends another is served as well.
  const type = response.headers.get('content-type')?.trim().toLowerCase();
  if (streaming && type === 'application/wasm' && WebAssembly.compileStreaming) {
    return WebAssembly.compileStreaming(response).catch((error) => {
      throw explain(error, url);
    });
  }
  return compileBytes(await bytesOf(response), url);
}

/**
 * As `fetch`, but a file that does not come is a LoadError that names its address, unless `init.signal` stopped it.
 *
 * @param {string | URL} url
 * @param {RequestInit} [init]
 * @param {string} [what] it is, for messages
 * @returns {Promise<Response>} one that has the file
 */
export async function request(url, init, what) {
  const response = await fetch(url, init).catch((error) => {
    init?.signal?.throwIfAborted();
    return noAnswer(absolute(url), error, what);
  });
  return checked(response, what);
}

/**
 * A whole file.
 *
 * @param {string | URL} url
 * @param {string} [what] it is, for messages
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 * @throws {LoadError} at stage 'fetch'
 */
export async function requestBytes(url, what) {
  return new Uint8Array(await bytesOf(await request(url, {}, what), what));
}

/** @param {string} name @param {unknown} error @param {string} [what] @returns {never} */
function noAnswer(name, error, what = WASM) {
  // Whoever asked for a given response may have used `request`, and then has said it better.
  if (error instanceof LoadError) throw error;
  throw new LoadError(
    'fetch',
    `Unable to fetch ${what} ${name}. No answer: ${wordsOf(error)}`,
    'Check that the server is running and the address is right, then load the page again.',
    error,
  );
}

/** @param {Response} response @param {string} [what] */
function checked(response, what = WASM) {
  expect(response instanceof Response, 'A source', 'an address, bytes, a response or a compiled module');
  if (response.ok) return response;
  throw new LoadError(
    'fetch',
    `Unable to fetch ${what} ${nameOf(response)}. The server answered ${response.status} ${response.statusText}`.trim(),
    response.status === 404
      ? 'Check that the file was built and lies where the page expects it.'
      : 'Ask the server’s log why, then load the page again.',
  );
}

/** @param {Response} response @param {string} [what] */
function bytesOf(response, what) {
  return response.arrayBuffer().catch((error) => {
    throw explain(error, nameOf(response), what);
  });
}

/** @param {Response} response */
const nameOf = (response) => response.url || GIVEN;

/** @param {string | URL} url as it is, where it cannot be made absolute */
function absolute(url) {
  try {
    return new URL(url, globalThis.location?.href).href;
  } catch {
    return String(url);
  }
}

/**
 * @param {BufferSource} bytes
 * @param {string} name for messages
 * @throws {LoadError} at stage 'compile'
 */
export async function compileBytes(bytes, name) {
  // Some engines compile no DataView.
  const { buffer = bytes, byteOffset, byteLength } = /** @type {any} */ (bytes);
  try {
    return await WebAssembly.compile(new Uint8Array(buffer, byteOffset, byteLength));
  } catch (error) {
    throw explain(error, name);
  }
}

/**
 * @param {unknown} error what an engine threw while a module's bytes arrived or were compiled
 * @param {string} name
 * @param {string} [what]
 */
function explain(error, name, what = WASM) {
  if (error instanceof WebAssembly.CompileError) {
    const { message } = error;
    const [, remedy] = /** @type {[RegExp, string]} */ (REFUSALS.find(([words]) => words.test(message)));
    return new LoadError('compile', `${name} cannot be compiled: ${message}`, remedy, error);
  }
  return new LoadError(
    'fetch',
    `Unable to fetch ${what} ${name}. The transfer broke off: ${wordsOf(error)}`,
    'Check the connection and the server, then load the page again.',
    error,
  );
}
