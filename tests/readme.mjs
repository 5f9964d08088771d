/**
 * What README.md says on linking one's own module, followed to the letter: its files written, its commands run, in
 * folders of their own, with the Emscripten that builds the site.
 */
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { emscriptenEnvironment } from './emcc.mjs';
import { run } from './project.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** A block of code; above it perhaps a line that begins with the name of its file. */
const BLOCKS = /(?:^`([\w.]+)`[^\n]*\n\n)?^```(\w+)\n(.*?)^```$/gms;
/** Ends only when it is stopped. Whoever tests the page serves it. */
const SERVER = /^python3 -m http\.server .*\n/m;

/**
 * @returns {Promise<import('../scripts/run.mjs').Run & { folder: string, remove: () => Promise<void> }>} `folder`: where
 *   the page and all that it needs lie
 */
export async function followReadme() {
  const readme = await readFile(path.join(root, 'README.md'), 'utf8');
  const [, chapter] = /^## Link your own\n(.*?)^## /ms.exec(readme) ?? ['', ''];
  const base = await mkdtemp(path.join(tmpdir(), 'heap-lab-readme-'));
  const here = path.join(base, 'heap-lab');
  const folder = path.join(base, 'squares');
  for (const made of [here, folder]) await mkdir(made);
  await symlink(path.join(root, 'dist'), path.join(here, 'dist'));
  let commands = `cd '${here}'\n`;
  for (const [, file, language, text] of chapter.matchAll(BLOCKS)) {
    if (file) await writeFile(path.join(folder, file), text);
    else if (language === 'sh') commands += text.replace(SERVER, '');
  }
  const done = await run('bash', ['-ec', commands], emscriptenEnvironment());
  return { ...done, folder, remove: () => rm(base, { recursive: true, force: true }) };
}
