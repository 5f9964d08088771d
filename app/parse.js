/** Turns text that a person typed into an int or a float of C, or into a sentence that says why it cannot. */

/**
 * @typedef {{ value: number, note?: string, error?: undefined }
 *   | { error: string, value?: undefined, note?: undefined }} Parsed
 */

const INT_MIN = -(2 ** 31);
const INT_MAX = 2 ** 31 - 1;
const FLOAT_MAX = 3.4028234663852886e38;
/** Groups: the digits before the point, the digits after it, the power of ten. */
const DECIMAL = /^[+-]?(?=\.?\d)(\d*)\.?(\d*)(?:e([+-]?\d+))?$/i;

/**
 * @param {string} text
 * @param {string} name of the field, for the sentence
 * @returns {Parsed}
 */
export function parseInt32(text, name) {
  const number = parseDecimal(text, name, 'a whole number');
  if (number.error !== undefined) return number;
  const { value } = number;
  if (value < INT_MIN || value > INT_MAX) {
    return { error: `${name} is an int: from ${INT_MIN} to ${INT_MAX}. ${text.trim()} does not fit.` };
  }
  if (!isWhole(text.trim()))
    return { error: `${name} is an int: ${text.trim()} has a fraction, which it cannot hold.` };
  return { value: value + 0 }; // an int has no -0
}

/**
 * @param {string} text
 * @param {string} name of the field, for the sentence
 * @returns {Parsed} the nearest float, with a note where a reader would expect another number
 */
export function parseFloat32(text, name) {
  const number = parseDecimal(text, name, 'a number');
  if (number.error !== undefined) return number;
  const value = nearestFloat(text.trim());
  if (!Number.isFinite(value)) {
    const largest = FLOAT_MAX.toPrecision(8);
    const made = `it would make Infinity of ${text.trim()}`;
    return { error: `${name} is a float: ${made}. The largest it holds is ${largest}.` };
  }
  if (value === 0 && /^[^e]*[1-9]/i.test(text)) {
    return { value, note: `${text.trim()} is too small for a float and became 0.` };
  }
  // A reader expects that a fraction is rounded, but not a whole number.
  if (/^\s*[+-]?\d+\s*$/.test(text) && value !== number.value) {
    return { value, note: `${text.trim()} is between two floats and became ${value}.` };
  }
  return { value };
}

/**
 * Whether a decimal has no fraction. Its digits tell; as a double it may have lost one.
 * @param {string} decimal
 */
function isWhole(decimal) {
  const [, whole, part, power = 0] = /** @type {RegExpMatchArray} */ (decimal.match(DECIMAL));
  const significant = (whole + part).replace(/0+$/, '');
  return significant === '' || significant.length <= whole.length + Number(power);
}

/**
 * Rounds a decimal to a float, once. `Number` rounds to a double, and rounding the double again may miss the
 * nearest float. So if two floats are possible, the decimal is compared with the middle between them, in
 * whole numbers.
 *
 * @param {string} decimal
 * @returns {number} as strtof of C: of two floats that are equally near, the one with an even mantissa
 */
function nearestFloat(decimal) {
  const sign = decimal.startsWith('-') ? -1 : 1;
  const near = Math.abs(Number(decimal));
  const low = Math.fround(near * (1 - 2 ** -52));
  const high = Math.fround(near * (1 + 2 ** -52));
  if (low === high) return sign * low;
  const half = (low + Math.min(high, 2 ** 128)) / 2;
  const [, whole, part, power = 0] = /** @type {RegExpMatchArray} */ (decimal.match(DECIMAL));
  const tens = (/** @type {number} */ count) => 10n ** BigInt(Math.max(0, count));
  const exponent = Number(power) - part.length;
  const typed = BigInt(whole + part) * tens(exponent) * 2n ** 150n;
  const middle = BigInt(half * 2 ** 150) * tens(-exponent);
  return sign * (typed < middle ? low : typed > middle ? high : Math.fround(half));
}

/**
 * @param {string} text
 * @param {string} name
 * @param {string} wanted
 * @returns {Parsed}
 */
function parseDecimal(text, name, wanted) {
  const trimmed = text.trim();
  if (trimmed === '') return { error: `${name} is empty: type ${wanted}.` };
  if (/^[+-]?(nan|inf(inity)?)$/i.test(trimmed)) {
    return { error: `${name} is ${trimmed}: type ${wanted}. NaN and Infinity are not taken here.` };
  }
  if (DECIMAL.test(trimmed)) return { value: Number(trimmed) };
  const hint = DECIMAL.test(trimmed.replace(',', '.')) ? ' Use a point for decimals.' : '';
  return { error: `${name} is “${trimmed}”, which is not ${wanted}.${hint}` };
}
