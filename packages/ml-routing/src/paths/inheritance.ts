import { STANDS_STILL_MS } from './stands-still.ts';

/**
 * Whether what was under way when a state was taken may still come back to whoever restored it.
 *
 * It does where a part is replaced by another one in the same process. In a new process nothing of it ever comes back, and its paths would seem to stand still. The first message tells the
 * two apart: in the same process its ticket is above all that are under way, and it comes soon after them.
 */
export class Inheritance {
  #newestTicket = NONE;
  #newestAtMs = 0;

  /** A state was restored. */
  begin(): void {
    this.#newestTicket = NONE;
  }

  /** One of the messages that were under way when the state was taken, in any order: tables of them are not kept by age. */
  add(ticket: number, sentAtMs: number): void {
    if (this.#newestTicket !== NONE && ticket <= this.#newestTicket) return;
    this.#newestTicket = ticket;
    this.#newestAtMs = sentAtMs;
  }

  /** To be asked with each message. Whether what was inherited has to be forgotten: true at most once, with the first one. */
  isLostWith(ticket: number, nowMs: number): boolean {
    const newest = this.#newestTicket;
    if (newest === NONE) return false;
    this.#newestTicket = NONE;
    const sinceMs = nowMs - this.#newestAtMs;
    return !(ticket > newest && sinceMs >= 0 && sinceMs <= STANDS_STILL_MS);
  }
}

/** No ticket: those are integers. */
const NONE = -0.5;
