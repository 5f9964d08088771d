/**
 * Instantiates one module. An error names the module and what keeps it from starting.
 */
import { importListOf, suppliedBy } from './describe.js';
import { LoadError, wordsOf } from './errors.js';
import { refuse } from './problems.js';
import { NO_ROOM } from './room.js';

/**
 * Instantiates a module with an import object that the caller has put together itself. Nothing is looked for
 * elsewhere: what the object does not have is missing. `link` calls `instantiateBound`, because `resolve` has
 * decided there what is missing.
 *
 * @param {string} name of the module, for messages
 * @param {WebAssembly.Module} module
 * @param {WebAssembly.Imports} imports
 * @returns {Promise<WebAssembly.Instance>}
 * @throws {LoadError} at stage 'link', also one that names all imports that are missing
 */
export async function instantiate(name, module, imports) {
  refuse(
    importListOf(module)
      .filter((item) => suppliedBy(imports, item.from, item.name) === undefined)
      .map((item) => ({ problem: 'missing', module: name, ...item })),
  );
  return instantiateBound(name, module, imports);
}

/**
 * Instantiates a module whose imports are all bound to a value.
 *
 * @param {string} name of the module, for messages
 * @param {WebAssembly.Module} module
 * @param {WebAssembly.Imports} imports in which nothing is missing
 * @returns {Promise<WebAssembly.Instance>}
 * @throws {LoadError} at stage 'link'
 */
export async function instantiateBound(name, module, imports) {
  try {
    return await WebAssembly.instantiate(module, imports);
  } catch (error) {
    const words = wordsOf(error);
    const message = `${name} cannot be instantiated: ${words}`;
    // The engine refuses an import with a LinkError. Other errors come from a segment that does not fit, or
    // from code that ran: a start function.
    if (!(error instanceof WebAssembly.LinkError)) throw startUpError(message, error);
    throw new LoadError('link', message, ABOUT_MEMORY.test(words) ? OTHER_MEMORY : OTHER_TYPE, error);
  }
}

/** Engines’ words about a memory. For a module of 64-bit memories, __memory_base has another type. */
const ABOUT_MEMORY = /\bmemory\b|__memory_base/i;
const OTHER_MEMORY =
  'Build the module without -sMEMORY64 and -pthread, or pass a memory as large as the module declares.';
const OTHER_TYPE = 'Check that the import which it names has the type that the module declares.';
const START_UP = 'The module’s start-up code failed: build it with -g and look where.';
const TRAP =
  'The module’s start-up code failed, or its dylink.0 does not fit: build it with -g and look where.';

/**
 * For a module that failed while it started up.
 *
 * @param {string} message
 * @param {unknown} error what its code threw, or a function that it calls. A LoadError has a remedy of its
 *   own. A RangeError about memory is the engine's, which cannot make the module's own memory. A trap comes
 *   from code, or from a segment that does not fit: engines have the same words for both
 */
export function startUpError(message, error) {
  const isMemory = error instanceof RangeError && ABOUT_MEMORY.test(error.message);
  const other = error instanceof WebAssembly.RuntimeError ? TRAP : START_UP;
  const remedy = error instanceof LoadError ? error.remedy : isMemory ? NO_ROOM : other;
  return new LoadError('link', message, remedy, error);
}
