/**
 * The first names of imports that the loader knows. A module imports a symbol x in up to three ways:
 *
 *   env.x        x itself: a function, a memory, a table, a global or a tag
 *   GOT.mem.x    the address of the datum x
 *   GOT.func.x   the address of the function x, which is its slot in the table
 *
 * Imports with any other first name have nothing to do with symbols. Only the caller can supply them.
 */

/** Whether an import is an entry of the global offset table (GOT). @param {string} from its first name */
export const isGot = (from) => from === 'GOT.mem' || from === 'GOT.func';

/** Whether an import is a symbol, in any of the three ways. @param {string} from its first name */
export const isSymbol = (from) => from === 'env' || isGot(from);
