/**
 * Reads the custom section in which a side module says what it needs before it can be instantiated: how much
 * memory for its statics, how many table slots, how both are aligned, and which libraries it expects.
 *
 * The form is that of the WebAssembly tool conventions, "Dynamic Linking": `dylink.0` holds subsections, and
 * unknown ones are skipped; the older `dylink` is a bare list of the same numbers. Alignments are stored as
 * logarithms and returned in bytes.
 */
import { ByteReader } from '../bytes.js';
import { LoadError, wordsOf } from './errors.js';

/**
 * @typedef {object} Dylink
 * @property {number} memorySize bytes of statics
 * @property {number} memoryAlign in bytes, a power of two
 * @property {number} tableSize slots that the module fills itself
 * @property {number} tableAlign in slots, a power of two
 * @property {string[]} needed libraries that must be linked too
 * @property {Set<string>} weak names of the symbols that may stay unresolved, imported as env.NAME or by the GOT
 */

const MEM_INFO = 1;
const NEEDED = 2;
const IMPORT_INFO = 4;
const BINDING_WEAK = 1;
const BINDING_MASK = 3;

/**
 * @param {WebAssembly.Module} module
 * @param {string} [name] for messages
 * @returns {Dylink | null} null for a module that is no side module
 * @throws {LoadError} at stage 'dylink' when the section is cut short or nonsense
 */
export function readDylink(module, name = 'module') {
  const [section] = WebAssembly.Module.customSections(module, 'dylink.0');
  const [olderSection] = WebAssembly.Module.customSections(module, 'dylink');
  if (!section && !olderSection) return null;

  /** @type {Dylink} */
  const dylink = { memorySize: 0, memoryAlign: 1, tableSize: 0, tableAlign: 1, needed: [], weak: new Set() };
  try {
    if (section) readSubsections(new ByteReader(new Uint8Array(section)), dylink);
    else {
      const reader = new ByteReader(new Uint8Array(olderSection));
      readMemoryInfo(reader, dylink);
      dylink.needed = reader.list(() => reader.string());
    }
  } catch (error) {
    throw new LoadError(
      'dylink',
      `The dynamic-linking section of ${name} is damaged: ${wordsOf(error)}.`,
      'Build the module again with emcc -sSIDE_MODULE.',
      error,
    );
  }
  return dylink;
}

/**
 * @param {ByteReader} reader
 * @param {Dylink} dylink filled in
 */
function readSubsections(reader, dylink) {
  while (!reader.done) {
    const kind = reader.byte();
    const end = reader.number() + reader.position;
    if (kind === MEM_INFO) readMemoryInfo(reader, dylink);
    else if (kind === NEEDED) dylink.needed = reader.list(() => reader.string());
    else if (kind === IMPORT_INFO) {
      reader.list(() => {
        reader.string(); // always env, also for what is imported by the GOT alone
        const symbol = reader.string();
        if ((reader.number() & BINDING_MASK) === BINDING_WEAK) dylink.weak.add(symbol);
      });
    }
    reader.moveTo(end);
  }
}

/**
 * @param {ByteReader} reader
 * @param {Dylink} dylink filled in
 */
function readMemoryInfo(reader, dylink) {
  dylink.memorySize = reader.number();
  dylink.memoryAlign = alignment(reader);
  dylink.tableSize = reader.number();
  dylink.tableAlign = alignment(reader);
}

/** @param {ByteReader} reader @returns {number} an alignment, which is stored as its logarithm */
function alignment(reader) {
  const log2 = reader.number();
  if (log2 > 31) throw new RangeError(`an alignment of 2^${log2} is impossible`);
  return 2 ** log2;
}
