/**
 * A small stand-in for this project, for tests of the build itself. It has the real build.sh, scripts/ and
 * frame of the pages, and a few lines of C, HTML and JavaScript to build. Its SDK is a stub, unless the test
 * puts a real one on PATH: the stub's output is the command that it was called with, and a log keeps each
 * command.
 */
import { chmod, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { run as runProgram } from '../scripts/run.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

const SOURCES = {
  'native/memory/memory.c': 'void *malloc(unsigned long size) { return (void *)size; }\n',
  'native/memory/flags': '-sEXPORTED_FUNCTIONS=_malloc\n',
  'native/record/record.c': 'void *malloc(unsigned long);\nvoid *createRecord(void) { return malloc(12); }\n',
  'native/record/record.h': '\n',
  'native/record/flags': '# one\n-sEXPORTED_FUNCTIONS=_createRecord\n',
  'native/workloads/build.sh': '#!/bin/sh\n',
  'web/index.html': `<title>x</title>
<meta name="description" content="A page of
  two lines.">
<link rel="stylesheet" href="start.css">
<script type="module" src="app/start/main.js"></script>

<main>
  <h1>x</h1>
  <pre><code data-source="app/later.js"></code></pre>
</main>

<footer>Nothing leaves it.</footer>
`,
  'web/style.css': 'a { color: red; }\n',
  'web/start.css': 'b { color: blue; }\n',
  'app/start/main.js': "import { one } from '../one.js';\nconsole.log(one, import('../later.js'));\n",
  'app/one.js': "export { two as one } from './two.js';\n",
  'app/two.js': '/** A comment. */\nexport const two = 2;\n',
  'app/later.js': 'export const later = 3;\n',
};

/** The programs that a build calls, besides node and the SDK. */
const TOOLS = `
  basename bash cat chmod cmp cp cut dirname env find grep head id mkdir mktemp mv rm sed sh sha256sum sort
  tail tr`;

const STUB = `#!/bin/sh
if [ "$1" = --version ]; then
  echo "emcc (Emscripten gcc/clang-like replacement) \${STUB_VERSION:-3.1.6} ()"
  exit
fi
for last; do :; done
echo "$*" >>"$STUB_LOG"
echo "$*" >"$last"
case $last in *"\${STUB_FAILS:-none}"*) echo "stub: no room left" >&2; exit 1 ;; esac
`;

/** @param {string} [name] of its folder */
export async function makeProject(name = 'project') {
  const base = await mkdtemp(path.join(tmpdir(), 'heap-lab-test-'));
  const folder = path.join(base, name);
  await mkdir(folder);
  for (const file of [
    'build.sh',
    'scripts',
    'lib/bytes.js',
    'native/emcc.sh',
    'app/measure/goals.js',
    'web/shell.html',
    'LICENSE',
    'package.json',
    'package-lock.json',
  ]) {
    await cp(path.join(root, file), path.join(folder, file), { recursive: true });
  }
  await symlink(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
  for (const [file, text] of Object.entries(SOURCES)) await write(file, text);
  await chmod(path.join(folder, 'native/workloads/build.sh'), 0o755);

  /** @param {string} file @param {string} text */
  async function write(file, text) {
    await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
    await writeFile(path.join(folder, file), text);
  }

  // Two folders for PATH: `tools` has what any machine has, `sdk` the stub of an SDK.
  const tools = path.join(base, 'tools');
  const sdk = path.join(base, 'sdk');
  await mkdir(tools);
  await mkdir(sdk);
  for (const tool of TOOLS.trim().split(/\s+/)) await symlink(`/usr/bin/${tool}`, path.join(tools, tool));
  await symlink(process.execPath, path.join(tools, 'node'));
  await addProgram(path.join(sdk, 'emcc'), STUB);
  const log = path.join(base, 'calls');

  return {
    folder,
    tools,
    sdk,
    write,
    /** @param {string} file */
    read: (file) => readFile(path.join(folder, file), 'utf8'),
    /** The outputs of the calls of emcc since `compiled` was last called. */
    async compiled() {
      const calls = await readFile(log, 'utf8').catch(() => '');
      await rm(log, { force: true });
      return [...calls.matchAll(/build\/new\/(\S+)\n/g)].map(([, output]) => output);
    },
    /**
     * Runs build.sh, or another script of the build, with the stub SDK on PATH.
     * @param {string[]} args @param {Record<string, string>} env
     */
    build: (args = [], env = {}, script = 'build.sh') =>
      run(path.join(folder, script), args, { PATH: `${sdk}:${tools}`, STUB_LOG: log, ...env }),
    remove: () => rm(base, { recursive: true, force: true }),
  };
}

/** @param {string} file @param {string} text */
export async function addProgram(file, text) {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, text);
  await chmod(file, 0o755);
}

/**
 * Runs a program to its end, for at most two minutes.
 * @param {string} command @param {string[]} args @param {Record<string, string>} env all of its environment
 */
export const run = (command, args, env) => runProgram(command, args, { env, timeout: 120_000 });
