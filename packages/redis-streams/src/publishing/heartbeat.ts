import { Priority, type Timer } from '@tradewind/core-types';
import type { Counters } from '../observing/counters.ts';
import type { RedisStreamSettings } from '../options.ts';
import type { Publisher } from './publisher.ts';

/** Where heartbeats are published, as NautilusTrader does. */
export const HEARTBEAT_TOPIC = 'health:heartbeat';

/**
 * Publishes the time, as text in RFC 3339, at an interval: those who listen know that this node lives and reaches Redis.
 * One that could not be stored is not followed by others: when Redis returns there is one, not hundreds.
 */
export class Heartbeat {
  readonly #settings: RedisStreamSettings;
  readonly #publisher: Publisher;
  readonly #counters: Counters;
  #timer: Timer | undefined;
  #isRunning = false;
  /** The last one, which may be waiting for Redis. */
  #last: { readonly isDone: boolean } | undefined;
  #sequence = 0;

  constructor(settings: RedisStreamSettings, publisher: Publisher, counters: Counters) {
    this.#settings = settings;
    this.#publisher = publisher;
    this.#counters = counters;
  }

  start(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#beat();
  }

  stop(): void {
    this.#isRunning = false;
    if (this.#timer !== undefined) this.#settings.clock.clearTimer(this.#timer);
  }

  readonly #beat = (): void => {
    const { clock, heartbeatIntervalMs, producerId } = this.#settings;
    if (!this.#isRunning || heartbeatIntervalMs === undefined) return;
    this.#timer = clock.setTimer(this.#beat, heartbeatIntervalMs, { background: true });
    const nowMs = clock.now();
    if (this.#last?.isDone === false) return;
    const taken = this.#publisher.publishAside({
      topic: HEARTBEAT_TOPIC,
      payload: new Date(nowMs).toISOString(),
      priority: Priority.LOW,
      producer: `heartbeat-${producerId}`,
      sequence: this.#sequence + 1,
      publishedAtMs: nowMs,
    });
    if (taken === undefined) return;
    this.#last = taken;
    this.#sequence += 1;
    this.#counters.heartbeats += 1;
  };
}
