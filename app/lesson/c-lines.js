/**
 * The lines of record.c and their purposes.
 *
 * A purpose is what a line of C, or an instruction that the compiler made of it, is there for. It is one of
 * `malloc`, `null` (the test for NULL), `store:FIELD`, `return`, `free`, or `function:NAME` for the line that
 * begins a function. A line and an instruction are counterparts if they have a purpose in common.
 *
 * This is no C parser. It reads a file of small functions with one statement on a line.
 */

/** @typedef {{ text: string, purposes: string[] }} Line */

/**
 * @param {string} source
 * @returns {Line[]}
 */
export function readLines(source) {
  let isInside = false;
  return source.split('\n').map((text) => {
    const purposes = [];
    const [, name] = text.match(/^\w[^=;]*?(\w+)\([^;]*\{/) ?? [];
    if (name) {
      purposes.push(`function:${name}`);
      isInside = true;
    }
    if (isInside) purposes.push(...purposesOf(text));
    if (isInside && /\}\s*$/.test(text)) isInside = false;
    return { text, purposes };
  });
}

/** @param {string} text of a line inside a function */
function purposesOf(text) {
  const purposes = [];
  if (/\bmalloc\(/.test(text)) purposes.push('malloc');
  if (/\bfree\(/.test(text)) purposes.push('free');
  const [, field] = text.match(/->(\w+)\s*=/) ?? [];
  if (field) purposes.push(`store:${field}`);
  if (/\bNULL\b/.test(text)) purposes.push('null');
  else if (/\breturn\b/.test(text)) purposes.push('return');
  return purposes;
}

/**
 * @param {{ purposes: string[] }[]} lines of C, or instructions
 * @param {string} purpose `store` stands for all stores
 * @returns {number[]} the indices of the lines that have it
 */
export function linesWith(lines, purpose) {
  return lines.flatMap(({ purposes }, i) =>
    purposes.some((own) => own === purpose || own.startsWith(`${purpose}:`)) ? [i] : [],
  );
}
