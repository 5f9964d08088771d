/** CONTRIBUTING.md: its map has every folder of code, and its recipes use what is there. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { build } from 'esbuild';
import { filesOfProject, read, root } from './sources.mjs';

const GUIDE = read('CONTRIBUTING.md');

/** Folders that the map has within the line of another: lists, of which one file is one entry, and inputs. */
const WITHIN = ['lesson/steps', 'measure/kinds', 'chart/marks', 'memory/test', 'traces', 'fixtures/loader'];

/** The rows of the map: the folder, the files to read first, the tests. */
const MAP = [...GUIDE.matchAll(/^\| `([\w/]+)\/` \|[^|]*\|([^|]*)\|([^|]*)\|$/gm)].map(
  ([, folder, files, tests]) => ({
    folder,
    files: [...files.matchAll(/`([\w/.]+)`/g)].map(([, file]) => `${folder}/${file}`),
    tests: [...tests.matchAll(/`(unit|browser) ([\w-]+)`/g)].map(([, kind, name]) =>
      kind === 'unit' ? `tests/${name}.test.mjs` : `e2e/${name}.spec.mjs`,
    ),
  }),
);

test('CONTRIBUTING.md’s map names files and tests that are there', () => {
  const named = MAP.flatMap(({ files, tests }) => [...files, ...tests]);
  assert.ok(named.length > 40);
  assert.deepEqual(
    named.filter((file) => !existsSync(path.join(root, file))),
    [],
  );
});

test('CONTRIBUTING.md’s map has every folder of code', () => {
  const folders = filesOfProject()
    .filter((file) => /\.(m?js|[ch]|html)$/.test(file))
    .map((file) => path.posix.dirname(file))
    .filter((folder) => !WITHIN.some((end) => folder.endsWith(`/${end}`)));
  const mapped = MAP.map(({ folder }) => folder);
  assert.deepEqual(
    [...new Set(folders)].filter((folder) => folder !== 'lib' && !mapped.includes(folder)),
    [],
  );
});

/** The JavaScript of the recipes, by the file that it is for. Each line of it is indented. */
const RECIPES = [...GUIDE.matchAll(/^ {3}`([\w./]+\.js)`\n\n {3}```js\n(.*?)^ {3}```$/gms)].map(
  ([, file, code]) => ({ file, code: code.replace(/^ {3}/gm, '') }),
);

/**
 * esbuild resolves no path from a folder that is not there, such as that of a new page.
 * @param {string} file
 */
const pathsFrom = (file) => ({
  name: 'paths from a file that is not there',
  setup: (/** @type {import('esbuild').PluginBuild} */ { onResolve }) =>
    onResolve({ filter: /^\./ }, ({ path: to, importer }) =>
      importer === file ? { path: path.resolve(root, path.dirname(file), to) } : undefined,
    ),
});

for (const { file, code } of RECIPES) {
  test(`CONTRIBUTING.md’s ${file} imports only what is there`, async () => {
    await build({
      stdin: { contents: code, sourcefile: file },
      plugins: [pathsFrom(file)],
      bundle: true,
      write: false,
      format: 'esm',
      logLevel: 'silent',
    });
  });
}

test('CONTRIBUTING.md has a recipe for a page, a kind of measurement and a mark', () => {
  assert.deepEqual(
    RECIPES.map(({ file }) => path.posix.dirname(file)),
    ['app/hello', 'app/measure/kinds', 'app/chart/marks'],
  );
});
