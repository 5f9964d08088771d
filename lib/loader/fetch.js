/**
 * Fetches and compiles modules, all at once. Each is compiled while its bytes arrive, if they come with the
 * type of WebAssembly.
 *
 * It always holds that either every module is returned, in the order of the sources, or an error is thrown
 * and the loader's own requests still under way are aborted. A response that the caller gives is the caller's
 * to abort.
 */
import { expect, LoadError, wordsOf } from './errors.js';

/**
 * What a module can come from: an address, its bytes, a response or the promise of one, or a compiled module.
 * @typedef {string | URL | BufferSource | Response | Promise<Response> | WebAssembly.Module} Source
 */

/** How messages name a response that has no address. */
const GIVEN = '(a given response)';
/** How messages name a file, unless the caller names it. */
const WASM = 'Web Assembly file';
/** The responses that are being read. An engine marks one as used only later. @type {WeakSet<Response>} */
const taken = new WeakSet();

/**
 * What engines say when they refuse to compile something, and the remedy.
 * @type {[RegExp, string][]}
 */
const REFUSALS = [
  [
    /Content Security Policy|blocked by CSP|unsafe-eval/i,
    "The page’s Content-Security-Policy must allow 'wasm-unsafe-eval' in script-src.",
  ],
  [
    /magic|start with/,
    'Something else came in its place, often an HTML page: ' +
      'check the path, and that the server sends the file unchanged.',
  ],
  [
    /^/,
    'It is damaged, cut short, or needs what this engine lacks, as -sMEMORY64: ' +
      'build it again, and check that the server sends it whole.',
  ],
];

/**
 * Fetches and compiles modules in parallel.
 *
 * @param {Source[]} sources addresses are relative to the document, as those of `fetch` are
 * @param {{ streaming?: boolean, signal?: AbortSignal }} [options] `streaming: false` compiles only after the
 *   last byte has come, as for a measurement. The loader does so by itself where it must
 * @returns {Promise<WebAssembly.Module[]>} one module for each source, in the same order
 * @throws {LoadError} at stage 'fetch' or 'compile', for the source that failed first
 * @throws {TypeError} if the sources are no array, or one of them is no Source
 * @throws {unknown} the signal's reason, as `fetch` does: at once, even if a given response still arrives
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
    requests.abort(); // the requests still under way, and the listener to the caller's signal
  }
}

/**
 * @param {Source} source
 * @param {boolean} streaming
 * @param {AbortSignal} signal
 */
async function compile(source, streaming, signal) {
  if (source instanceof WebAssembly.Module) return source;
  if (isBytes(source)) return compileBytes(source, 'the given data');
  const isAddress = typeof source === 'string' || source instanceof URL;
  const response = isAddress
    ? await request(source, { signal })
    : checked(await Promise.resolve(source).catch((error) => noAnswer(GIVEN, error)));
  expect(!response.bodyUsed && !taken.has(response), 'A response', 'unread, and given only once');
  taken.add(response);
  const url = nameOf(response);
  // compileStreaming takes no other type than this, and no parameters of it. Plain servers send others.
  const type = response.headers.get('content-type')?.trim().toLowerCase();
  if (streaming && type === 'application/wasm' && WebAssembly.compileStreaming) {
    return WebAssembly.compileStreaming(response).catch((error) => {
      throw isRefusal(error) ? refusal(error, url) : brokenOff(error, url);
    });
  }
  return compileBytes(await bytesOf(response), url);
}

/**
 * Does what `fetch` does, but throws a LoadError with the address if the file does not come.
 *
 * @param {string | URL} url
 * @param {RequestInit} [init] if its signal stops the request, the signal's reason is thrown
 * @param {string} [what] the file is, for messages
 * @returns {Promise<Response>} of a status from 200 to 299
 */
export async function request(url, init, what) {
  const response = await fetch(url, init).catch((error) => {
    init?.signal?.throwIfAborted();
    return noAnswer(absolute(url), error, what);
  });
  return checked(response, what);
}

/**
 * Fetches the bytes of a whole file.
 *
 * @param {string | URL} url
 * @param {string} [what] the file is, for messages
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 * @throws {LoadError} at stage 'fetch'
 */
export async function requestBytes(url, what) {
  return new Uint8Array(await bytesOf(await request(url, {}, what), what));
}

/** @param {string} name @param {unknown} error @param {string} [what] @returns {never} */
function noAnswer(name, error, what = WASM) {
  // A given response may come from `request`, whose error names the address.
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
  const answer = `${response.status} ${response.statusText}`;
  throw new LoadError(
    'fetch',
    `Unable to fetch ${what} ${nameOf(response)}. The server answered ${answer}`.trim(),
    response.status === 404
      ? 'Check that the file was built and lies where the page expects it.'
      : 'Ask the server’s log why, then load the page again.',
  );
}

/** @param {Response} response @param {string} [what] */
function bytesOf(response, what) {
  return response.arrayBuffer().catch((error) => {
    throw brokenOff(error, nameOf(response), what);
  });
}

/** @param {Response} response */
const nameOf = (response) => response.url || GIVEN;

/** @param {string | URL} url returned as it is if it cannot be made absolute */
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
 * @throws {TypeError} if it is no buffer and no view of one, or the buffer was transferred
 */
export async function compileBytes(bytes, name) {
  const view = viewOf(bytes);
  expect(view !== null, name, 'bytes, in a buffer that was not transferred');
  try {
    return await WebAssembly.compile(/** @type {Uint8Array<ArrayBuffer>} */ (view));
  } catch (error) {
    throw refusal(error, name);
  }
}

/** @param {unknown} value @returns {value is BufferSource} */
const isBytes = (value) => value instanceof ArrayBuffer || ArrayBuffer.isView(value);

/** The bytes of any view, since some engines compile no DataView. @param {any} bytes */
function viewOf(bytes) {
  try {
    const { buffer = bytes, byteOffset, byteLength } = bytes;
    return isBytes(bytes) ? new Uint8Array(buffer, byteOffset, byteLength) : null;
  } catch {
    return null;
  }
}

/**
 * Whether the engine refused the bytes: an invalid module, one that a policy forbids, or one too large.
 * When bytes do not arrive, compileStreaming throws errors of other types.
 * @param {unknown} error
 */
const isRefusal = (error) =>
  error instanceof WebAssembly.CompileError || error instanceof EvalError || error instanceof RangeError;

/**
 * @param {unknown} error what an engine threw instead of compiling the bytes
 * @param {string} name
 */
function refusal(error, name) {
  const message = wordsOf(error);
  const [, remedy] = /** @type {[RegExp, string]} */ (REFUSALS.find(([words]) => words.test(message)));
  return new LoadError('compile', `${name} cannot be compiled: ${message}`, remedy, error);
}

/**
 * @param {unknown} error what an engine threw while the bytes arrived
 * @param {string} name
 * @param {string} [what]
 */
function brokenOff(error, name, what = WASM) {
  return new LoadError(
    'fetch',
    `Unable to fetch ${what} ${name}. The transfer broke off: ${wordsOf(error)}`,
    'Check the connection and the server, then load the page again.',
    error,
  );
}
