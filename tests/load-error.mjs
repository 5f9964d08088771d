/** What tests expect of an error of the loader: its stage, its message and its remedy. */
import assert from 'node:assert/strict';
import { LoadError } from '../lib/loader/index.js';

/** @param {string} stage @param {...RegExp} messages */
export const loadError =
  (stage, ...messages) =>
  (/** @type {unknown} */ error) => {
    assert.ok(error instanceof LoadError, String(error));
    assert.equal(error.stage, stage);
    for (const message of messages) assert.match(error.message, message);
    assert.ok(error.remedy.length > 10);
    return true;
  };

/** @param {string} stage @param {RegExp} remedy */
export const remedied = (stage, remedy) => (/** @type {unknown} */ error) => {
  assert.ok(error instanceof LoadError, String(error));
  assert.equal(error.stage, stage);
  assert.match(error.remedy, remedy, error.message);
  return true;
};
