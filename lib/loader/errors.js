/**
 * What can go wrong between a URL and a linked program, in words that tell the reader what to do.
 *
 * Every error that the loader throws over a file, a module, a memory or a table is a LoadError. Its `message`
 * says what happened, and to which file or module. Its `remedy` says what to do about it. Its `cause` is the
 * engine's own error, if there was one. A wrong argument is a mistake in the calling code, and a TypeError.
 */

/**
 * Something that keeps modules from being linked, as plain data: `resolve` lists them.
 *
 *   problem   what is wrong
 *   missing   nobody supplies the import
 *   kind      the supplier has something of another kind, as a global where a function is expected
 *   address   the module takes the address of a function of the caller that can have none
 *   circle    a module needs another one instantiated first, which needs the former first
 *   library   a library that the module names as needed is not among the modules
 *   format    the module is no side module; its imports are not looked at
 *
 * @typedef {object} Problem
 * @property {'missing' | 'kind' | 'address' | 'circle' | 'library' | 'format'} problem
 * @property {string} module that has the problem
 * @property {string} [from] the import's first name
 * @property {string} [name] the import's second name, or the file of a library
 * @property {WebAssembly.ImportExportKind} [kind] of the import
 * @property {object} [type] of the import, where known
 * @property {'caller' | 'loader' | 'module' | 'nobody'} [by] who has something of the wrong kind
 * @property {string} [under] the first name under which the caller passes it
 * @property {string} [provider] the module that exports the name, for a wrong kind and a circle
 * @property {WebAssembly.ImportExportKind} [expected] the kind that the importing module expects
 * @property {WebAssembly.ImportExportKind} [actual] the kind that the supplier has
 */

export class LoadError extends Error {
  /**
   * @param {'fetch' | 'compile' | 'dylink' | 'link'} stage where the load stopped
   * @param {string} message
   * @param {string} remedy
   * @param {unknown} [cause]
   * @param {Problem[]} [problems] all that the message names, where `resolve` found it
   */
  constructor(stage, message, remedy, cause, problems = []) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'LoadError';
    this.stage = stage;
    this.remedy = remedy;
    this.problems = problems;
  }
}

/**
 * @param {boolean} isRight
 * @param {string} name of an argument
 * @param {string} must what the argument must be
 * @throws {TypeError} if it is not right
 */
export function expect(isRight, name, must) {
  if (!isRight) throw new TypeError(`${name} must be ${must}.`);
}

/**
 * @param {unknown} error
 * @returns {string} the engine's own words, whatever was thrown
 */
export function wordsOf(error) {
  return error instanceof Error ? error.message : String(error);
}
