/**
 * A line to a server, as slow as its settings say. It hands out files that were fetched before, each after a
 * latency and no faster than a bandwidth.
 *
 * It always holds that all transfers share the one bandwidth. A file's bytes come in pieces, so that a
 * receiver can work on the first ones while it waits for the rest. Look-ups of names, connections and losses
 * are not imitated.
 */
import { now } from '../timing/clock.js';

/** @typedef {Map<string, { bytes: Uint8Array<ArrayBuffer>, type: string }>} Files by their addresses */

/** The bytes that one packet carries. */
const PIECE = 1400;

/** @param {number} due in milliseconds of the clock */
const until = (due) => new Promise((resolve) => setTimeout(resolve, Math.max(0, due - now())));

export class SlowLine {
  /** When the last byte that was handed out has come through. */
  busyUntil = 0;

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
    await until(now() + this.latency);
    const { bytes, type } = file;
    let sent = 0;
    const body = new ReadableStream({
      pull: async (controller) => {
        const piece = bytes.subarray(sent, sent + PIECE);
        sent += piece.length;
        this.busyUntil = Math.max(this.busyUntil, now()) + piece.length / this.bytesPerMillisecond;
        await until(this.busyUntil);
        if (piece.length) controller.enqueue(piece.slice());
        if (sent >= bytes.length) controller.close();
      },
    });
    return new Response(body, { headers: { 'content-type': type } });
  }

  /** Waits until a whole file has come. @param {string} url */
  async transfer(url) {
    await (await this.fetch(url)).arrayBuffer();
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
