/**
 * The half of the build that is not C: lib/ and app/ minified file by file, web/ copied.
 *
 * Two things are put together: the loader's folder ships as the one file that its users import, and a file in
 * app/vendor/ has in it what it takes of an npm package.
 *
 *   node scripts/site.mjs release|debug        (build.sh calls it, in the project's folder)
 *
 * Everything is made in memory first and written only when all of it could be made. A file is written under
 * another name and moved into place, and only when its bytes differ from what is there. What an earlier build
 * wrote and this one does not make is removed.
 */
import { mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import * as esbuild from 'esbuild';
import { filesIn, readJson, writeWhole } from './files.mjs';
import { withSections } from './sections.mjs';

const LOADER = 'lib/loader/index.js';
/** The files that are shipped with all that they import in them. @param {string} file */
const isWhole = (file) => file === LOADER || file.startsWith('app/vendor/');
/** Scripts that ship as written: the page shows them, and browsers quote their names in messages. */
const AS_WRITTEN = ['app/lesson/mistakes.js'];
/** The packages that app/vendor/ takes code from. What ships, ships with its licence. */
const VENDOR_PACKAGES = ['wasmparser', 'uplot'];

const MODULE_SCRIPTS = /<script[^>]+type="module"[^>]+src="([^"]+)"/g;

const [mode] = process.argv.slice(2);

/** @type {Map<string, Buffer>} every file that this script makes, by its path in dist/ */
const site = new Map();

/** lib/ and app/: the modules stay separate and their relative imports stay as they are, but for the whole ones. */
async function addScripts() {
  const scripts = [];
  for (const folder of ['lib', 'app'])
    for (const file of await filesIn(folder)) if (file.endsWith('.js')) scripts.push(`${folder}/${file}`);
  const vendor = scripts.filter((file) => file.startsWith('app/vendor/'));
  const own = scripts.filter((file) => !file.startsWith('app/vendor/'));
  if (mode === 'debug') {
    await addCompiled(vendor, { bundle: true });
    for (const file of own) site.set(file, await readFile(file));
    return;
  }
  await addCompiled(vendor, { bundle: true, minify: true });
  await addCompiled(own.filter(isWhole), { bundle: true, minify: true, sourcemap: true });
  for (const file of own) if (AS_WRITTEN.includes(file)) site.set(file, await readFile(file));
  const separate = own.filter((file) => !file.startsWith('lib/loader/') && !AS_WRITTEN.includes(file));
  await addCompiled(separate, { minify: true, sourcemap: true });
}

/** @param {string[]} entryPoints @param {import('esbuild').BuildOptions} options */
async function addCompiled(entryPoints, options) {
  const { outputFiles = [] } = await esbuild.build({
    entryPoints,
    outbase: '.',
    outdir: 'dist',
    write: false,
    format: 'esm',
    target: 'es2022',
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'warning',
    ...options,
  });
  for (const { path: file, contents } of outputFiles) {
    site.set(path.relative('dist', file).split(path.sep).join('/'), Buffer.from(contents));
  }
}

/** Leaves what waits for `import()` out of a bundle. @type {import('esbuild').Plugin} */
const STATIC_ONLY = {
  name: 'static imports only',
  setup(build) {
    build.onResolve({ filter: /./ }, ({ kind }) => (kind === 'dynamic-import' ? { external: true } : null));
  },
};

/**
 * What a document's module scripts import before they run, themselves included, as paths in dist/. Imports that
 * wait for `import()` are not in it. @param {string[]} entries
 */
async function staticImports(entries) {
  if (!entries.length) return [];
  const { metafile } = await esbuild.build({
    entryPoints: entries,
    outdir: 'out',
    bundle: true,
    format: 'esm',
    write: false,
    metafile: true,
    logLevel: 'warning',
    plugins: [STATIC_ONLY],
  });
  const found = new Set(entries);
  for (const file of found) {
    if (mode === 'release' && isWhole(file)) continue;
    for (const { path: imported, kind } of metafile.inputs[file].imports) {
      if (kind === 'import-statement') found.add(imported);
    }
  }
  return [...found];
}

/** What a tag of the kind asked for refers to by a relative URL. @param {string} html @param {RegExp} tag */
const references = (html, tag) =>
  [...html.matchAll(tag)]
    .map((match) => match[1].replace(/^\.\//, ''))
    .filter((url) => !/^(\w+:|#|$)/.test(url));

/**
 * web/, as it is; but styles and scripts minified. Each document says up front what its scripts import, and has in
 * it the sources that it asks for.
 */
async function addDocuments() {
  for (const file of await filesIn('web')) {
    const bytes = await readFile(`web/${file}`);
    const type = path.extname(file);
    if (type === '.html')
      site.set(
        file,
        Buffer.from(await withSources(await withPreloads(await withSections(bytes.toString())))),
      );
    else if (mode === 'release' && (type === '.css' || type === '.js')) {
      // A plain script there is for browsers that are too old for all the others.
      /** @type {import('esbuild').TransformOptions} */
      const kind = type === '.css' ? { loader: 'css' } : { loader: 'js', target: 'es5' };
      const { code } = await esbuild.transform(bytes.toString(), { ...kind, minify: true, charset: 'utf8' });
      site.set(file, Buffer.from(code));
    } else site.set(file, bytes);
  }
}

/** @param {string} html */
async function withPreloads(html) {
  const entries = references(html, MODULE_SCRIPTS);
  const preloads = (await staticImports(entries)).filter((file) => !entries.includes(file));
  const links = preloads.map((file) => `<link rel="modulepreload" href="${file}">\n  `);
  return html.replace(/<script[^>]+type="module"/, (script) => links.join('') + script);
}

const SOURCE = /<code data-source="([^"]+)"(?: data-part="([^"]+)")?>(?=<\/code>)/g;

/**
 * Fills each empty `<code data-source="file" data-part="text">` with that file of the project; or with one part of
 * it, from the line that has this text to the next that closes it at the margin. What is written for the type
 * checker alone is left out. So a page that shows code has it from its one home, and shows it without any script
 * too. @param {string} html
 */
async function withSources(html) {
  let filled = '';
  let from = 0;
  for (const { 0: tag, 1: file, 2: part, index } of html.matchAll(SOURCE)) {
    const text = partOf(await readFile(file, 'utf8'), part);
    if (text === null) throw new Error(`web/: ${file} has no part “${part}”.`);
    filled += html.slice(from, index + tag.length) + text.replace(/&/g, '&amp;').replace(/</g, '&lt;');
    from = index + tag.length;
  }
  return filled + html.slice(from);
}

/** What only the type checker reads: casts, with the brackets they need, and annotations. */
const CASTS = /\/\*\* @type \{[^*]*\} \*\/ \(([^()]*)\)/g;
const TYPES = /^ *\/\*\* @(?:type|param) .*\*\/\n|\/\*\* @type \{[^*]*\} \*\/ /gm;

/** @param {string} source @param {string | undefined} start of the part's first line */
function partOf(source, start) {
  if (start === undefined) return source.trimEnd();
  const lines = source.replace(CASTS, '$1').replace(TYPES, '').split('\n');
  const first = lines.findIndex((line) => line.includes(start));
  const last = lines.findIndex((line, i) => i > first && line.startsWith('}'));
  return first < 0 || last < 0 ? null : lines.slice(first, last + 1).join('\n');
}

/** The sources that the site shows, and the licences of all that it ships. */
async function addSources() {
  for (const file of ['native/record/record.h', 'native/record/record.c'])
    site.set(file, await readFile(file));
  const licences = [await readFile('LICENSE', 'utf8')];
  for (const name of VENDOR_PACKAGES) {
    const { version, license, author } = JSON.parse(
      await readFile(`node_modules/${name}/package.json`, 'utf8'),
    );
    const text = await readFile(`node_modules/${name}/LICENSE`, 'utf8');
    licences.push(
      `${name} ${version} (${license}), by ${author.split(' <')[0]}\n\n${text.replace(/^\n+/, '')}`,
    );
  }
  for (const file of (await filesIn('native')).filter((file) => path.basename(file) === 'LICENSES.txt')) {
    licences.push(await readFile(`native/${file}`, 'utf8'));
  }
  site.set('LICENSES.txt', Buffer.from(licences.join(`\n${'-'.repeat(78)}\n\n`)));
}

/** Writes what changed, removes what an earlier build wrote and this one did not make. */
async function write() {
  let written = 0;
  for (const [file, bytes] of site) {
    const target = path.join('dist', file);
    const before = await readFile(target).catch(() => null);
    if (before?.equals(bytes)) continue;
    await mkdir(path.dirname(target), { recursive: true });
    await writeWhole(target, bytes);
    written += 1;
  }
  const list = 'build/site.json';
  const earlier = (await readJson(list)) ?? [];
  for (const file of earlier) if (!site.has(file)) await rm(path.join('dist', file), { force: true });
  await mkdir('build', { recursive: true });
  await writeWhole(list, JSON.stringify([...site.keys()]));
  console.log(`  web/, lib/ and app/ -> ${site.size} files, ${written} of them new or changed`);
}

try {
  await addScripts();
  await addDocuments();
  await addSources();
} catch (error) {
  const { errors, message } = /** @type {Error & { errors?: unknown }} */ (error);
  if (!errors) console.error(message); // esbuild has printed its own already
  process.exit(1);
}
await write();
