/**
 * Earlier runs, kept on this device.
 *
 * It always holds that a page works without: where nothing may be kept, or no more fits, the run is still there to be
 * seen and saved, and `keep` says what happened.
 */

/** @typedef {import('./series.js').Record} Record */

/** The key in the browser's storage: a list of records, the latest first. */
export const STORED_AS = 'heap-lab-runs';
const MOST = 40;

export class History {
  /** @param {() => Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>} storage throws where it is forbidden */
  constructor(storage = () => localStorage) {
    this.storage = storage;
  }

  /** The runs of a kind, the latest first. @param {Record['kind']} [kind] @returns {Record[]} */
  list(kind) {
    try {
      const all = JSON.parse(this.storage().getItem(STORED_AS) ?? '[]');
      return all.filter((/** @type {Record} */ one) => one.version === 1 && (!kind || one.kind === kind));
    } catch {
      return [];
    }
  }

  /**
   * @param {Record} record
   * @returns {string} empty when it was kept, else what a reader should know
   */
  keep(record) {
    const all = [record, ...this.list()].slice(0, MOST);
    let storage;
    try {
      storage = this.storage();
    } catch {
      return 'This browser does not let the page keep anything, so this run is not kept. Save it as a file to have it later.';
    }
    for (let count = all.length; count > 0; count--) {
      try {
        storage.setItem(STORED_AS, JSON.stringify(all.slice(0, count)));
        return count < all.length
          ? `There was room for ${count} runs only; the oldest are no longer kept.`
          : '';
      } catch {
        // Full: try with one less of the oldest.
      }
    }
    return 'There is no room in this browser to keep this run. Save it as a file to have it later.';
  }

  /** Forgets all runs. */
  clear() {
    try {
      this.storage().removeItem(STORED_AS);
    } catch {
      // Where nothing can be kept there is nothing to forget.
    }
  }
}
