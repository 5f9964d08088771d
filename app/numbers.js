/** Floats and amounts of bytes as text, in decimal. */

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
