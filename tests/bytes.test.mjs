/** Numbers, texts and lists in bytes, read and written. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ByteReader, leb128 } from '../lib/bytes.js';

/** Known from the text of the DWARF standard, and the largest of 32 bits. @type {[number, number[]][]} */
const KNOWN = [
  [0, [0]],
  [2, [2]],
  [127, [0x7f]],
  [128, [0x80, 1]],
  [129, [0x81, 1]],
  [12857, [0xb9, 0x64]],
  [2 ** 32 - 1, [0xff, 0xff, 0xff, 0xff, 0x0f]],
];

test('a number is written and read as LEB128', () => {
  for (const [value, bytes] of KNOWN) {
    assert.deepEqual(leb128(value), bytes);
    const reader = new ByteReader(new Uint8Array(bytes));
    assert.equal(reader.number(), value);
    assert.ok(reader.done);
  }
});

test('a number of more bits than expected is refused', () => {
  const large = new Uint8Array(leb128(2 ** 32));
  assert.throws(() => new ByteReader(large).number(), /exceeds 32 bits/);
  assert.equal(new ByteReader(large).number(34), 2 ** 32);
  const endless = new Uint8Array(20).fill(0x80);
  assert.throws(() => new ByteReader(endless).number(34), /exceeds 34 bits/);
});

test('texts and lists come behind their lengths, and nothing is read beyond the end', () => {
  const reader = new ByteReader(new Uint8Array([2, 0x68, 0x69, 3, 7, 8, 9]));
  assert.equal(reader.string(), 'hi');
  assert.deepEqual(
    reader.list(() => reader.byte()),
    [7, 8, 9],
  );
  assert.throws(() => reader.byte(), /ends elsewhere/);
  assert.throws(() => new ByteReader(new Uint8Array([5, 1])).string(), /ends elsewhere/);
  assert.throws(() => reader.moveTo(3), /ends elsewhere/);
});

test('a text keeps every character, also a U+FEFF at its beginning', () => {
  const text = '\uFEFFa\uFEFF';
  const bytes = new TextEncoder().encode(text);
  assert.equal(new ByteReader(new Uint8Array([bytes.length, ...bytes])).string(), text);
});
