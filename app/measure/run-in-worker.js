/**
 * A run that is under way in a Worker, as the page sees it.
 *
 * It always holds that after `end` no answer is heard any more.
 */
import { secondsLeft } from './progress.js';
import { onAnswer, order } from './protocol.js';

/** @typedef {import('./protocol.js').Answer} Answer */

const AGAIN = 'Load the page again and repeat the run. If it fails again, the site needs to be built anew.';
const SERVER = 'Check that the server is running and has every file, then repeat the run.';

export class RunInWorker {
  #worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
  #started = performance.now();
  /** How long it was paused before, in milliseconds. */
  #idle = 0;
  /** @type {number | null} when it was paused, while it is */
  #pausedAt = null;
  #hasEnded = false;

  /**
   * @param {Pick<import('./protocol.js').RunOrder, 'kind' | 'settings' | 'engine'>} what
   * @param {(answer: Answer) => void} hear gets each answer; one that failed always has a remedy
   */
  constructor(what, hear) {
    const hearUntilEnd = (/** @type {Answer} */ answer) => {
      if (this.#hasEnded) return;
      hear(answer.type === 'failed' ? { ...answer, remedy: answer.remedy ?? AGAIN } : answer);
    };
    onAnswer(this.#worker, hearUntilEnd);
    this.#worker.addEventListener('error', (event) => {
      event.preventDefault();
      // A script that does not come gives no message.
      hearUntilEnd(
        event.message
          ? { type: 'failed', message: `The Worker that measures failed: ${event.message}` }
          : { type: 'failed', message: 'The Worker that measures did not load.', remedy: SERVER },
      );
    });
    const address = new URL('../../', import.meta.url).href;
    const cores = navigator.hardwareConcurrency ?? 0;
    order(this.#worker, { type: 'run', ...what, address, cores });
  }

  get isPaused() {
    return this.#pausedAt !== null;
  }

  pause() {
    this.#pausedAt = performance.now();
    order(this.#worker, { type: 'pause' });
  }

  resume() {
    this.#idle += performance.now() - (this.#pausedAt ?? performance.now());
    this.#pausedAt = null;
    order(this.#worker, { type: 'resume' });
  }

  /** @param {import('./progress.js').Progress} step the latest @returns {number} */
  secondsLeft(step) {
    return secondsLeft(step, performance.now() - this.#started - this.#idle);
  }

  end() {
    this.#hasEnded = true;
    this.#worker.terminate();
  }
}
