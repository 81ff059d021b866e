import type { Clock } from '@tradewind/core-types';
import type { Channel, Notification } from './notification.ts';

/** How often, and how patiently, a channel is tried. */
export interface RetryOptions {
  /** Attempts over one channel. Default 4. */
  readonly attempts: number;
  /** Before the second attempt; twice as long before each further one. Milliseconds; default 250. */
  readonly backoffMs: number;
  /** For one attempt. Milliseconds; default 5,000. */
  readonly timeoutMs: number;
}

export const DEFAULT_RETRY: RetryOptions = { attempts: 4, backoffMs: 250, timeoutMs: 5_000 };

/** What became of notifications over a channel. */
export interface ChannelCounts {
  sent: number;
  /** Given up after all attempts. */
  failed: number;
  /** Attempts after the first. */
  retried: number;
  /** Sent here because another channel failed. */
  second: number;
  /** Given up because too many waited. */
  overflowed: number;
}

export interface DeliveryOptions {
  readonly channels: readonly Channel[];
  readonly retry: RetryOptions;
  readonly clock: Pick<Clock, 'setTimer'>;
  readonly told: (notification: Notification, channel: string, failure: unknown) => void;
}

/**
 * Brings notifications to channels: one after the other for each channel, so that they come in order; each with retries, and over the second channel
 * when the first gives up. At most 100 wait for one channel: beyond that the oldest is given up and counted.
 */
export class Delivery {
  readonly #options: DeliveryOptions;
  readonly #byName: ReadonlyMap<string, Line>;
  #isClosed = false;

  constructor(options: DeliveryOptions) {
    this.#options = options;
    this.#byName = new Map(options.channels.map((channel) => [channel.name, lineOf(channel)]));
  }

  /** By the names of the channels. */
  counts(): Iterable<readonly [string, Readonly<ChannelCounts>]> {
    return [...this.#byName].map(([name, { counts }]) => [name, counts] as const);
  }

  send(notification: Notification, channel: string): void {
    const line = this.#byName.get(channel);
    if (line === undefined || this.#isClosed) return;
    this.#enqueue(line, { notification, isSecond: false });
  }

  /** Resolves when nothing waits any more; what is on its way is tried to its end. */
  async idle(): Promise<void> {
    let isBusy = true;
    while (isBusy) {
      const running = [...this.#byName.values()].flatMap(({ running: promise }) => promise ?? []);
      await Promise.all(running);
      isBusy = running.length > 0;
    }
  }

  /** Takes nothing more, and tries nothing again. */
  close(): Promise<void> {
    this.#isClosed = true;
    return this.idle();
  }

  #enqueue(line: Line, job: Job): void {
    line.waiting.push(job);
    if (line.waiting.length > MAX_WAITING) {
      line.waiting.shift();
      line.counts.overflowed += 1;
    }
    line.running ??= this.#run(line);
  }

  /** Ends in the same step in which it finds nothing more: what comes a microtask later must not wait for who has gone. */
  async #run(line: Line): Promise<void> {
    try {
      for (let job = line.waiting.shift(); job !== undefined; job = line.waiting.shift()) await this.#bring(line, job);
    } finally {
      line.running = undefined;
    }
  }

  async #bring(line: Line, { notification, isSecond }: Job): Promise<void> {
    const { name, second } = line.channel;
    const failure = await this.#attempts(line, notification);
    this.#options.told(notification, name, failure);
    if (failure === undefined) {
      line.counts.sent += 1;
      if (isSecond) line.counts.second += 1;
      return;
    }
    line.counts.failed += 1;
    const next = second === undefined ? undefined : this.#byName.get(second);
    // One step only: two channels that are each other's second would go round for ever.
    if (next !== undefined && !isSecond) this.#enqueue(next, { notification, isSecond: true });
  }

  /** The last failure; undefined when it was taken. */
  async #attempts({ channel, counts }: Line, notification: Notification): Promise<unknown> {
    const { attempts, backoffMs, timeoutMs } = this.#options.retry;
    let failure: unknown;
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      if (attempt > 0) {
        if (this.#isClosed) return failure;
        counts.retried += 1;
        await this.#wait(backoffMs * 2 ** (attempt - 1));
      }
      try {
        await channel.notifier.notify(notification, AbortSignal.timeout(timeoutMs));
        return undefined;
      } catch (error) {
        failure = error ?? new Error('The notifier rejected without a reason.');
      }
    }
    return failure;
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#options.clock.setTimer(resolve, ms, { background: true });
    });
  }
}

interface Job {
  readonly notification: Notification;
  readonly isSecond: boolean;
}

/** A channel with what waits for it. */
interface Line {
  readonly channel: Channel;
  readonly waiting: Job[];
  readonly counts: ChannelCounts;
  running: Promise<void> | undefined;
}

function lineOf(channel: Channel): Line {
  const counts = { sent: 0, failed: 0, retried: 0, second: 0, overflowed: 0 };
  return { channel, waiting: [], counts, running: undefined };
}

const MAX_WAITING = 100;
