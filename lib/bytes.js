/**
 * Reads numbers, texts and lists as a WebAssembly file has them, and writes numbers.
 *
 * It always holds that nothing beyond the last byte is read. If the bytes end too early, a RangeError is
 * thrown.
 */

export class ByteReader {
  /** @param {Uint8Array} bytes */
  constructor(bytes) {
    this.bytes = bytes;
    /** The offset of the byte that is read next. */
    this.position = 0;
  }

  /** Whether all bytes were read. */
  get done() {
    return this.position >= this.bytes.length;
  }

  byte() {
    if (this.done) throw new RangeError('it ends elsewhere than it says');
    return this.bytes[this.position++];
  }

  /**
   * An unsigned LEB128 number. Its digits are multiplied by weights, because `<<` makes 2^31 and more
   * negative.
   * @param {number} [bits] the most that the number may have
   */
  number(bits = 32) {
    let value = 0;
    for (let weight = 1; weight < 2 ** bits; weight *= 128) {
      const byte = this.byte();
      value += (byte & 0x7f) * weight;
      if (byte < 0x80) {
        if (value >= 2 ** bits) break;
        return value;
      }
    }
    throw new RangeError(`a number in it exceeds ${bits} bits`);
  }

  /** @param {number} length @returns {Uint8Array} the next bytes, in the same buffer */
  take(length) {
    const start = this.position;
    this.moveTo(start + length);
    return this.bytes.subarray(start, start + length);
  }

  /** A text in UTF-8, preceded by its length in bytes. It may begin with U+FEFF, which is no mark here. */
  string() {
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(this.take(this.number()));
  }

  /**
   * A list of items, preceded by their number.
   * @template T
   * @param {() => T} item reads one item
   */
  list(item) {
    /** @type {T[]} */
    const items = [];
    for (let left = this.number(); left > 0; left--) items.push(item());
    return items;
  }

  /** @param {number} end an offset, not before the position */
  moveTo(end) {
    if (end < this.position || end > this.bytes.length)
      throw new RangeError('it ends elsewhere than it says');
    this.position = end;
  }
}

/** @param {number} value a whole number from 0 on @returns {number[]} its bytes as unsigned LEB128 */
export function leb128(value) {
  const bytes = [];
  let left = value;
  for (; left > 127; left = Math.floor(left / 128)) bytes.push((left % 128) + 128);
  bytes.push(left);
  return bytes;
}
