/**
 * Instantiates one module. An error names the module and every import that it lacks.
 */
import { suppliedBy } from './describe.js';
import { LoadError, wordsOf } from './errors.js';
import { refuse } from './problems.js';

/**
 * @param {string} name of the module, for messages
 * @param {WebAssembly.Module} module
 * @param {WebAssembly.Imports} imports
 * @returns {Promise<WebAssembly.Instance>}
 * @throws {LoadError} at stage 'link'
 */
export async function instantiate(name, module, imports) {
  refuse(
    WebAssembly.Module.imports(module)
      .filter((item) => suppliedBy(imports, item.module, item.name) === undefined)
      .map(({ module: from, ...item }) => ({ problem: 'missing', module: name, from, ...item })),
  );
  try {
    return await WebAssembly.instantiate(module, imports);
  } catch (error) {
    const message = `${name} cannot be instantiated: ${wordsOf(error)}`;
    if (!isOfEngine(error)) throw startUpError(message, error);
    const isMemory = /\bmemory\b|__memory_base/i.test(wordsOf(error));
    throw new LoadError('link', message, isMemory ? OTHER_MEMORY : OTHER_TYPE, error);
  }
}

const OTHER_MEMORY =
  'Build the module without -sMEMORY64 and -pthread, or pass a memory as large as the module declares.';
const OTHER_TYPE = 'Check that the import which it names has the type that the module declares.';

/** Whether the engine refused the module; else its start function failed. @param {unknown} error */
function isOfEngine(error) {
  return error instanceof WebAssembly.LinkError || error instanceof TypeError || error instanceof RangeError;
}

/**
 * For a module whose own code failed while the module started up.
 *
 * @param {string} message
 * @param {unknown} error what the code threw; a LoadError has a remedy of its own
 */
export function startUpError(message, error) {
  const remedy =
    error instanceof LoadError
      ? error.remedy
      : 'The module’s own start-up code failed: build it with -g and look where.';
  return new LoadError('link', message, remedy, error);
}
