/**
 * Step 4: what each module imports and exports, what was supplied for each import, and what this browser says
 * when an import is missing.
 *
 * The lists come from the modules themselves, the table from a link that the step makes.
 */
import { find } from '../../ui/dom.js';
import { tell } from '../facts.js';
import { forgetTheImports } from '../mistakes.js';
import { linkShared, loadModule } from '../modules.js';
import { drawNeeds } from '../needs-figure.js';
import { resolutionTable } from '../resolution-table.js';
import { showMistake } from '../show-mistake.js';

/** @param {HTMLElement} section */
export async function open(section) {
  const [linked, memory, program, owner] = await Promise.all([
    linkShared(),
    loadModule('memory.wasm'),
    loadModule('program.wasm'),
    loadModule('program-owns-memory.wasm'),
  ]);
  drawNeeds({
    'program.wasm': program.module,
    'memory.wasm': memory.module,
    'program-owns-memory.wasm': owner.module,
  });
  const table = resolutionTable(linked, { memory: memory.module, program: program.module });
  find('#resolution').replaceChildren(table);
  tell({ 'program-imports': WebAssembly.Module.imports(program.module).length });
  await showMistake(section, () => forgetTheImports(program.module));
}
