/**
 * Records, seen from JavaScript: program.wasm makes and deletes them, and their values are read from the
 * memory.
 *
 * The module tells the size of a Record and the offsets of its fields. No view outlives its use, because a
 * call may grow the memory and so detach every view that was taken before.
 */

/**
 * @typedef {object} Field
 * @property {'id' | 'x' | 'y'} name
 * @property {'int' | 'float'} type both have four bytes and are little-endian
 * @property {number} offset from the Record's first byte
 * @property {number} width in bytes, up to the next field
 */

/** @typedef {{ id: number, x: number, y: number }} Values */

/** The fields and their types. Their offsets come from the module. */
const TYPES = /** @type {const} */ ({ id: 'int', x: 'float', y: 'float' });

/** The values of the first Record that a page makes. */
export const EXAMPLE = { id: 2, x: 1.1, y: 2.2 };
/** The call that makes that Record, as C has it. */
export const EXAMPLE_CALL = `createRecord(${EXAMPLE.id}, ${EXAMPLE.x}, ${EXAMPLE.y})`;

export class Records {
  /** @param {Pick<import('./wirings.js').Wired, 'memory' | 'program'>} wired */
  constructor({ memory, program }) {
    this.memory = memory;
    this.program = /** @type {any} */ (program);
    /** @param {string} symbol */
    const read = (symbol) => this.view().getUint32(this.program[symbol], true);
    /** In bytes. */
    this.size = read('sizeof_Record');
    const starts = Object.entries(TYPES)
      .map(([name, type]) => ({ name, type, offset: read(`offsetof_Record_${name}`) }))
      .sort((a, b) => a.offset - b.offset);
    /** In the order of their offsets. */
    this.fields = starts.map((field, i) => {
      const width = (starts[i + 1]?.offset ?? this.size) - field.offset;
      return /** @type {Field} */ ({ ...field, width });
    });
  }

  view() {
    return new DataView(this.memory.buffer);
  }

  /**
   * @param {Values} values
   * @returns {number} the Record's address, unsigned; 0 if the memory is exhausted
   */
  create({ id, x, y }) {
    return this.program.createRecord(id, x, y) >>> 0;
  }

  /** @param {number} address of a live Record */
  delete(address) {
    this.program.deleteRecord(address);
  }

  /**
   * @param {number} address
   * @returns {Values} as the memory has them now
   */
  read(address) {
    const view = this.view();
    const values = this.fields.map(({ name, type, offset }) => {
      const at = address + offset;
      return [name, type === 'int' ? view.getInt32(at, true) : view.getFloat32(at, true)];
    });
    return Object.fromEntries(values);
  }

  /**
   * @param {number} address
   * @returns {Uint8Array} a copy of its bytes
   */
  bytes(address) {
    return new Uint8Array(this.memory.buffer, address, this.size).slice();
  }
}
