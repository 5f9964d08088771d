/**
 * Follows the chapters of README.md on linking one's own module and on looking into its heap, to the letter:
 * writes the files that they show and runs their commands, in a temporary folder, with the Emscripten that
 * builds the site.
 */
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { emscriptenEnvironment } from './emcc.mjs';
import { run } from './project.mjs';
import { read, root } from './sources.mjs';

/** They follow one another, and each starts in the project's folder. */
const CHAPTERS = /^## Link your own\n(.*?)^## Look into a heap\n(.*?)^## /ms;
/** A block of code. The line above it may begin with the name of the file that it is. */
const BLOCKS = /(?:^`([\w.]+)`[^\n]*\n\n)?^```(\w+)\n(.*?)^```$/gms;
/** This command is left out, because it would not end by itself. The browser test serves the page instead. */
const SERVER = /^python3 -m http\.server .*\n/m;

/**
 * @typedef {{ folder: string, remove: () => Promise<void> }} Folder the page with all that it needs
 * @returns {Promise<import('../scripts/run.mjs').Run & Folder>}
 */
export async function followReadme() {
  const [, ...chapters] = CHAPTERS.exec(read('README.md')) ?? [];
  const base = await mkdtemp(path.join(tmpdir(), 'heap-lab-readme-'));
  const here = path.join(base, 'heap-lab');
  const folder = path.join(base, 'squares');
  await mkdir(here);
  await mkdir(folder);
  await symlink(path.join(root, 'dist'), path.join(here, 'dist'));
  let commands = '';
  for (const chapter of chapters) {
    commands += `cd '${here}'\n`;
    for (const [, file, language, text] of chapter.matchAll(BLOCKS)) {
      if (file) await writeFile(path.join(folder, file), text);
      else if (language === 'sh') commands += text.replace(SERVER, '');
    }
  }
  const result = await run('bash', ['-ec', commands], emscriptenEnvironment());
  return { ...result, folder, remove: () => rm(base, { recursive: true, force: true }) };
}
