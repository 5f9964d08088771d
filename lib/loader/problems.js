/**
 * What keeps modules from being linked: as plain data, and as one LoadError that names all of it.
 */
import { LoadError } from './errors.js';

/**
 * @typedef {object} Problem
 * @property {'missing' | 'kind' | 'address' | 'circle' | 'library' | 'format'} problem
 * @property {string} module that has the problem
 * @property {string} [from] the import's module name
 * @property {string} [name] the import's own name, or the file of a library
 * @property {WebAssembly.ImportExportKind} [kind] of the import
 * @property {object} [type] of the import, where known
 * @property {string} [provider] the module that exports the name; without it, the caller supplies it
 * @property {WebAssembly.ImportExportKind} [wanted] the kind that the importing module expects
 * @property {WebAssembly.ImportExportKind} [has] the kind that the supplier has
 */

/**
 * A sentence and a remedy for each problem, but for missing imports: one sentence names all of them.
 * @type {Record<string, (problem: Problem) => [sentence: string, remedy: string]>}
 */
const WORDS = {
  format: ({ module }) => [
    `${module} is not a side module: it has no dylink.0 section.`,
    'Build it with emcc -sSIDE_MODULE, or instantiate it by itself.',
  ],
  library: ({ module, name }) => [
    `${module} needs the library ${name}, which is not linked.`,
    'Link the library under the name of its file.',
  ],
  kind: ({ module, name, wanted, has, provider }) => [
    `${module} takes ${name} for a ${wanted}, ` +
      (provider === undefined ? 'but the caller supplies' : `but ${provider} exports`) +
      ` it as a ${has}.`,
    'Declare it alike on both sides; data are globals here.',
  ],
  address: ({ module, name }) => [
    `${module} takes the address of ${name}, which the caller supplies, but not as a WebAssembly function.`,
    'Let a module export it: a C function that only calls yours has an address.',
  ],
  circle: ({ module, name, kind, provider }) => [
    `${module} needs the ${kind} ${name} first, but ${provider}, which exports it, needs ${module} first.`,
    'Pass it in the imports, or break the circle.',
  ],
};

/**
 * @param {Problem[]} problems
 * @throws {LoadError} if there is any
 */
export function refuse(problems) {
  if (problems.length === 0) return;
  const missing = problems.filter(({ problem }) => problem === 'missing');
  const others = problems.filter(({ problem }) => problem !== 'missing');
  const words = others.map((each) => WORDS[each.problem](each));
  if (missing.length > 0) {
    const count = missing.length === 1 ? 'one import' : `${missing.length} imports`;
    const list = missing.map(({ module, from, name, kind }) => `${module} needs the ${kind} ${from}.${name}`);
    words.unshift([
      `Nobody supplies ${count}: ${list.join('; ')}.`,
      'Link a module that exports it, or pass it in the imports.',
    ]);
  }
  const sentences = words.map(([sentence]) => sentence).join(' ');
  const remedies = [...new Set(words.map(([, remedy]) => remedy))].join(' ');
  const isFormat = problems.some(({ problem }) => problem === 'format');
  throw new LoadError(isFormat ? 'dylink' : 'link', sentences, remedies);
}
