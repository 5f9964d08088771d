/**
 * What keeps modules from being linked, in words: one LoadError names all problems that `resolve` listed.
 */
import { LoadError } from './errors.js';
import { isSymbol } from './first-names.js';

/** @typedef {import('./errors.js').Problem} Problem */

/**
 * A sentence and a remedy for each problem. A missing import has a part of a sentence, because one sentence
 * names all of them.
 * @type {Record<Problem['problem'], (problem: Problem) => [sentence: string, remedy: string]>}
 */
const WORDS = {
  missing: ({ module, from = '', name, kind }) => [
    `${module} needs the ${kind} ${from}.${name}`,
    (isSymbol(from) ? 'Link a module that exports it, or pass' : 'Pass') +
      // The caller passes the function itself where its address is wanted.
      ` it in the imports under ${from === 'GOT.func' ? 'env' : from}.`,
  ],
  format: ({ module }) => [
    `${module} is not a side module: it has no dylink.0 section.`,
    'Build it with emcc -sSIDE_MODULE, or instantiate it by itself.',
  ],
  library: ({ module, name }) => [
    `${module} needs the library ${name}, which is not linked.`,
    'Link the library under the name of its file.',
  ],
  kind: ({ module, name, expected, actual, by, provider, under }) => [
    `${module} takes ${name} for a ${expected}, ` +
      (by === 'module' ? `but ${provider} exports` : `but the ${by} supplies`) +
      ` it as a ${actual}.`,
    under === 'GOT.func'
      ? 'Pass it in the imports under env.'
      : 'Declare it alike on both sides; data are globals here.',
  ],
  address: ({ module, name }) => [
    `${module} takes the address of ${name}, which the caller supplies, but not as a WebAssembly function.`,
    'Let a module export it: a C function that only calls yours has an address.',
  ],
  circle: ({ module, name, kind, provider }) => [
    `${module} needs the ${kind} ${name} first, but ${provider}, which exports it, ` +
      `cannot be instantiated before ${module}.`,
    'Pass it in the imports, or break the circle.',
  ],
};

/**
 * @param {Problem[]} problems
 * @throws {LoadError} if there is any
 */
export function refuse(problems) {
  if (problems.length === 0) return;
  /** @type {string[]} */
  const missing = [];
  /** @type {string[]} */
  const sentences = [];
  const remedies = new Set();
  for (const each of problems) {
    const [words, remedy] = WORDS[each.problem](each);
    (each.problem === 'missing' ? missing : sentences).push(words);
    remedies.add(remedy);
  }
  if (missing.length > 0) {
    const count = missing.length === 1 ? 'one import' : `${missing.length} imports`;
    sentences.unshift(`Nobody supplies ${count}: ${missing.join('; ')}.`);
  }
  const stage = problems.some(({ problem }) => problem === 'format') ? 'dylink' : 'link';
  throw new LoadError(stage, sentences.join(' '), [...remedies].join(' '), undefined, problems);
}
