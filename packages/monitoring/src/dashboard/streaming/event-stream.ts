import type { ServerResponse } from 'node:http';
import { SAFE_HEADERS } from '../answering/answer.ts';

/**
 * One stream of server-sent events.
 *
 * What a client does not take stands in a buffer of at most a megabyte; a client that lets it fill is dropped, and its page connects anew.
 */
export class EventStream {
  readonly #response: ServerResponse;
  #isOver = false;

  /** @param ended - Called once, however it ends. */
  constructor(response: ServerResponse, ended: () => void) {
    this.#response = response;
    const end = (): void => {
      if (this.#isOver) return;
      this.#isOver = true;
      ended();
    };
    response.on('close', end);
    response.on('error', end);
    // One that is gone already says so no more.
    if (response.destroyed) queueMicrotask(end);
    response.writeHead(200, {
      ...SAFE_HEADERS,
      'content-type': 'text/event-stream; charset=utf-8',
      // A proxy that gathers would hold events back.
      'x-accel-buffering': 'no',
    });
    response.write('retry: 2000\n\n');
  }

  /** Sends an event. The data is JSON, in which there are no line ends. */
  send(event: string, json: string): void {
    this.#write(`event: ${event}\ndata: ${json}\n\n`);
  }

  /** Shows that the line still stands. */
  beat(): void {
    this.#write(': \n\n');
  }

  end(): void {
    if (!this.#isOver) this.#response.end();
  }

  /** What was written goes no further: for a server that closes. */
  drop(): void {
    this.#response.destroy();
  }

  #write(text: string): void {
    if (this.#isOver) return;
    if (this.#response.writableLength > MAX_BUFFERED_BYTES) {
      this.#response.destroy();
      return;
    }
    this.#response.write(text);
  }
}

const MAX_BUFFERED_BYTES = 1_048_576;
