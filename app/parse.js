/** What a person typed becomes an int or a float of C, or a sentence that says why it can't. */

/** @typedef {{ value: number, note?: string, error?: undefined } | { error: string, value?: undefined }} Parsed */

const INT_MIN = -(2 ** 31);
const INT_MAX = 2 ** 31 - 1;
const FLOAT_MAX = 3.4028234663852886e38;
const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

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
  if (!Number.isInteger(value))
    return { error: `${name} is an int: ${text.trim()} has a fraction, which it cannot hold.` };
  return { value: value + 0 };
}

/**
 * @param {string} text
 * @param {string} name of the field, for the sentence
 * @returns {Parsed} the nearest float, with a note where that is another number than a reader would expect
 */
export function parseFloat32(text, name) {
  const number = parseDecimal(text, name, 'a number');
  if (number.error !== undefined) return number;
  const value = Math.fround(number.value);
  if (!Number.isFinite(value)) {
    return {
      error: `${name} is a float: it would make Infinity of ${text.trim()}. The largest it holds is ${FLOAT_MAX.toPrecision(8)}.`,
    };
  }
  if (value === 0 && number.value !== 0) {
    return { value, note: `${text.trim()} is too small for a float and became 0.` };
  }
  return { value };
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
