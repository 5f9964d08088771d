/**
 * One module and what it imports: instantiated, or refused in words that name the module and all that it lacks.
 */
import { LoadError, wordsOf } from './errors.js';

/** What helps when a module’s own code failed while it was instantiated or started up. */
export const START_UP_TRAPPED = 'The module’s own start-up code trapped: build it with -g and look where.';

const OTHER_MEMORY =
  'Build the module without -sMEMORY64 and -pthread, or hand in a memory that is as large as it asks for.';

/**
 * What an import object has under this name. What every object inherits, as toString, is nothing that anyone supplied.
 *
 * @param {Record<string, Record<string, any>>} imports
 * @param {string} from
 * @param {string} symbol
 */
export function suppliedBy(imports, from, symbol) {
  const value = imports[from]?.[symbol];
  return value === /** @type {any} */ (Object.prototype)[symbol] ? undefined : value;
}

/**
 * @param {string} name of the module, for messages
 * @param {WebAssembly.Module} module
 * @param {WebAssembly.Imports} imports
 * @returns {Promise<WebAssembly.Instance>}
 * @throws {LoadError} at stage 'link'
 */
export async function instantiate(name, module, imports) {
  refuseMissing(
    WebAssembly.Module.imports(module)
      .filter(({ module: from, name: symbol }) => suppliedBy(imports, from, symbol) === undefined)
      .map(({ module: from, name: symbol, kind }) => ({ name, from, symbol, kind })),
  );
  try {
    return await WebAssembly.instantiate(module, imports);
  } catch (error) {
    const words = wordsOf(error);
    let remedy = 'Check that the import it names has the type that the module declares.';
    if (error instanceof WebAssembly.RuntimeError) remedy = START_UP_TRAPPED;
    else if (/\bmemory\b|__memory_base/i.test(words)) remedy = OTHER_MEMORY;
    throw new LoadError('link', `${name} cannot be instantiated: ${words}`, remedy, error);
  }
}

/** @param {{ name: string, from: string, symbol: string, kind: string }[]} missing `name`: the module that lacks it */
export function refuseMissing(missing) {
  if (missing.length === 0) return;
  const list = missing.map(({ name, from, symbol, kind }) => `${name} needs the ${kind} ${from}.${symbol}`);
  throw new LoadError(
    'link',
    `Nobody supplies ${missing.length === 1 ? 'one import' : `${missing.length} imports`}: ${list.join('; ')}.`,
    'Link a module that exports it, or pass it in the imports.',
  );
}
