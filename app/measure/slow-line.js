/**
 * A line to a server, as slow as its settings say. It hands out files that were fetched before, each after a
 * latency and no faster than a bandwidth.
 *
 * It always holds that all transfers share the one bandwidth, in turns of one packet, and that the line never
 * rests while a file has bytes left. A timer that is late delays the bytes it waits for, not those after
 * them. A file's bytes come in pieces, so that a receiver can work on the first ones while it waits for the
 * rest. Look-ups of names, connections and losses are not imitated.
 */
import { now } from '../timing/clock.js';

/** @typedef {Map<string, { bytes: Uint8Array<ArrayBuffer>, type: string }>} Files by their addresses */

/**
 * A file under way.
 * @typedef {object} Transfer
 * @property {Uint8Array<ArrayBuffer>} rest the bytes that have not come through
 * @property {ReadableStreamDefaultController<Uint8Array>} receiver
 * @property {boolean} isWanted false once the receiver has cancelled it
 */

/** The bytes that one packet carries. */
const PIECE = 1400;

/**
 * Waits until a time has come. A timer may end up to a millisecond early, so one may not be enough.
 * @param {number} due in milliseconds of the clock
 */
async function until(due) {
  for (let left = due - now(); left > 0; left = due - now()) {
    await new Promise((resolve) => setTimeout(resolve, left));
  }
}

export class SlowLine {
  /** When the latest piece comes through, in milliseconds of the clock. */
  #busyUntil = 0;
  /** The files under way; the first one gets the next piece. @type {Transfer[]} */
  #waiting = [];
  #isSending = false;

  /**
   * @param {{ latency: number, megabits: number }} speed milliseconds for a request and back; megabits a
   *   second
   * @param {Files} files
   */
  constructor({ latency, megabits }, files) {
    this.latency = latency;
    this.bytesPerMillisecond = (megabits * 1e6) / 8 / 1000;
    this.files = files;
  }

  /**
   * Like the browser's `fetch`.
   * @param {string | URL | Request} address
   * @returns {Promise<Response>}
   */
  async fetch(address) {
    const url = String(address instanceof Request ? address.url : address);
    const file = this.files.get(url);
    if (!file) return new Response('', { status: 404, statusText: 'Not on this line' });
    const due = now() + this.latency;
    await until(due);
    return new Response(this.#bodyOf(file.bytes, due), { headers: { 'content-type': file.type } });
  }

  /** Waits until a whole file has come. @param {string} url */
  async transfer(url) {
    await (await this.fetch(url)).arrayBuffer();
  }

  /** @param {Uint8Array<ArrayBuffer>} bytes @param {number} due when the first of them may leave */
  #bodyOf(bytes, due) {
    /** @type {Transfer} */
    let transfer;
    return new ReadableStream({
      start: (receiver) => {
        transfer = { rest: bytes, receiver, isWanted: true };
        this.#waiting.push(transfer);
        if (this.#isSending) return;
        this.#busyUntil = Math.max(this.#busyUntil, due);
        this.#send();
      },
      cancel: () => {
        transfer.isWanted = false;
      },
    });
  }

  /** Sends until no file has bytes left. Pieces whose time has passed go out at once. */
  async #send() {
    this.#isSending = true;
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      const piece = next.rest.slice(0, PIECE);
      this.#busyUntil += piece.length / this.bytesPerMillisecond;
      await until(this.#busyUntil);
      if (!next.isWanted) continue;
      next.rest = next.rest.subarray(PIECE);
      if (piece.length) next.receiver.enqueue(piece);
      if (next.rest.length) this.#waiting.push(next);
      else next.receiver.close();
    }
    this.#isSending = false;
  }
}

/**
 * XMLHttpRequest over a line, as much of it as Emscripten's loader uses.
 * @param {SlowLine} line
 */
export function requestsOver(line) {
  return class {
    status = 0;
    responseType = '';
    /** @type {ArrayBuffer | null} */
    response = null;
    /** @type {(() => void) | null} */
    onload = null;
    /** @type {((error: unknown) => void) | null} */
    onerror = null;
    url = '';

    /** @param {string} _method @param {string} url */
    open(_method, url) {
      this.url = String(url);
    }

    send() {
      line
        .fetch(this.url)
        .then(async (answer) => {
          this.status = answer.status;
          this.response = await answer.arrayBuffer();
          this.onload?.();
        })
        .catch((error) => this.onerror?.(error));
    }
  };
}
