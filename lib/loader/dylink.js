/**
 * Reads the custom section in which a side module says what it needs before it can be instantiated: the size
 * and the alignment of its statics and of its table slots, the libraries that it expects, and its weak
 * symbols.
 *
 * The format is that of "Dynamic Linking" in the WebAssembly tool conventions. The section `dylink.0` holds
 * subsections, and unknown ones are skipped. The older section `dylink` is a bare list of the same numbers.
 * An alignment is stored as its logarithm, and returned in bytes or slots.
 */
import { ByteReader } from '../bytes.js';
import { LoadError, wordsOf } from './errors.js';

/**
 * @typedef {object} Dylink
 * @property {number} memorySize bytes of statics
 * @property {number} memoryAlign in bytes, a power of two
 * @property {number} tableSize slots that the module fills itself
 * @property {number} tableAlign in slots, a power of two
 * @property {string[]} needed libraries that must be linked too; they say nothing about an order
 * @property {string[]} weak symbols that may stay undefined, imported from env, GOT.mem or GOT.func
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
 * @throws {LoadError} at stage 'dylink' if the section is cut short or has impossible numbers
 */
export function readDylink(module, name = 'module') {
  const [section] = WebAssembly.Module.customSections(module, 'dylink.0');
  const [olderSection] = WebAssembly.Module.customSections(module, 'dylink');
  if (!section && !olderSection) return null;

  /** @type {Dylink} */
  const dylink = { memorySize: 0, memoryAlign: 1, tableSize: 0, tableAlign: 1, needed: [], weak: [] };
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
 * @param {Dylink} dylink to be filled in
 */
function readSubsections(reader, dylink) {
  while (!reader.done) {
    const kind = reader.byte();
    const size = reader.number();
    const end = reader.position + size;
    if (kind === MEM_INFO) readMemoryInfo(reader, dylink);
    else if (kind === NEEDED) dylink.needed = reader.list(() => reader.string());
    else if (kind === IMPORT_INFO) {
      reader.list(() => {
        reader.string(); // always env, also for a symbol that is imported from GOT.mem or GOT.func alone
        const symbol = reader.string();
        if ((reader.number() & BINDING_MASK) === BINDING_WEAK) dylink.weak.push(symbol);
      });
    }
    reader.moveTo(end);
  }
}

/**
 * @param {ByteReader} reader
 * @param {Dylink} dylink to be filled in
 */
function readMemoryInfo(reader, dylink) {
  dylink.memorySize = reader.number();
  dylink.memoryAlign = alignment(reader);
  dylink.tableSize = reader.number();
  dylink.tableAlign = alignment(reader);
}

/** An alignment, which is stored as its logarithm. @param {ByteReader} reader */
function alignment(reader) {
  const log2 = reader.number();
  if (log2 > 31) throw new RangeError(`an alignment of 2^${log2} is impossible`);
  return 2 ** log2;
}
