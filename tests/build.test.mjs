/**
 * The build: what it makes, and what it says if the SDK is old or missing, a step fails, or a page is not
 * whole.
 */
import assert from 'node:assert/strict';
import { readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { trimmed } from '../scripts/trim.mjs';
import { addProgram, makeProject } from './project.mjs';

/** @type {Awaited<ReturnType<typeof makeProject>>} */
let project;
beforeEach(async () => {
  project = await makeProject();
});
afterEach(() => project.remove());

const MODULES = ['memory.wasm', 'program.wasm', 'program-owns-memory.wasm'];

/** A build that must succeed. @param {string[]} args @param {Record<string, string>} env */
async function build(args = [], env = {}) {
  const { status, output } = await project.build(args, env);
  assert.equal(status, 0, output);
  return output;
}

/** A build that must fail. @param {Record<string, string>} env */
async function failingBuild(env = {}) {
  const { status, output } = await project.build([], env);
  assert.equal(status, 1, output);
  return output;
}

test('builds everything once, and then only what has changed', async () => {
  const output = await build();
  assert.deepEqual(await project.compiled(), MODULES);
  for (const file of [...MODULES, 'until the first address'])
    assert.match(output, new RegExp(`${file}.* \\d+`));

  await build();
  assert.deepEqual(await project.compiled(), []);

  await project.write('native/record/record.h', '/* changed */\n');
  await build();
  assert.deepEqual(await project.compiled(), MODULES.slice(1));

  await project.write('native/memory/flags', '-sEXPORTED_FUNCTIONS=_malloc,_free\n');
  await build();
  assert.deepEqual(await project.compiled(), ['memory.wasm']);

  await build([], { STUB_VERSION: '6.0.5' });
  assert.deepEqual(await project.compiled(), MODULES);
});

test('a step that fails half-way does not fool the next build', async () => {
  const output = await failingBuild({ STUB_FAILS: 'program.wasm' });
  assert.match(output, /stub: no room left/);
  assert.deepEqual(await readdir(path.join(project.folder, 'dist')), ['memory.wasm']);
  await project.compiled();

  await build();
  assert.deepEqual(await project.compiled(), MODULES.slice(1));
});

test('what a failed step leaves is what was there before', async () => {
  await build();
  const before = await project.read('dist/program.wasm');
  await project.write('native/record/record.c', 'changed\n');
  await failingBuild({ STUB_FAILS: 'program.wasm' });
  assert.equal(await project.read('dist/program.wasm'), before);
  await project.compiled();

  await build();
  assert.deepEqual(await project.compiled(), MODULES.slice(1));
});

test('an output that somebody cut or removed is made again', async () => {
  await build();
  await project.compiled();
  await project.write('dist/memory.wasm', '');
  await project.write('dist/style.css', 'half');
  for (const file of ['dist/build.json', 'build/site.json'])
    await project.write(file, (await project.read(file)).slice(0, -9));
  await rm(path.join(project.folder, 'dist/program.wasm'));
  await build();
  assert.deepEqual(await project.compiled(), ['memory.wasm', 'program.wasm']);
  assert.match(await project.read('dist/style.css'), /red/);
  for (const file of ['dist/build.json', 'build/site.json']) JSON.parse(await project.read(file));
});

test('what is measured with is made again where somebody cut or removed some of it', async () => {
  const script = 'native/workloads/build.sh';
  await project.write(script, await readFile(new URL(`../${script}`, import.meta.url), 'utf8'));
  await project.write('native/workloads/flags', '-O3\n');
  await project.write('native/workloads/traces/x.trace', 'x');
  /** Runs the script and counts the calls of emcc. */
  const make = async () => {
    const { status, output } = await project.build([path.join(project.folder, 'out')], {}, script);
    assert.equal(status, 0, output);
    return output.split('\n').filter((line) => line.startsWith('  emcc ')).length;
  };
  const all = await make();
  assert.ok(all > 4);
  assert.equal(await make(), 0);

  for (const file of ['floor.wasm', 'dlmalloc.small.wasm', 'bench.json']) {
    await project.write(`out/${file}`, (await project.read(`out/${file}`)).slice(0, -9));
    assert.equal(await make(), all, `${file} was cut`);
    await rm(path.join(project.folder, 'out', file));
    assert.equal(await make(), all, `${file} was removed`);
  }

  await project.write('native/workloads/floor.c', 'changed\n');
  const own = await make();
  assert.ok(own > 0 && own < all, 'what the SDK alone decides is kept');
  assert.equal(await make(), 0);
});

test('scripts stay separate modules; what is imported at once is preloaded', async () => {
  await build();
  assert.match(await project.read('dist/app/start/main.js'), /from"..\/one.js"/);
  assert.doesNotMatch(await project.read('dist/app/two.js'), /A comment/);
  assert.match(await project.read('dist/app/two.js.map'), /A comment/);
  const html = await project.read('dist/index.html');
  const preloaded = [...html.matchAll(/modulepreload" href="([^"]+)"/g)].map(([, file]) => file);
  assert.deepEqual(preloaded, ['app/one.js', 'app/two.js']);
});

test('a page is its document in the frame of web/shell.html', async () => {
  await build();
  const page = await project.read('dist/index.html');
  const policy = (await project.read('web/shell.html')).match(/<meta http-equiv[^>]+>/)?.[0];
  // In the order that browsers need: the policy first, the page's style after the common one, early.js before
  // all other scripts.
  const order = [
    '<!doctype html>',
    String(policy).replace(/^ +/gm, ''), // indentation does not ship
    '<meta name="description" content="A page of\ntwo lines.">',
    '<title>x</title>',
    '<link rel="stylesheet" href="style.css">\n<link rel="stylesheet" href="start.css">',
    '<script src="early.js" defer></script>',
    '<link rel="modulepreload" href="app/one.js">',
    '<script type="module" src="app/start/main.js"></script>',
    '<a class="skip" href="#main">',
    '<a href="./" aria-current="page">',
    '<a href="lesson.html">',
    '<main id="main" tabindex="-1">',
    'role="alert"',
    '<h1>x</h1>\n<pre><code data-source="app/later.js">export const later = 3;</code></pre>\n</main>',
    '<p>Nothing leaves it. <a href="LICENSES.txt">',
  ];
  const places = order.map((part) => page.indexOf(part));
  assert.ok(!places.includes(-1), `is not there: ${order[places.indexOf(-1)]}`);
  assert.deepEqual(
    places,
    places.toSorted((a, b) => a - b),
  );
  assert.doesNotMatch(page, /<!--/);
  await assert.rejects(project.read('dist/shell.html'), { code: 'ENOENT' });
});

test('a document that forgets a part stops the build, which names the part', async () => {
  const document = await project.read('web/index.html');
  /** @type {[string, RegExp][]} */
  const parts = [
    ['<title>', /<title>.*\n/],
    ['<meta name="description">', /<meta[^>]+>\n/],
    ['<link rel="stylesheet">', /<link.*\n/],
    ['<script type="module">', /<script.*\n/],
    ['<main>', /<main>.*<\/main>/s],
    ['<footer>', /<footer>.*\n/],
  ];
  for (const [tag, part] of parts) {
    await project.write('web/index.html', document.replace(part, ''));
    const output = await failingBuild();
    assert.ok(output.includes(`web/index.html has no ${tag}. The head of web/shell.html`), output);
  }
  await project.write('web/index.html', `${document}<p>below the foot</p>\n`);
  assert.match(await failingBuild(), /web\/index\.html has what web\/shell\.html has no place for: <p>below/);
  await project.write('web/index.html', document);
  await build();
});

test('a page that no link leads to stops the build', async () => {
  await project.write('web/heap.html', await project.read('web/index.html'));
  assert.match(await failingBuild(), /No link in the <nav> of web\/shell\.html leads to web\/heap\.html/);
  const shell = await project.read('web/shell.html');
  await project.write(
    'web/shell.html',
    shell.replace('  </nav>', '    <a href="heap.html">Heap</a>\n  </nav>'),
  );
  await build();
  assert.match(await project.read('dist/heap.html'), /<a href="heap.html" aria-current="page">Heap<\/a>/);
  assert.match(await project.read('dist/index.html'), /<a href="heap.html">Heap<\/a>/);
});

test('a script with an error stops the build and leaves the site as it was', async () => {
  await build();
  const before = await project.read('dist/app/two.js');
  await project.write('app/two.js', 'export const = 3;\n');
  assert.match(await failingBuild(), /app\/two.js/);
  assert.equal(await project.read('dist/app/two.js'), before);
});

test('what is gone from the sources is gone from the site', async () => {
  await project.write('app/old.js', 'export {};\n');
  await build();
  await project.read('dist/app/old.js');
  await rm(path.join(project.folder, 'app/old.js'));
  await build();
  await assert.rejects(project.read('dist/app/old.js'), { code: 'ENOENT' });
});

test('refuses a first address that takes too much', async () => {
  const noise = Array.from({ length: 9000 }, (_, i) => (i * 2654435761) % 4294967296).join(',');
  await project.write('app/two.js', `export const two = [${noise}];\n`);
  assert.match(await failingBuild(), /Too big: at most 18000 bytes of gzip/);
  await build(['--debug']);
});

test('refuses an allocator that is too big', async () => {
  // The stub's output is its command, so it grows with the flags.
  await project.write('native/memory/flags', `${'-DPADDING '.repeat(400)}\n`);
  assert.match(await failingBuild(), /Too big: memory\.wasm has \d+ bytes; at most 2982/);
});

test('--debug ships what was written, --clean removes it all, --help tells', async () => {
  await build(['--debug']);
  assert.match(await project.read('dist/app/two.js'), /A comment/);
  assert.match(await project.read('dist/memory.wasm'), /-O0 -g/);

  await build();
  assert.doesNotMatch(await project.read('dist/app/two.js'), /A comment/);
  assert.doesNotMatch(await project.read('dist/memory.wasm'), /-O0/);

  assert.match(await build(['--help']), /Usage:.*--debug.*--clean/s);
  const busy = path.join(project.folder, 'busy');
  await addProgram(path.join(busy, 'rm'), '#!/bin/sh\necho "rm: busy" >&2\nexit 1\n');
  const stuck = await project.build(['--clean'], { PATH: `${busy}:${project.sdk}:${project.tools}` });
  assert.deepEqual(stuck, { status: 1, output: 'rm: busy\n' }, 'nothing is built instead');
  await build(['--clean']);
  const left = await readdir(project.folder);
  assert.ok(!left.includes('dist') && !left.includes('build'), `left: ${left}`);

  const { status, output } = await project.build(['--fast']);
  assert.equal(status, 2);
  assert.match(output, /Usage:/);
});

test('refuses an SDK that is too old, by name', async () => {
  for (const version of ['3.1.5', '3.0.9', '2.12.0', '1.40.1']) {
    assert.match(
      await failingBuild({ STUB_VERSION: version }),
      new RegExp(`Emscripten ${version}.*3\\.1\\.6 or newer`),
    );
  }
  for (const version of ['3.1.6', '3.1.10', '3.2.0', '10.0.0']) {
    assert.match(await build([], { STUB_VERSION: version }), new RegExp(`with Emscripten ${version}`));
  }
});

test('refuses a Node.js that is too old', async () => {
  await rm(path.join(project.tools, 'node'));
  assert.match(await failingBuild(), /Node\.js 20\.11 or newer; here is none/);
  await addProgram(path.join(project.tools, 'node'), '#!/bin/sh\necho v18.20.4\n');
  assert.match(await failingBuild(), /Node\.js 20\.11 or newer; here is v18\.20\.4/);
  await addProgram(path.join(project.tools, 'node'), '#!/bin/sh\necho v20.10.0\n');
  assert.match(await failingBuild(), /Node\.js 20\.11 or newer; here is v20\.10\.0/);
});

test('finds the SDK in EMSDK, in either place', async () => {
  for (const place of ['', 'upstream/emscripten']) {
    const emsdk = path.join(project.folder, 'an emsdk', place || 'flat');
    await addProgram(path.join(emsdk, 'emcc'), '#!/bin/sh\nexec "$REAL/emcc" "$@"\n');
    const EMSDK = place ? path.join(project.folder, 'an emsdk') : emsdk;
    await build([], { PATH: project.tools, EMSDK, REAL: project.sdk });
    assert.deepEqual(await project.compiled(), place ? [] : MODULES);
  }
  assert.match(
    await failingBuild({ PATH: project.tools, EMSDK: '/nowhere' }),
    /EMSDK is '\/nowhere'.*emsdk install/s,
  );
});

test('without an SDK and without root it says what to install', async () => {
  await rm(path.join(project.tools, 'id'));
  await addProgram(path.join(project.tools, 'id'), '#!/bin/sh\necho 1000\n');
  const elsewhere = await failingBuild({ PATH: project.tools });
  assert.match(elsewhere, /Missing: emscripten.*emsdk install latest/s);
  assert.doesNotMatch(elsewhere, /apt-get/);

  await addProgram(path.join(project.tools, 'apt-get'), '#!/bin/sh\nexit 1\n');
  assert.match(
    await failingBuild({ PATH: project.tools }),
    /sudo apt-get install .*emscripten.*emsdk install/s,
  );
});

test('as root on Debian it installs the SDK, and says so when that fails', async () => {
  await rm(path.join(project.tools, 'id'));
  await addProgram(path.join(project.tools, 'id'), '#!/bin/sh\necho 0\n');
  await addProgram(path.join(project.tools, 'dpkg-query'), '#!/bin/sh\n');
  await addProgram(path.join(project.tools, 'apt-get'), '#!/bin/sh\necho "E: no network" >&2\nexit 100\n');
  assert.match(await failingBuild({ PATH: project.tools }), /E: no network.*could not install emscripten/s);

  const apt = `#!/bin/sh\n[ "$1" = update ] || cp "${project.sdk}/emcc" "${project.tools}/emcc"\n`;
  await addProgram(path.join(project.tools, 'apt-get'), apt);
  assert.match(await build([], { PATH: project.tools }), /Installing emscripten/);
});

test('the real SDK builds it in a folder whose name has spaces', async () => {
  const spaced = await makeProject("it's a  project & more");
  try {
    const { status, output } = await spaced.build([], {
      PATH: `${process.env.PATH}`,
      HOME: `${process.env.HOME}`,
    });
    assert.equal(status, 0, output);
    for (const file of MODULES) assert.match(await spaced.read(`dist/${file}`), /^\0asm/, file);
  } finally {
    await spaced.remove();
  }
});

test('a constructor goes only if it does nothing and no other function comes after it', () => {
  const NOTHING = [3, 0, 0x01, 0x0b];
  const CALLS_F = [4, 0, 0x10, 0, 0x0b];
  /**
   * Two functions, `f` and the constructor.
   * @param {number} at its index
   * @param {number[]} body of the last
   */
  const module = (at, body) =>
    Buffer.from([
      ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      ...[1, 4, 1, 0x60, 0, 0],
      ...[3, 3, 2, 0, 0],
      ...[7, 25, 2, 1, 0x66, 0, 1 - at, 17, ...Buffer.from('__wasm_call_ctors'), 0, at],
      ...[10, 1 + NOTHING.length + body.length, 2, ...NOTHING, ...body],
    ]);
  const names = (/** @type {Buffer} */ wasm) =>
    WebAssembly.Module.exports(new WebAssembly.Module(new Uint8Array(wasm))).map(({ name }) => name);

  const empty = module(1, NOTHING);
  assert.deepEqual(names(empty), ['f', '__wasm_call_ctors']);
  assert.deepEqual(names(trimmed(empty)), ['f']);
  // A start section, which names it: without the function that would not be valid.
  const code = empty.indexOf(Buffer.from([10, 9, 2]));
  const started = Buffer.concat([empty.subarray(0, code), Buffer.from([8, 1, 1]), empty.subarray(code)]);
  for (const kept of [trimmed(empty), module(1, CALLS_F), module(0, NOTHING), started]) {
    assert.ok(WebAssembly.validate(new Uint8Array(kept)));
    assert.equal(trimmed(kept), kept);
  }
});
