/**
 * Earlier runs, kept on this device: a list of what there is, and each run by itself.
 *
 * It always holds that a page works without: where nothing may be kept, or no more fits, the run is still there to be
 * seen and saved, and `keep` says what happened. What was damaged from outside counts as not there.
 */

/** @typedef {import('./series.js').Record} Record */
/** @typedef {Pick<Record, 'date' | 'kind' | 'engine' | 'settings'>} Head what the list tells of a run */

/** The key of the list in the browser's storage, the latest run first. */
const LIST = 'heap-lab-runs';
const MOST = 40;
/** The key of a run. @param {string} date */
const keyOf = (date) => `heap-lab-run ${date}`;

/** @param {any} head of a run, or of what stands where one was */
const isHead = (head) =>
  ['date', 'kind', 'engine'].every((name) => typeof head?.[name] === 'string') &&
  typeof head.settings === 'object' &&
  head.settings !== null;

/** Whether it is a record of a run, from wherever it comes. @param {any} record */
export const isRecord = (record) =>
  record?.version === 1 &&
  isHead(record) &&
  Array.isArray(record.entrants) &&
  Array.isArray(record.tasks) &&
  record.tasks.every((/** @type {any} */ task) => Array.isArray(task?.results));

export class History {
  /** @param {() => Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>} storage throws where it is forbidden */
  constructor(storage = () => localStorage) {
    this.storage = storage;
  }

  /** @param {string} key @returns {any} null if it is not there or no JSON */
  read(key) {
    try {
      return JSON.parse(this.storage().getItem(key) ?? 'null');
    } catch {
      return null;
    }
  }

  /** The runs of a kind, the latest first. @param {Record['kind']} [kind] @returns {Head[]} */
  list(kind) {
    const all = this.read(LIST);
    if (!Array.isArray(all)) return [];
    return all.filter((one) => isHead(one) && (!kind || one.kind === kind));
  }

  /** @param {string} date of a run in the list @returns {Record | null} */
  load(date) {
    const record = this.read(keyOf(date));
    return isRecord(record) ? record : null;
  }

  /**
   * @param {Record} record
   * @returns {string} empty when it was kept, else what a reader should know
   */
  keep(record) {
    let storage;
    try {
      storage = this.storage();
    } catch {
      return 'This browser does not let the page keep anything, so this run is not kept. Save it as a file to have it later.';
    }
    const { date, kind, engine, settings } = record;
    const heads = [{ date, kind, engine, settings }, ...this.list()];
    const before = heads.length;
    /** What had to make room, so that it can be put back. @type {[string, string | null][]} */
    const removed = [];
    const remove = (/** @type {string} */ old) => {
      removed.push([keyOf(old), storage.getItem(keyOf(old))]);
      storage.removeItem(keyOf(old));
    };
    for (const { date: old } of heads.splice(MOST)) remove(old);
    for (;;) {
      try {
        storage.setItem(keyOf(date), JSON.stringify(record));
        storage.setItem(LIST, JSON.stringify(heads));
        const left = before > MOST ? MOST : before;
        return heads.length < left
          ? `There was room for ${heads.length} runs only; the oldest are no longer kept.`
          : '';
      } catch {
        // Full: try with one less of the oldest; or, if there is none left, leave all as it was.
        storage.removeItem(keyOf(date));
        const oldest = heads.pop()?.date;
        if (oldest !== undefined && oldest !== date) remove(oldest);
        else {
          for (const [key, text] of removed) if (text !== null) storage.setItem(key, text);
          return 'There is no room in this browser to keep this run. Save it as a file to have it later.';
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
      // Where nothing can be kept there is nothing to forget.
    }
  }
}
