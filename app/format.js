/** Addresses, bytes and floats as text. */

/** @param {number} address unsigned */
export function formatAddress(address) {
  return `0x${address.toString(16).padStart(5, '0')}`;
}

/** @param {number} byte @returns {string} its two hexadecimal digits */
export function formatByte(byte) {
  return byte.toString(16).padStart(2, '0');
}

/**
 * @param {number} value a float
 * @returns {string} the shortest decimal that rounds to this float and to no other; nine digits always
 *   suffice
 */
export function formatFloat(value) {
  if (!Number.isFinite(value) || value === 0) return Object.is(value, -0) ? '-0' : String(value);
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return String(short);
  }
  return String(Number(value.toPrecision(9)));
}

/** @param {number} bytes @returns {string} as in `1 byte`, `61.8 KiB` */
export function formatBytes(bytes) {
  if (bytes < 1024) return `${bytes} ${bytes === 1 ? 'byte' : 'bytes'}`;
  const power = Math.min(3, Math.floor(Math.log2(bytes) / 10));
  return `${Number((bytes / 1024 ** power).toFixed(1))} ${['KiB', 'MiB', 'GiB'][power - 1]}`;
}
