/**
 * Records, as JavaScript sees them: made and deleted by program.wasm, read back from the memory's own bytes.
 *
 * Sizes and offsets come from the module. Views are taken anew at each use, since a call may grow the memory and
 * so detach every older one.
 */

/**
 * @typedef {object} Field
 * @property {'id' | 'x' | 'y'} name
 * @property {'int' | 'float'} type both of four bytes, little end first
 * @property {number} offset from the Record's first byte
 * @property {number} width in bytes, up to the next field
 */

/** @typedef {{ id: number, x: number, y: number }} Values */

/** The types of createRecord's parameters; where in a Record they lie is the module's to tell. */
const TYPES = /** @type {const} */ ({ id: 'int', x: 'float', y: 'float' });

/** The Record of the lesson, which each page makes first. */
export const EXAMPLE = { id: 2, x: 1.1, y: 2.2 };
/** The call that makes it, as a C program writes it. */
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
   * @returns {number} the Record's address, unsigned; 0 when memory is exhausted
   */
  create({ id, x, y }) {
    return this.program.createRecord(id, x, y) >>> 0;
  }

  /** @param {number} address of a Record that was not deleted since it was created */
  delete(address) {
    this.program.deleteRecord(address);
  }

  /**
   * @param {number} address
   * @returns {Values} what its bytes say now
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
