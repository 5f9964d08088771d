/**
 * The half of the build that is not C: makes the scripts, styles and pages of dist/ from lib/, app/ and web/.
 *
 *   node scripts/site.mjs release|debug        (build.sh calls it, in the project's folder)
 *
 * Scripts stay separate modules, with two exceptions. A folder of lib/ ships as the one file that its users
 * import. A file of app/vendor/ ships with the code that it imports from an npm package.
 *
 * Every file is made in memory before the first one is written, so a build that fails changes nothing. Only
 * files whose bytes have changed are written. Files that only an earlier build has made are removed.
 */
import { mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import * as esbuild from 'esbuild';
import { framed, withSources } from './documents.mjs';
import { filesIn, readJson, writeWhole } from './files.mjs';
import { withSections } from './sections.mjs';

/** Whether a script ships together with all that it imports, as one file. @param {string} file */
const isWhole = (file) => /^lib\/\w+\/index\.js$/.test(file) || file.startsWith('app/vendor/');
/** Whether a script ships only as a part of such a file. @param {string} file */
const isPart = (file) => /^lib\/\w+\//.test(file);
/** Scripts that ship as written: the lesson shows their code, and browsers quote their names in messages. */
const AS_WRITTEN = ['app/lesson/mistakes.js'];
/** The packages that app/vendor/ imports from. The site ships their licences too. */
const VENDOR_PACKAGES = ['wasmparser', 'uplot'];

const [mode] = process.argv.slice(2);

/** @type {Map<string, Buffer>} every file that the script makes, by its path in dist/ */
const site = new Map();

/** lib/ and app/. Separate modules keep their relative imports as they are. */
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
  const separate = own.filter((file) => !isPart(file) && !AS_WRITTEN.includes(file));
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

/** Keeps modules that `import()` asks for out of a bundle. @type {import('esbuild').Plugin} */
const STATIC_ONLY = {
  name: 'static imports only',
  setup(build) {
    build.onResolve({ filter: /./ }, ({ kind }) => (kind === 'dynamic-import' ? { external: true } : null));
  },
};

/**
 * The scripts that must be there before a module runs: the module, what it imports, and so on. What
 * `import()` asks for later is not among them.
 *
 * @param {string} entry the module's path in dist/
 * @returns {Promise<string[]>} paths in dist/
 */
async function staticImports(entry) {
  const { metafile } = await esbuild.build({
    entryPoints: [entry],
    outdir: 'out',
    bundle: true,
    format: 'esm',
    write: false,
    metafile: true,
    logLevel: 'warning',
    plugins: [STATIC_ONLY],
  });
  const found = new Set([entry]);
  for (const file of found) {
    if (mode === 'release' && isWhole(file)) continue;
    for (const { path: imported, kind } of metafile.inputs[file].imports) {
      if (kind === 'import-statement') found.add(imported);
    }
  }
  return [...found];
}

/**
 * web/: each document in its frame, with the source code that it shows, and with a preload for each script
 * that it imports before it runs. A release has styles and plain scripts minified.
 */
async function addDocuments() {
  const shell = await readFile('web/shell.html', 'utf8');
  for (const file of await filesIn('web')) {
    if (file === 'shell.html') continue;
    const bytes = await readFile(`web/${file}`);
    const type = path.extname(file);
    if (type === '.html') {
      const document = await withSections(bytes.toString());
      const page = await withSources(framed(shell, file, document));
      site.set(file, Buffer.from(await withPreloads(page)));
    } else if (mode === 'release' && (type === '.css' || type === '.js')) {
      // A plain script of web/ also runs in browsers that are too old for modules.
      /** @type {import('esbuild').TransformOptions} */
      const kind = type === '.css' ? { loader: 'css' } : { loader: 'js', target: 'es5' };
      const { code } = await esbuild.transform(bytes.toString(), { ...kind, minify: true, charset: 'utf8' });
      site.set(file, Buffer.from(code));
    } else site.set(file, bytes);
  }
}

/** @param {string} page */
async function withPreloads(page) {
  const [script, entry] = /** @type {RegExpMatchArray} */ (page.match(/<script type="module" src="([^"]+)"/));
  const imported = (await staticImports(entry)).filter((file) => file !== entry);
  const links = imported.map((file) => `<link rel="modulepreload" href="${file}">\n`);
  return page.replace(script, links.join('') + script);
}

/** The C sources that the lesson fetches, and the licences of all code that the site ships. */
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

/** Writes the files that have changed, and removes those that only an earlier build has made. */
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
  if (!errors) console.error(message); // esbuild has printed its own errors
  process.exit(1);
}
await write();
