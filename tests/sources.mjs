/**
 * The files of this project that people write, for tests that apply one rule to all of them. Packages and
 * what builds make are not among them: .gitignore names their folders.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** The text of a file of the project. @param {string} file its path from the project's folder */
export const read = (file) => readFileSync(path.join(root, file), 'utf8');

/** Each line of .gitignore names one folder of the root: `/dist/`. */
const ignored = [...read('.gitignore').matchAll(/^\/(.+)\/$/gm)].map(([, folder]) => folder);

/**
 * The files below a folder.
 * @param {string} folder @returns {string[]} paths from the project's folder, with /
 */
function filesBelow(folder) {
  return readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const file = folder ? `${folder}/${entry.name}` : entry.name;
    return entry.isDirectory() ? filesBelow(file) : [file];
  });
}

/** All files that people write, as sorted paths from the project's folder. */
export function filesOfProject() {
  return readdirSync(root, { withFileTypes: true })
    .filter(({ name }) => name !== '.git' && !ignored.includes(name))
    .flatMap((entry) => (entry.isDirectory() ? filesBelow(entry.name) : [entry.name]))
    .sort();
}
