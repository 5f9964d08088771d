/** What the parts of the build do with files. */
import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** The files below a folder, as sorted paths relative to it, with / on any system. @param {string} folder */
export async function filesIn(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath ?? entry.path, entry.name)))
    .map((file) => file.split(path.sep).join('/'))
    .sort();
}

/** What the JSON in a file says: undefined if there is none, or only a part of it. @param {string} file */
export async function readJson(file) {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/**
 * Writes a file under another name and moves it into place when it is whole.
 * @param {string} target its folder is there
 * @param {string | Uint8Array} content
 */
export async function writeWhole(target, content) {
  await writeFile(`${target}.new`, content);
  await rename(`${target}.new`, target);
}
