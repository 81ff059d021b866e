import type { ServerResponse } from 'node:http';
import type { Timer } from '@tradewind/core-types';
import type { Logins } from '../access/logins.ts';
import type { Visitor } from '../access/permissions.ts';
import type { DashboardSettings } from '../options.ts';
import { EventStream } from './event-stream.ts';

interface OpenStream {
  readonly stream: EventStream;
  readonly visitor: Visitor;
}

/** Every stream that is open: so many at most, each with a beat every 15 s, none longer than its login. */
export class Streams {
  readonly #settings: Pick<DashboardSettings, 'clock' | 'maxStreams'>;
  readonly #logins: Logins;
  readonly #open = new Set<OpenStream>();
  #timer: Timer;
  #isClosed = false;

  constructor(settings: Pick<DashboardSettings, 'clock' | 'maxStreams'>, logins: Logins) {
    this.#settings = settings;
    this.#logins = logins;
  }

  get size(): number {
    return this.#open.size;
  }

  /** Whether one more may be opened. */
  get hasRoom(): boolean {
    return !this.#isClosed && this.#open.size < this.#settings.maxStreams;
  }

  open(response: ServerResponse, visitor: Visitor, ended: () => void): EventStream {
    const stream = new EventStream(response, () => {
      this.#open.delete(opened);
      if (this.#open.size === 0) this.#settings.clock.clearTimer(this.#timer);
      ended();
    });
    const opened = { stream, visitor };
    this.#open.add(opened);
    if (this.#open.size === 1) this.#beatLater();
    return stream;
  }

  /** Ends those whose login is over. */
  review(): void {
    for (const { stream, visitor } of this.#open) if (!this.#logins.stands(visitor)) stream.end();
  }

  close(): void {
    this.#isClosed = true;
    this.#settings.clock.clearTimer(this.#timer);
    for (const { stream } of this.#open) stream.drop();
  }

  #beatLater(): void {
    const { clock } = this.#settings;
    const beat = (): void => {
      this.review();
      for (const { stream } of this.#open) stream.beat();
      if (this.#open.size > 0 && !this.#isClosed) this.#beatLater();
    };
    this.#timer = clock.setTimer(beat, BEAT_MS, { background: true });
  }
}

const BEAT_MS = 15_000;
