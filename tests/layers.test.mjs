/**
 * Which file may import which. Each rule is one test, over the text of all sources. A second test of each
 * rule shows that the rule can fail: it finds what breaks it in a small made-up tree.
 *
 * A file may import its own rank and lower ones, never a higher one. So the project can be read from the
 * lowest rank up, and a lower rank can be taken without the higher ones.
 *
 * A type that a comment imports counts too, because the comment cannot be understood without that file.
 */
import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { buildSync, transformSync } from 'esbuild';
import { filesOfProject, read, root } from './sources.mjs';

/** From the lowest to the highest. Of the last ones, tests/ may use scripts/, and e2e/ may use both. */
const RANKS = ['native', 'lib', 'app', 'web', 'scripts', 'tests', 'e2e', 'docs'];

/** The folders of app/ that all pages share. Every other folder of app/ belongs to one page. */
const SHARED = ['chart', 'timing', 'ui', 'vendor'];

/** Each of these can be taken without the other. What both need lies in lib/ itself. */
const APART = ['lib/loader', 'lib/heap'];

/** Globals that a worker and Node.js do not have. lib/ runs there too, except its elements. */
const PAGE_GLOBALS = ['document', 'window'];
const ELEMENTS = ['lib/map'];

/**
 * @typedef {Record<string, string>} Tree the text of each file, by its path from the project's folder
 * @typedef {{ from: string, line: number, to: string }} Import
 */

/** `from '…'`, `import '…'`, `import('…')`, also in a comment, and `new URL('…', import.meta.url)`. */
const IMPORT = /\b(?:from|import|new URL)\s*\(?\s*['"`](\.{1,2}\/[^'"`?#$]*)/g;
const COMMENT = /\/\*.*?\*\/|\/\/[^\n]*/gs;
const INCLUDE = /^[ \t]*#[ \t]*include[ \t]*"([^"]+)"/gm;

/** All imports of a tree's files by one another. @param {Tree} tree @returns {Import[]} */
function importsOf(tree) {
  return Object.entries(tree).flatMap(([from, text]) =>
    [...text.matchAll(isC(from) ? INCLUDE : IMPORT)]
      .map(({ 1: name, index }) => ({
        from,
        line: lineAt(text, index),
        to: path.posix.join(path.posix.dirname(from), name),
      }))
      .filter(({ to }) => to in tree),
  );
}

/** @param {string} text @param {number} index */
const lineAt = (text, index) => text.slice(0, index).split('\n').length;
const isC = (/** @type {string} */ file) => /\.[ch]$/.test(file);
const isCode = (/** @type {string} */ file) => /\.(m?js|[ch])$/.test(file);
const rankOf = (/** @type {string} */ file) => RANKS.indexOf(file.split('/')[0]);

/**
 * The page that a file belongs to; undefined for what is shared, and outside of app/.
 * @param {string} file
 */
function pageOf(file) {
  const [rank, folder, ...rest] = file.split('/');
  return rank === 'app' && rest.length > 0 && !SHARED.includes(folder) ? folder : undefined;
}

/**
 * A folder of the second level, such as lib/loader, or a file that lies beside these folders.
 * @param {string} file
 */
const roomOf = (file) => file.split('/').slice(0, 2).join('/');

/** The one of these folders that a file lies in. @param {string[]} folders @param {string} file */
const within = (folders, file) => folders.find((folder) => file.startsWith(`${folder}/`));

/**
 * The imports that lie on a circle: other imports lead from the imported node back to the importing one.
 * @param {Import[]} imports
 * @param {(file: string) => string} nodeOf the file itself, or its folder
 */
function circles(imports, nodeOf) {
  /** @type {Map<string, Set<string>>} */
  const next = new Map();
  for (const { from, to } of imports) {
    const known = next.get(nodeOf(from)) ?? new Set();
    next.set(nodeOf(from), known.add(nodeOf(to)));
  }
  /** @param {string} start @param {string} end */
  const leads = (start, end) => {
    const reached = new Set([start]);
    for (const node of reached) for (const each of next.get(node) ?? []) reached.add(each);
    return reached.has(end);
  };
  return imports.filter(({ from, to }) => leads(nodeOf(to), nodeOf(from)));
}

/** @param {Import[]} imports */
const inWords = (imports) => imports.map(({ from, line, to }) => `${from}:${line} imports ${to}`);

/**
 * `broken` lists the places of a tree that break the rule. In `example`, these places are `found`.
 * @type {{ rule: string, broken: (tree: Tree) => string[], example: Tree, found: string[] }[]}
 */
const RULES = [
  {
    rule: 'every file of code has a rank',
    broken: (tree) => Object.keys(tree).filter((file) => isCode(file) && rankOf(file) < 0),
    example: { 'lib/a.js': '', 'tools/b.mjs': '', 'c.h': '' },
    found: ['tools/b.mjs', 'c.h'],
  },
  {
    rule: 'no import runs up the ranks',
    broken: (tree) => inWords(importsOf(tree).filter(({ from, to }) => rankOf(from) < rankOf(to))),
    example: {
      'native/a.c': '#include "../lib/b.h"\n',
      'lib/b.h': '#include "../native/a.c"',
      'lib/b.js': '\nimport {\n  c,\n} from "../app/c.js";\nexport * from \'./b.js\';\n',
      'app/c.js': "/** @type {import('../scripts/d.mjs').D} */\nlet d = import('../lib/b.js');",
      'scripts/d.mjs': "import '../app/c.js';\nimport '../tests/e.mjs';",
      'tests/e.mjs': "new Worker(new URL('../e2e/f.mjs', import.meta.url));",
      'e2e/f.mjs': "import('../tests/e.mjs'); import '../built.js';",
    },
    found: [
      'native/a.c:1 imports lib/b.h',
      'lib/b.js:4 imports app/c.js',
      'app/c.js:1 imports scripts/d.mjs',
      'scripts/d.mjs:2 imports tests/e.mjs',
      'tests/e.mjs:1 imports e2e/f.mjs',
    ],
  },
  {
    rule: 'within app/, only a page itself imports from its folder',
    broken: (tree) =>
      inWords(
        importsOf(tree).filter(({ from, to }) => {
          const page = pageOf(to);
          return page && from.startsWith('app/') && pageOf(from) !== page;
        }),
      ),
    example: {
      'app/start/a.js': "import '../lesson/b.js';\nimport '../ui/c.js';",
      'app/lesson/b.js': "import './deep/d.js';",
      'app/lesson/deep/d.js': "import '../b.js';",
      'app/ui/c.js': "import '../start/a.js';\nimport '../e.js';",
      'app/e.js': "import './start/a.js';",
      'tests/f.mjs': "import '../app/start/a.js';",
    },
    found: [
      'app/start/a.js:1 imports app/lesson/b.js',
      'app/ui/c.js:1 imports app/start/a.js',
      'app/e.js:1 imports app/start/a.js',
    ],
  },
  {
    rule: 'the loader and the heap reader know nothing of one another',
    broken: (tree) =>
      inWords(
        importsOf(tree).filter(({ from, to }) => {
          const [one, other] = [within(APART, from), within(APART, to)];
          return one && other && one !== other;
        }),
      ),
    example: {
      'lib/loader/a.js': "import '../heap/b.js';\nimport '../bytes.js';",
      'lib/heap/b.js': "import './c.js';\nimport '../bytes.js';",
      'lib/heap/c.js': "/** @typedef {import('../loader/a.js').A} A */",
      'lib/bytes.js': '',
    },
    found: ['lib/loader/a.js:1 imports lib/heap/b.js', 'lib/heap/c.js:1 imports lib/loader/a.js'],
  },
  {
    rule: 'lib/ needs no document',
    broken: (tree) =>
      Object.entries(tree)
        .filter(([file]) => file.startsWith('lib/') && !isC(file) && !within(ELEMENTS, file))
        .flatMap(([file, text]) => globalsIn(text, PAGE_GLOBALS).map((name) => `${file} uses ${name}`)),
    example: {
      'lib/a.js': "// The document of a window.\nexport const a = 'document', b = { window: 1 };",
      'lib/heap/b.js': 'export const title = () => document.title;',
      'lib/heap/c.js': 'globalThis.window?.alert();',
      'lib/map/d.js': 'document.title;',
      'app/e.js': 'document.title;',
    },
    found: ['lib/heap/b.js uses document', 'lib/heap/c.js uses window'],
  },
  {
    rule: 'native/ names no JavaScript file of this project',
    broken: (tree) => {
      const scripts = Object.keys(tree).filter((file) => /\.m?js$/.test(file));
      const own = new Set(scripts.map((file) => path.posix.basename(file)));
      return Object.entries(tree)
        .filter(([file]) => file.startsWith('native/') && (isC(file) || file.endsWith('.sh')))
        .flatMap(([file, text]) =>
          [...text.matchAll(/[\w.-]+\.m?js\b/g)]
            .filter(([name]) => own.has(name))
            .map(({ 0: name, index }) => `${file}:${lineAt(text, index)} names ${name}`),
        );
    },
    example: {
      'native/a.c': '\n// as in app/trace.js\n',
      'native/test.sh': 'emcc a.c -o emscripten.js && node ../scripts/run.mjs',
      'app/trace.js': '',
      'scripts/run.mjs': '',
    },
    found: ['native/a.c:2 names trace.js', 'native/test.sh:1 names run.mjs'],
  },
  {
    rule: 'native/ uses no file of a higher rank by its path',
    broken: (tree) =>
      Object.entries(tree)
        .filter(([file]) => file.startsWith('native/') && file.endsWith('.sh'))
        .flatMap(([file, text]) =>
          [...text.matchAll(/\.\.\/(lib|app|web|scripts|tests|e2e|docs)\/[\w./-]*/g)].map(
            ({ 0: name, index }) => `${file}:${lineAt(text, index)} uses ${name}`,
          ),
        ),
    example: {
      'native/a/build.sh': 'cd ..\n. ../../scripts/emcc.sh\nout=../../build/a\n. ../emcc.sh\n',
      'scripts/b.sh': '. ../scripts/emcc.sh',
    },
    found: ['native/a/build.sh:2 uses ../scripts/emcc.sh'],
  },
  {
    rule: 'a C file begins with its includes, so that no header can use what the file defines',
    broken: (tree) =>
      Object.entries(tree)
        .filter(([file]) => isC(file))
        .flatMap(([file, text]) => {
          const code = text.replace(COMMENT, (comment) => comment.replace(/[^\n]/g, ''));
          const begins = code.search(/^[ \t]*[^\s#]/m); // the first line that is no directive
          return [...code.matchAll(INCLUDE)]
            .filter(({ index }) => begins >= 0 && index > begins)
            .map(({ 1: name, index }) => `${file}:${lineAt(code, index)} includes ${name}`);
        }),
    example: {
      'native/a.c':
        '/* The\n   head. */\n#include "b.h"\n#ifdef C\n#include "c.h"\n#endif\nint a;\n#include "d.h"\n',
      'native/b.h': '// Only this.\n#include "c.h"\n',
    },
    found: ['native/a.c:8 includes d.h'],
  },
  {
    rule: 'no imports between files run in a circle',
    broken: (tree) => inWords(circles(importsOf(tree), (file) => file)),
    example: {
      'native/a.c': '#include "a.h"\n',
      'native/a.h': '#include "a.c"\n',
      'lib/a.js': "import './b.js';",
      'lib/b.js': "import './c.js';\nimport './d.js';",
      'lib/c.js': "/** @type {import('./a.js').A} */",
      'lib/d.js': '',
    },
    found: [
      'native/a.c:1 imports native/a.h',
      'native/a.h:1 imports native/a.c',
      'lib/a.js:1 imports lib/b.js',
      'lib/b.js:1 imports lib/c.js',
      'lib/c.js:1 imports lib/a.js',
    ],
  },
  {
    rule: 'no imports between folders run in a circle',
    broken: (tree) =>
      inWords(
        circles(
          importsOf(tree).filter(({ from, to }) => roomOf(from) !== roomOf(to)),
          roomOf,
        ),
      ),
    example: {
      'app/ui/a.js': "import '../chart/b.js';\nimport './c.js';",
      'app/chart/b.js': '',
      'app/chart/d.js': "import '../ui/c.js';",
      'app/ui/c.js': '',
      'app/measure/e.js': "import './kinds/f.js';",
      'app/measure/kinds/f.js': "import '../g.js';",
      'app/measure/g.js': '',
    },
    found: ['app/ui/a.js:1 imports app/chart/b.js', 'app/chart/d.js:1 imports app/ui/c.js'],
  },
];

/**
 * The globals among these names that a script uses. esbuild replaces them where they are globals, and leaves
 * the same words in comments, strings and members as they are.
 * @param {string} text @param {string[]} names
 */
function globalsIn(text, names) {
  const define = Object.fromEntries(
    names.flatMap((name) => [name, `globalThis.${name}`].map((each) => [each, `FOUND_${name}`])),
  );
  const { code } = transformSync(text, { define });
  return names.filter((name) => code.includes(`FOUND_${name}`));
}

const tree = Object.fromEntries(
  filesOfProject()
    .filter((file) => isCode(file) || file.endsWith('.sh'))
    .map((file) => [file, read(file)]),
);

for (const { rule, broken, example, found } of RULES) {
  test(rule, () => {
    const places = broken(tree);
    assert.ok(places.length === 0, `\n${places.join('\n')}`);
  });
  test(`what breaks this rule is found: ${rule}`, () => assert.deepEqual(broken(example), found));
}

test('every import that esbuild finds in these scripts is found here', () => {
  const seen = new Set(importsOf(tree).map(({ from, to }) => `${from} imports ${to}`));
  const { metafile } = buildSync({
    absWorkingDir: root,
    entryPoints: Object.keys(tree).filter((file) => /\.m?js$/.test(file)),
    bundle: true,
    packages: 'external',
    format: 'esm',
    outdir: 'build',
    write: false,
    metafile: true,
  });
  const missed = Object.entries(metafile.inputs).flatMap(([from, { imports }]) =>
    imports
      .filter(({ external }) => !external)
      .map(({ path: to }) => `${from} imports ${to}`)
      .filter((each) => !seen.has(each)),
  );
  assert.deepEqual(missed, []);
  assert.ok(seen.has('tests/layers.test.mjs imports tests/sources.mjs'));
});
