/**
 * An error that tells a reader what to do about it. Whatever shows an error shows its remedy, too.
 *
 * The loader's LoadError has a remedy as well: who shows errors looks at `remedy`, not at the class.
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
