/**
 * What can go wrong between a URL and a linked program, in words that tell the reader what to do.
 *
 * Every error that the loader throws over a file, a module, a memory or a table is a LoadError. Its `message`
 * says what happened, and to which file or module. Its `remedy` says what to do about it. Its `cause` is the
 * engine's own error, if there was one. A wrong argument is a mistake in the calling code, and a TypeError.
 */
export class LoadError extends Error {
  /**
   * @param {'fetch' | 'compile' | 'dylink' | 'link'} stage where the load stopped
   * @param {string} message
   * @param {string} remedy
   * @param {unknown} [cause]
   */
  constructor(stage, message, remedy, cause) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'LoadError';
    this.stage = stage;
    this.remedy = remedy;
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
