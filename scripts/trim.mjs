/**
 * Removes an empty __wasm_call_ctors from a side module. wasm-ld exports one from every module; loaders call
 * it only where they find one.
 *
 *   node scripts/trim.mjs FILE
 *
 * The function goes only if it does nothing, if it is the last one, so that no other index changes, and if
 * nothing else refers to it. Otherwise the file stays as it is.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { ByteReader, leb128 } from '../lib/bytes.js';

/** The sections with an entry for a function: its type, its export, its body. Each begins with a count. */
const [TYPES, EXPORTS, BODIES] = [3, 7, 10];
const NAME = Buffer.from('__wasm_call_ctors');
const EMPTY_BODY = Buffer.from([3, 0, 0x01, 0x0b]); // as wasm-opt writes it: the length, no locals, nop, end

/** @param {WebAssembly.Module} module */
const namesOf = (module) => WebAssembly.Module.exports(module).map(({ name }) => name);

/** @param {Buffer} wasm a module @returns {Buffer} the same one, if nothing can be removed */
export function trimmed(wasm) {
  const bytes = new Uint8Array(wasm);
  if (!WebAssembly.validate(bytes)) return wasm;
  const module = new WebAssembly.Module(bytes);
  /** @type {{ id: number, content: Buffer }[]} */
  const sections = [];
  const reader = new ByteReader(wasm);
  reader.moveTo(8);
  while (!reader.done) {
    const id = reader.byte();
    sections.push({ id, content: Buffer.from(reader.take(reader.number())) });
  }
  const contentOf = (/** @type {number} */ id) => sections.find((section) => section.id === id)?.content;
  const [types, exports, bodies] = [TYPES, EXPORTS, BODIES].map(contentOf);
  if (!types || !exports || !bodies) return wasm;
  if (types[0] > 127 || exports[0] > 127) return wasm; // the count has more than one byte

  const imports = WebAssembly.Module.imports(module);
  const last = imports.filter(({ kind }) => kind === 'function').length + types[0] - 1;
  const entry = Buffer.from([NAME.length, ...NAME, 0, ...leb128(last)]);
  const before = new ByteReader(bodies);
  before.moveTo(1);
  for (let left = types[0] - 1; left > 0; left--) before.take(before.number());
  const body = before.position;
  const exported = exports.indexOf(entry);
  if (exported < 0 || !bodies.subarray(body).equals(EMPTY_BODY)) return wasm;

  /** The bytes to remove: from which section, from where, how many. */
  const gone = [
    { id: TYPES, start: types.length - 1, length: 1 },
    { id: EXPORTS, start: exported, length: entry.length },
    { id: BODIES, start: body, length: EMPTY_BODY.length },
  ];
  const kept = sections.map(({ id, content }) => {
    const part = gone.find((each) => each.id === id);
    const rest = part
      ? [content[0] - 1, ...content.subarray(1, part.start), ...content.subarray(part.start + part.length)]
      : content;
    return [id, ...leb128(rest.length), ...rest];
  });
  const smaller = new Uint8Array([...wasm.subarray(0, 8), ...kept.flat()]);
  // If a second export or a table still refers to the function, the module is no longer valid.
  if (!WebAssembly.validate(smaller)) return wasm;
  const others = namesOf(module).filter((name) => name !== String(NAME));
  return isDeepStrictEqual(namesOf(new WebAssembly.Module(smaller)), others) ? Buffer.from(smaller) : wasm;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [file] = process.argv.slice(2);
  await writeFile(file, trimmed(await readFile(file)));
}
