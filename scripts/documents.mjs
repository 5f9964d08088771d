/**
 * Makes the pages of dist/ from the documents of web/: puts a document into the frame of web/shell.html, and
 * source files of the project into the document.
 *
 * Each part of a document has one place in the frame. The build fails if the part or the place is missing.
 */
import { readFile } from 'node:fs/promises';

/**
 * The parts of a document: the name of the place in the frame, the tag for messages, and the pattern. If the
 * pattern has a group, only the group goes into the frame.
 *
 * @type {{ name: string, tag: string, pattern: RegExp }[]}
 */
const PARTS = [
  { name: 'title', tag: '<title>', pattern: /<title>[^<]+<\/title>/ },
  {
    name: 'description',
    tag: '<meta name="description">',
    pattern: /<meta name="description" content="[^"]+">/,
  },
  { name: 'styles', tag: '<link rel="stylesheet">', pattern: /(?:<link rel="stylesheet" href="[^"]+">\n)+/ },
  { name: 'script', tag: '<script type="module">', pattern: /<script type="module" src="[^"]+"><\/script>/ },
  { name: 'main', tag: '<main>', pattern: /<main>\s+(.+)<\/main>/s },
  { name: 'foot', tag: '<footer>', pattern: /<footer>(.+)<\/footer>/s },
];

/**
 * @param {string} shell the text of web/shell.html
 * @param {string} file the document's name in web/
 * @param {string} document its text
 * @returns {string} the whole page
 */
export function framed(shell, file, document) {
  let page = shell;
  let rest = document;
  for (const { name, tag, pattern } of PARTS) {
    const found = rest.match(pattern);
    if (!found)
      throw new Error(`web/${file} has no ${tag}. The head of web/shell.html lists what a page needs.`);
    const [whole, part = whole] = found;
    const place = `<!-- page: ${name} -->`;
    if (!page.includes(place)) throw new Error(`web/shell.html has no place ${place}.`);
    page = page.replace(place, () => part.trimEnd());
    rest = rest.replace(whole, '');
  }
  if (rest.trim()) throw new Error(`web/${file} has what web/shell.html has no place for: ${rest.trim()}`);

  const link = `    <a href="${file === 'index.html' ? './' : file}"`;
  if (!page.includes(link)) throw new Error(`No link in the <nav> of web/shell.html leads to web/${file}.`);
  page = page.replace(link, `${link} aria-current="page"`);
  // Comments and indentation do not ship. Code that pages show is filled in later, and keeps its own.
  return page.replace(/^ *<!--.*?-->\n/gms, '').replace(/^ +/gm, '');
}

const SOURCE = /<code data-source="([^"]+)"(?: data-part="([^"]+)")?>(?=<\/code>)/g;

/**
 * Fills each empty `<code data-source="FILE" data-part="TEXT">` with that file of the project. `data-part`
 * takes only the lines from the first that has TEXT in it to the next that begins with a brace. So the code
 * that a page shows has one home, and a reader sees it without any script.
 *
 * @param {string} html
 */
export async function withSources(html) {
  let filled = '';
  let from = 0;
  for (const { 0: tag, 1: file, 2: start, index } of html.matchAll(SOURCE)) {
    const source = await readFile(file, 'utf8');
    const code = start === undefined ? source.trimEnd() : partOf(source, start);
    if (code === null) throw new Error(`A page shows a part of ${file} that is not there: “${start}”.`);
    filled += html.slice(from, index + tag.length) + code.replace(/&/g, '&amp;').replace(/</g, '&lt;');
    from = index + tag.length;
  }
  return filled + html.slice(from);
}

/** What only the type checker reads: casts, with the brackets they need, and annotations. */
const CASTS = /\/\*\* @type \{[^*]*\} \*\/ \(([^()]*)\)/g;
const TYPES = /^ *\/\*\* @(?:type|param) .*\*\/\n|\/\*\* @type \{[^*]*\} \*\/ /gm;

/** @param {string} source @param {string} start some text of the part's first line */
function partOf(source, start) {
  const lines = source.replace(CASTS, '$1').replace(TYPES, '').split('\n');
  const first = lines.findIndex((line) => line.includes(start));
  const last = lines.findIndex((line, i) => i > first && line.startsWith('}'));
  return first < 0 || last < 0 ? null : lines.slice(first, last + 1).join('\n');
}
