/**
 * Errors that tell a reader what to do. A page that shows an error shows its remedy too.
 *
 * The loader's LoadError has a remedy as well, so showAlert looks for the property, not for the class.
 */
export class ErrorWithRemedy extends Error {
  /**
   * @param {string} message what happened
   * @param {string} remedy what to do about it
   * @param {unknown} [cause]
   */
  constructor(message, remedy, cause) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'ErrorWithRemedy';
    this.remedy = remedy;
  }
}

/**
 * The error where `import()` of a script fails. web/early.js says the same of a script that a page names.
 *
 * @param {URL} script
 * @param {unknown} cause what `import()` threw; some engines name no file in it
 */
export function scriptDidNotLoad(script, cause) {
  return new ErrorWithRemedy(
    `${script}, or a script that it needs, did not load.`,
    'Check that the server is running and has every file, then load the page again.',
    cause,
  );
}
