/** Runs another program to its end. */
import { spawn } from 'node:child_process';

/** @typedef {{ status: number, output: string }} Run the exit status, and what stdout and stderr got */

/**
 * A program that cannot be started has the status 127, as in a shell. One that a signal ended has 1.
 *
 * @param {string} command
 * @param {string[]} [args]
 * @param {object} [options]
 * @param {Record<string, string | undefined>} [options.env] the whole environment
 * @param {number} [options.timeout] in milliseconds
 * @returns {Promise<Run>}
 */
export function run(command, args = [], { env = process.env, timeout } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { env, timeout, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text));
    child.on('error', (error) => resolve({ status: 127, output: `${command}: ${error.message}\n` }));
    child.on('close', (status) => resolve({ status: status ?? 1, output }));
  });
}
