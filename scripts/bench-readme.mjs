/**
 * Replaces the tables in README.md. It has one place for runs in the terminal and one for runs in browsers.
 * Each says which command made it.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { asMarkdown } from '../app/measure/formats.js';

const file = fileURLToPath(new URL('../README.md', import.meta.url));

/**
 * @param {string} place its name
 * @param {string} options of the command that made the runs
 * @param {import('../app/measure/run.js').Run[]} runs
 */
export function intoReadme(place, options, runs) {
  const text = readFileSync(file, 'utf8');
  const [start, end] = [`<!-- ${place} -->`, `<!-- /${place} -->`];
  const [from, to] = [text.indexOf(start) + start.length, text.indexOf(end)];
  if (from < start.length || to < from) {
    throw new Error(`README.md has no ${start} and ${end} to put the tables between.`);
  }
  const tables = [`Made by \`npm run bench -- ${options}\`.`, ...runs.map(asMarkdown)];
  const renewed = tables.join('\n\n').split('\n').map(wrapped).join('\n');
  writeFileSync(file, `${text.slice(0, from)}\n\n${renewed}\n\n${text.slice(to)}`);
}

/** The longest line of README.md, as .editorconfig sets it for all files. */
const COLUMNS = 110;

/**
 * Breaks a line of Markdown where it has too many columns. The row of a table stays one line.
 * @param {string} line
 */
export function wrapped(line) {
  if (line.startsWith('|')) return line;
  const [first, ...words] = line.split(' ');
  const indent = first === '-' ? '  ' : '';
  let text = first;
  let columns = first.length;
  for (const word of words) {
    const isRoom = columns + 1 + word.length <= COLUMNS;
    text += isRoom ? ` ${word}` : `\n${indent}${word}`;
    columns = word.length + (isRoom ? columns + 1 : indent.length);
  }
  return text;
}
