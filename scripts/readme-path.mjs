/**
 * The path in README.md, “Read the code in ten minutes”: a table, in which each row names a part of a file
 * and the lines that this part has.
 *
 *   node scripts/readme-path.mjs      renews the lines and the number of words, after the code has changed
 *
 * A row can be written with any lines, such as `[lib/bytes.js, lines 0–0]() | `leb128``.
 *
 * It always holds that a person writes the part, and that the lines follow from it. A part is the name of a
 * function, a constant or a struct, with the comment above it; or `head`, the comment that opens a file.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The longest path that can be read in ten minutes. */
export const MOST_WORDS = 3000;

/** @typedef {{ first: number, last: number }} Lines counted from 1 */
/** @typedef {(file: string) => string} Read the text of a file, by its path from the project's folder */

/** The first cells of a row: the file with its lines, and the part. */
const ROW = /\[([\w./-]+), lines? [\d–]+\]\([^)]*\) \| `(\w+)`/g;
const WORDS = /[\d,]+ words of code and comment/;

/**
 * Finds a part. The formatters put its first line, and the bracket that closes it, into the first column.
 *
 * @param {string} text of a C or JavaScript file
 * @param {string} part
 * @returns {Lines | undefined} undefined if the file has no such part
 */
export function linesOf(text, part) {
  const lines = text.split('\n');
  const isComment = (/** @type {number} */ i) => /^(\/\/|\/\*| \*)/.test(lines[i]);
  const isWhole = (/** @type {number} */ i) => /[;}]$/.test(lines[i]);
  const closes = (/** @type {number} */ i) => /^[})\]]/.test(lines[i]) && !/[{([]$/.test(lines[i]);
  if (part === 'head') {
    const end = lines.findIndex((_, i) => !isComment(i));
    return end > 0 ? { first: 1, last: end } : undefined;
  }

  const declaration = new RegExp(`^\\w.*\\b${part}\\(|^(export )?const ${part}\\b|^struct ${part}\\b`);
  const start = lines.findIndex((line) => declaration.test(line));
  if (start < 0) return undefined;
  let first = start;
  while (first > 0 && isComment(first - 1)) first--;
  const last = isWhole(start) ? start : lines.findIndex((_, i) => i > start && closes(i));
  return { first: first + 1, last: last + 1 };
}

/**
 * @param {string} text with the path in it
 * @param {Read} read
 * @returns {{ renewed: string, words: number }} the text with the lines that the parts have now, and how many
 *   words these lines have together
 */
export function renewPath(text, read) {
  let words = 0;
  const rows = text.replace(ROW, (_, file, part) => {
    const code = read(file);
    const lines = linesOf(code, part);
    if (!lines) throw new Error(`The path in README.md names ${part} of ${file}, which is not there.`);
    const { first, last } = lines;
    words += wordsIn(code.split('\n').slice(first - 1, last));
    const [said, anchor] =
      first === last ? [`line ${first}`, `L${first}`] : [`lines ${first}–${last}`, `L${first}-L${last}`];
    return `[${file}, ${said}](${file}#${anchor}) | \`${part}\``;
  });
  const renewed = rows.replace(WORDS, `${words.toLocaleString('en-US')} words of code and comment`);
  return { renewed, words };
}

/** As `wc -w` counts them. @param {string[]} lines */
const wordsIn = (lines) => lines.join('\n').split(/\s+/).filter(Boolean).length;

const self = fileURLToPath(import.meta.url);
if (process.argv[1] === self) {
  const root = path.dirname(path.dirname(self));
  const read = (/** @type {string} */ file) => readFileSync(path.join(root, file), 'utf8');
  const { renewed, words } = renewPath(read('README.md'), read);
  writeFileSync(path.join(root, 'README.md'), renewed);
  console.log(`The path in README.md has ${words} words, of at most ${MOST_WORDS}.`);
  process.exitCode = words > MOST_WORDS ? 1 : 0;
}
