import { setTimeout as delay } from 'node:timers/promises';
import type { Health, HealthSource, Remediable, Remedy } from '@tradewind/core-types';

/** One way to write: a connection to where notes are kept. It takes its time, and one that is given up hands back what it was writing. */
class Writer {
  readonly #givenUp = new AbortController();
  tookMs = 0;

  /** False: it was given up before it was done. */
  async write(): Promise<boolean> {
    if (this.tookMs === 0) return true;
    return delay(this.tookMs, true, { signal: this.#givenUp.signal }).catch(() => false);
  }

  giveUp(): void {
    this.#givenUp.abort();
  }
}

/**
 * A subscriber that keeps a note of every ticker. Its writer may get slow; it knows when that is so, and how it is mended: with another writer,
 * which first writes what the old one was at.
 */
export class Journal implements HealthSource, Remediable {
  readonly name = 'journal';
  /** The numbers of the tickers that are noted, each once however often it came. */
  readonly noted: Set<number> = new Set();
  #writer = new Writer();
  #slowSinceMs: number | undefined;
  #upSinceMs = Date.now();

  /** The handler: settled when the note of the ticker with this number is written. */
  async note(n: number): Promise<void> {
    const startedAtMs = performance.now();
    while (!(await this.#writer.write())) continue;
    this.noted.add(n);
    const isSlow = performance.now() - startedAtMs > SLOW_MS;
    if (isSlow) this.#slowSinceMs ??= Date.now();
    else if (this.#slowSinceMs !== undefined) {
      this.#slowSinceMs = undefined;
      this.#upSinceMs = Date.now();
    }
  }

  /** From now on each note takes so long, until there is another writer. */
  slowDown(tookMs: number): void {
    this.#writer.tookMs = tookMs;
  }

  health(): Health {
    if (this.#slowSinceMs === undefined) return { status: 'up', reason: '', sinceMs: this.#upSinceMs };
    return { status: 'degraded', reason: `a note takes longer than ${SLOW_MS} ms`, sinceMs: this.#slowSinceMs };
  }

  remedies(): readonly Remedy[] {
    return [
      {
        name: 'restart',
        description: 'Takes another writer, which writes first what the old one was at.',
        run: async () => {
          const before = this.#writer;
          this.#writer = new Writer();
          before.giveUp();
        },
      },
    ];
  }
}

const SLOW_MS = 500;
