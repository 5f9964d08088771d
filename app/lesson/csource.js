/**
 * The lines of record.c, each with the parts it plays: so that an instruction which plays the same part can be
 * found. The parts are read off the text of the file; it holds no more than two small functions.
 *
 * A part is one of `malloc`, `null`, `store:FIELD`, `return`, `free`, or `function:NAME` for where one begins.
 */

/** @typedef {{ text: string, parts: string[] }} Line */

/**
 * @param {string} source
 * @returns {Line[]}
 */
export function readLines(source) {
  let isInside = false;
  return source.split('\n').map((text) => {
    const parts = [];
    const [, name] = text.match(/^\w[^=;]*?(\w+)\([^;]*\{/) ?? [];
    if (name) {
      parts.push(`function:${name}`);
      isInside = true;
    }
    if (isInside) parts.push(...statements(text));
    if (isInside && /\}\s*$/.test(text)) isInside = false;
    return { text, parts };
  });
}

/** @param {string} text of a line inside a function */
function statements(text) {
  const parts = [];
  if (/\bmalloc\(/.test(text)) parts.push('malloc');
  if (/\bfree\(/.test(text)) parts.push('free');
  const [, field] = text.match(/->(\w+)\s*=/) ?? [];
  if (field) parts.push(`store:${field}`);
  if (/\bNULL\b/.test(text)) parts.push('null');
  else if (/\breturn\b/.test(text)) parts.push('return');
  return parts;
}

/**
 * @param {{ parts: string[] }[]} lines
 * @param {string} wanted a part; `store` stands for all stores
 * @returns {number[]} the lines that play it
 */
export function linesWith(lines, wanted) {
  return lines.flatMap(({ parts }, i) =>
    parts.some((part) => part === wanted || part.startsWith(`${wanted}:`)) ? [i] : [],
  );
}
