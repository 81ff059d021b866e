import type { Clock } from '@tradewind/core-types';
import { MonitoringError } from '../errors.ts';
import type { Channel, Notification } from './notification.ts';

/** How often, and how patiently, a channel is tried. */
export interface RetryOptions {
  /** Attempts over one channel. One that gave up the last time is tried once, until it takes something. Default 4. */
  readonly attempts: number;
  /** Before the second attempt; twice as long before each further one. Milliseconds; default 250. */
  readonly backoffMs: number;
  /** For one attempt: then it counts as failed, whether the notifier gives up or not. Milliseconds; default 5,000. */
  readonly timeoutMs: number;
  /** After a notification that nobody took; twice as long after each further one. Milliseconds; default 5,000. */
  readonly pauseMs: number;
  /** The longest such pause, in milliseconds. Default five minutes. */
  readonly maxPauseMs: number;
  /** For everything that is not told yet when the alerting is disposed of. Milliseconds; default 10,000. */
  readonly closeMs: number;
}

export const DEFAULT_RETRY: RetryOptions = {
  attempts: 4,
  backoffMs: 250,
  timeoutMs: 5_000,
  pauseMs: 5_000,
  maxPauseMs: 300_000,
  closeMs: 10_000,
};

/** How long to wait after a notification that nobody took. */
export function pauseAfter(
  failures: number,
  { pauseMs, maxPauseMs }: Pick<RetryOptions, 'pauseMs' | 'maxPauseMs'>,
): number {
  return Math.min(pauseMs * 2 ** Math.max(0, failures - 1), maxPauseMs);
}

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

/** A channel that did not take a notification, and why. */
interface ChannelFailure {
  readonly channel: string;
  readonly error: unknown;
}

/** What became of one notification. */
export interface Outcome {
  /** The channel that took it, which may be the second; undefined: nobody. */
  readonly takenBy: string | undefined;
  /** Those that did not take it. */
  readonly failures: readonly ChannelFailure[];
}

export interface DeliveryOptions {
  readonly channels: readonly Channel[];
  readonly retry: RetryOptions;
  readonly clock: Pick<Clock, 'setTimer'>;
}

/**
 * Brings notifications to channels: one after the other for each channel, so that they come in order; each with retries, and over the second channel
 * when the first gives up. At most 100 wait for one channel: beyond that the oldest is given up and counted.
 *
 * Each notification has one outcome, of which its sender is told; what to do about one that nobody took is the sender's to decide.
 */
export class Delivery {
  readonly #options: DeliveryOptions;
  readonly #byName: ReadonlyMap<string, Line>;
  /** What ends, one by one, whatever is under way. */
  readonly #cuts = new Set<() => void>();
  #isClosed = false;
  /** Closing has taken long enough. */
  #isOver = false;

  constructor(options: DeliveryOptions) {
    this.#options = options;
    this.#byName = new Map(options.channels.map((channel) => [channel.name, lineOf(channel)]));
  }

  /** By the names of the channels. */
  counts(): Iterable<readonly [string, Readonly<ChannelCounts>]> {
    return [...this.#byName].map(([name, { counts }]) => [name, counts] as const);
  }

  /** @param ended Called once, never before this has returned; not at all where it was closed before, or there is no such channel. */
  send(notification: Notification, channel: string, ended: (outcome: Outcome) => void): void {
    const line = this.#byName.get(channel);
    if (line === undefined || this.#isClosed) return;
    this.#enqueue(line, { notification, ended, failures: [] });
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

  /** Takes nothing more, and tries nothing again; what waits is tried once, as long as `closeMs` are not over. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const timer = setTimeout(() => {
      this.#isOver = true;
      for (const cut of this.#cuts) cut();
    }, this.#options.retry.closeMs);
    await this.idle();
    clearTimeout(timer);
  }

  #enqueue(line: Line, job: Job): void {
    line.waiting.push(job);
    const oldest = line.waiting.length > MAX_WAITING ? line.waiting.shift() : undefined;
    line.running ??= this.#run(line);
    if (oldest === undefined) return;
    line.counts.overflowed += 1;
    const error = notNotified(
      `Expected at most ${MAX_WAITING} notifications to wait for ${line.channel.name}`,
      'one more',
    );
    // In a later step, as every outcome: whoever sends is not ready for it yet.
    queueMicrotask(() => this.#failed(line, oldest, error));
  }

  /** Ends in the same step in which it finds nothing more: what comes a microtask later must not wait for who has gone. */
  async #run(line: Line): Promise<void> {
    try {
      for (let job = line.waiting.shift(); job !== undefined; job = line.waiting.shift()) await this.#bring(line, job);
    } finally {
      line.running = undefined;
    }
  }

  async #bring(line: Line, job: Job): Promise<void> {
    const { counts, channel } = line;
    const failure = await this.#attempts(line, job.notification);
    line.isDown = failure !== undefined;
    if (failure !== undefined) {
      counts.failed += 1;
      this.#failed(line, job, failure.error);
      return;
    }
    counts.sent += 1;
    if (job.failures.length > 0) counts.second += 1;
    job.ended({ takenBy: channel.name, failures: job.failures });
  }

  #failed({ channel: { name, second } }: Line, job: Job, error: unknown): void {
    const failures = [...job.failures, { channel: name, error }];
    const next = second === undefined ? undefined : this.#byName.get(second);
    // One step only: two channels that are each other's second would go round for ever.
    if (next !== undefined && job.failures.length === 0) this.#enqueue(next, { ...job, failures });
    else job.ended({ takenBy: undefined, failures });
  }

  /** The last failure; undefined when it was taken. */
  async #attempts({ channel, counts, isDown }: Line, notification: Notification): Promise<Failure | undefined> {
    const { attempts, backoffMs } = this.#options.retry;
    let error: unknown;
    // What waits for a channel that is down would wait for every attempt of all before it.
    for (let attempt = 0; attempt < (isDown ? 1 : attempts); attempt += 1) {
      if (attempt > 0) {
        if (this.#isClosed) break;
        counts.retried += 1;
        await this.#wait(backoffMs * 2 ** (attempt - 1));
      }
      try {
        await this.#attempt(channel, notification);
        return undefined;
      } catch (cause) {
        error = cause;
      }
    }
    return { error: error ?? new Error('The notifier rejected without a reason.') };
  }

  /**
   * Once. It ends when its time is over, also where the notifier does not: or it would stop its channel for good. The timer is one of the machine, as
   * the channel is in a world that no clock of ours moves, and keeps the process: something accepted waits for it.
   */
  async #attempt({ name, notifier }: Channel, notification: Notification): Promise<void> {
    const { timeoutMs } = this.#options.retry;
    const expected = `Expected ${name} to take a notification`;
    const cameLate = 'the end of the alerting before it was told';
    if (this.#isOver) throw notNotified(expected, cameLate);
    const attempt = new AbortController();
    const end = Promise.withResolvers<never>();
    const give = (came: string): void => {
      end.reject(notNotified(expected, came));
      attempt.abort();
    };
    const cut = (): void => give(cameLate);
    const timer = setTimeout(() => give(`no answer in ${timeoutMs} ms`), timeoutMs);
    this.#cuts.add(cut);
    try {
      await Promise.race([notifier.notify(notification, attempt.signal), end.promise]);
    } finally {
      clearTimeout(timer);
      this.#cuts.delete(cut);
    }
  }

  async #wait(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#cuts.add(resolve);
    this.#options.clock.setTimer(resolve, ms, { background: true });
    await promise;
    this.#cuts.delete(resolve);
  }
}

interface Failure {
  readonly error: unknown;
}

interface Job {
  readonly notification: Notification;
  readonly ended: (outcome: Outcome) => void;
  /** Not empty: it is here as over the second channel. */
  readonly failures: readonly ChannelFailure[];
}

/** A channel with what waits for it. */
interface Line {
  readonly channel: Channel;
  readonly waiting: Job[];
  readonly counts: ChannelCounts;
  /** It did not take the last notification. */
  isDown: boolean;
  running: Promise<void> | undefined;
}

function lineOf(channel: Channel): Line {
  const counts = { sent: 0, failed: 0, retried: 0, second: 0, overflowed: 0 };
  return { channel, waiting: [], counts, isDown: false, running: undefined };
}

function notNotified(expected: string, came: string): MonitoringError {
  return new MonitoringError('NOT_NOTIFIED', {
    message: `${expected}, and came ${came}.`,
    hint: 'It is told later; look whether the channel answers.',
  });
}

const MAX_WAITING = 100;
