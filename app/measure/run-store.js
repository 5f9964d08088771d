/**
 * Earlier runs, kept on this device: a list of them, and each run by itself.
 *
 * It always holds that a page works without them. Where a browser keeps nothing, or has no more room, `keep`
 * says so, and the run can still be seen and saved. A list or a run that was damaged from outside counts as
 * not there.
 */
import { isHead, isRun } from './run.js';

/** @typedef {import('./run.js').Run} Run */
/** @typedef {import('./run.js').Head} Head */

/** The key of the list in the browser's storage, the latest run first. */
const LIST = 'heap-lab-runs';
const MOST = 40;
/** The key of a run. @param {string} date */
const keyOf = (date) => `heap-lab-run ${date}`;
/** What to do about a run that is not kept. */
const SAVE = 'Save it as a file to have it later.';

/**
 * A browser's storage; throws where a page may not use it.
 * @typedef {() => Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>} RunStorage
 */

export class RunStore {
  /** @param {RunStorage} storage */
  constructor(storage = () => localStorage) {
    this.storage = storage;
  }

  /** @param {string} key @returns {any} null if it is not there, or no JSON */
  read(key) {
    try {
      return JSON.parse(this.storage().getItem(key) ?? 'null');
    } catch {
      return null;
    }
  }

  /** The runs of a kind, the latest first. @param {string} [kind] all, if left out @returns {Head[]} */
  list(kind) {
    const all = this.read(LIST);
    if (!Array.isArray(all)) return [];
    return all.filter((one) => isHead(one) && (!kind || one.kind === kind));
  }

  /** @param {string} date of a run in the list @returns {Run | null} */
  load(date) {
    const run = this.read(keyOf(date));
    return isRun(run) ? run : null;
  }

  /**
   * Keeps a run, or says why not. It never throws.
   * @param {Run} run
   * @returns {string} empty when it was kept, else what a reader should know
   */
  keep(run) {
    let storage;
    try {
      storage = this.storage();
    } catch {
      return `This browser does not let the page keep anything, so this run is not kept. ${SAVE}`;
    }
    try {
      return this.#keepIn(storage, run);
    } catch {
      return `This browser failed to keep this run. ${SAVE}`;
    }
  }

  /** @param {ReturnType<RunStorage>} storage @param {Run} run @returns {string} */
  #keepIn(storage, run) {
    const { date, kind, engine, settings } = run;
    const heads = [{ date, kind, engine, settings }, ...this.list()];
    const before = heads.length;
    /**
     * The runs that were removed to make room, so that they can be put back.
     * @type {[string, string | null][]}
     */
    const removed = [];
    const remove = (/** @type {string} */ old) => {
      removed.push([keyOf(old), storage.getItem(keyOf(old))]);
      storage.removeItem(keyOf(old));
    };
    for (const { date: old } of heads.splice(MOST)) remove(old);
    for (;;) {
      try {
        storage.setItem(keyOf(date), JSON.stringify(run));
        storage.setItem(LIST, JSON.stringify(heads));
        const left = before > MOST ? MOST : before;
        if (heads.length === left) return '';
        return `There was room for ${heads.length} runs only; the oldest are no longer kept.`;
      } catch {
        // The storage is full: make room by the oldest run; or, if there is none left, put all back.
        storage.removeItem(keyOf(date));
        const oldest = heads.pop()?.date;
        if (oldest !== undefined && oldest !== date) remove(oldest);
        else {
          for (const [key, text] of removed) if (text !== null) storage.setItem(key, text);
          return `There is no room in this browser to keep this run. ${SAVE}`;
        }
      }
    }
  }

  /** Forgets all runs. */
  clear() {
    try {
      for (const { date } of this.list()) this.storage().removeItem(keyOf(date));
      this.storage().removeItem(LIST);
    } catch {
      // Where nothing can be kept, there is nothing to forget.
    }
  }
}
