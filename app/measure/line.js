/**
 * A line to a server that is as slow as one asks: files that were fetched before are handed out after a latency and
 * no faster than a bandwidth.
 *
 * It always holds that all transfers share the one bandwidth, and that a transfer's bytes come in pieces, so that
 * what can work on a part of a file does. What is not imitated: names looked up, connections set up, losses.
 */
import { now } from '../timing/clock.js';

const PIECE = 1400; // what one packet carries

/** @param {number} due in milliseconds of the clock */
const until = (due) => new Promise((resolve) => setTimeout(resolve, Math.max(0, due - now())));

export class Line {
  busyUntil = 0;

  /**
   * @param {{ latency: number, megabits: number }} speed milliseconds for a request and back; megabits a second
   * @param {Map<string, { bytes: Uint8Array<ArrayBuffer>, type: string }>} files by address
   */
  constructor({ latency, megabits }, files) {
    this.latency = latency;
    this.bytesPerMillisecond = (megabits * 1e6) / 8 / 1000;
    this.files = files;
  }

  /**
   * As `fetch`.
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
 * @param {Line} line
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
