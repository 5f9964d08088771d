/** Files, as the scripts of the build list, read and write them. */
import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';

/**
 * The files below a folder. A folder that is not there has none.
 *
 * @param {string} folder
 * @returns {Promise<string[]>} sorted paths, relative to the folder, with / on any system
 */
export async function filesIn(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath ?? entry.path, entry.name)))
    .map((file) => file.split(path.sep).join('/'))
    .sort();
}

/** The value of a JSON file; undefined if it is not there, or not whole. @param {string} file */
export async function readJson(file) {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/**
 * Writes a file under another name, and moves it into place when it is whole.
 *
 * @param {string} target in a folder that exists
 * @param {string | Uint8Array} content
 */
export async function writeWhole(target, content) {
  await writeFile(`${target}.new`, content);
  await rename(`${target}.new`, target);
}
