/**
 * Which module needs what from which: found by looking for the name of each import among the exports of the
 * others.
 */

/** The name of the one that supplies what no module exports. */
export const PAGE = 'the page';

/** The kinds of imports, in the order in which a need names them. */
const KINDS = ['function', 'memory', 'table', 'global'];

/**
 * @typedef {{ from: string, to: string, names: string[] }} Need `from` needs these imports, and `to` has them
 */

/**
 * @param {Record<string, WebAssembly.Module>} modules by name
 * @returns {Need[]}
 */
export function needsOf(modules) {
  /** @type {Map<string, Need>} */
  const needs = new Map();
  for (const [from, module] of Object.entries(modules)) {
    const others = Object.keys(modules).filter((other) => other !== from);
    const imports = WebAssembly.Module.imports(module);
    for (const { name } of imports.toSorted((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind))) {
      const to = others.find((other) => isExported(name, modules[other])) ?? PAGE;
      const key = `${from} ${to}`;
      const need = needs.get(key) ?? { from, to, names: [] };
      need.names.push(name);
      needs.set(key, need);
    }
  }
  return [...needs.values()];
}

/** @param {string} name @param {WebAssembly.Module} module */
function isExported(name, module) {
  return WebAssembly.Module.exports(module).some((own) => own.name === name);
}

/**
 * Whether each of the two needs something from the other.
 * @param {Need} need
 * @param {Need[]} needs
 */
export function isMutual({ from, to }, needs) {
  return needs.some((other) => other.from === to && other.to === from);
}
