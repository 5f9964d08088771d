/**
 * Makes a trace file, in the form that app/measure/trace.js defines, of the events that record.c has written.
 *
 *   node scripts/encode-trace.mjs EVENTS TITLE OUT [MOST]
 *
 * A free of a block that no event allocated is left out. The trace ends after MOST steps.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { CALLOC, FREE, MALLOC, REALLOC, readTrace } from '../app/measure/trace.js';
import { leb128 } from '../lib/bytes.js';

const [source, title, target, most = '400000'] = process.argv.slice(2);
if (!source || !title || !target) {
  console.error('Usage: node scripts/encode-trace.mjs EVENTS TITLE OUT [MOST]');
  process.exit(2);
}
const raw = readFileSync(source);
const events = new Uint32Array(raw.buffer, raw.byteOffset, raw.length >> 2);

/** @type {number[]} */
const out = [];
/** @param {number} value */
const number = (value) => out.push(...leb128(value));

/** The number of the block at each address. */
const blocks = new Map();
let next = 0;
let latest = 0;
/**
 * Writes a step on a block, as the distance of its number from the latest one.
 * @param {number} what @param {number} block
 */
function writeStep(what, block) {
  const distance = block - latest;
  latest = block;
  number((distance < 0 ? -2 * distance - 1 : 2 * distance) * 4 + what);
}

let steps = 0;
for (let i = 0; i < events.length && steps < Number(most); i += 4) {
  const [what, address, size, result] = events.subarray(i, i + 4);
  const block = blocks.get(address);
  if (what === FREE) {
    if (block === undefined) continue;
    blocks.delete(address);
    writeStep(FREE, block);
  } else if (!result) {
    continue;
  } else if (what === REALLOC && block !== undefined) {
    blocks.delete(address);
    blocks.set(result, block);
    writeStep(REALLOC, block);
    number(size);
  } else {
    blocks.set(result, next++);
    number(size * 4 + (what === CALLOC ? CALLOC : MALLOC));
  }
  steps++;
}

const body = out.splice(0);
const name = new TextEncoder().encode(title);
number(name.length);
out.push(...name);
number(steps);
const bytes = Buffer.concat([Buffer.from('HLT1'), Buffer.from(out), Buffer.from(body)]);
writeFileSync(target, bytes);
const trace = readTrace(bytes);
console.log(`${target}: ${trace.steps.length / 2} steps, ${trace.slots} slots, ${bytes.length} bytes`);
