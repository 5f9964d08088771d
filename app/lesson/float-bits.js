/**
 * The bits of a float of four bytes, and the exact decimal number that they stand for.
 *
 * A finite float is a whole number times a power of two. A negative power of two has finitely many decimal
 * digits too, so that every finite float can be written out exactly.
 */

const FRACTION_BITS = 23;
const EXPONENT_BIAS = 127;

/** @param {number} value */
function bitsOf(value) {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, value);
  return view.getUint32(0);
}

/**
 * @param {number} value a float
 * @returns {{ sign: string, exponent: string, fraction: string }} its bits, the most significant first
 */
export function floatParts(value) {
  const bits = bitsOf(value).toString(2).padStart(32, '0');
  return {
    sign: bits.slice(0, 1),
    exponent: bits.slice(1, -FRACTION_BITS),
    fraction: bits.slice(-FRACTION_BITS),
  };
}

/**
 * @param {number} value a finite float
 * @returns {string} all of its decimal digits
 */
export function exactDecimal(value) {
  const bits = bitsOf(value);
  const exponentBits = (bits >>> FRACTION_BITS) & 0xff;
  const hidden = exponentBits === 0 ? 0 : 2 ** FRACTION_BITS;
  const whole = BigInt((bits & (2 ** FRACTION_BITS - 1)) + hidden);
  const power = Math.max(exponentBits, 1) - EXPONENT_BIAS - FRACTION_BITS;
  const sign = bits >>> 31 ? '-' : '';
  if (power >= 0) return `${sign}${whole << BigInt(power)}`;
  // n / 2^k = n * 5^k / 10^k, which has k digits after the point.
  const digits = String(whole * 5n ** BigInt(-power)).padStart(1 - power, '0');
  const fraction = digits.slice(power).replace(/0+$/, '');
  return `${sign}${digits.slice(0, power)}${fraction && `.${fraction}`}`;
}
