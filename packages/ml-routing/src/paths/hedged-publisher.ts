import { randomUUID } from 'node:crypto';
import {
  ValidationError,
  showValue,
  type Clock,
  type Health,
  type HealthSource,
  type MetricsSink,
  type MetricsSource,
  type Outcome,
  type PathId,
  type Publisher,
  type PublishOptions,
  type Remediable,
  type Remedy,
  type RoutableMessage,
  type RoutingContext,
  type RoutingPlugin,
  type Timer,
  type UntypedTopics,
} from '@tradewind/core-types';
import { KillSwitch, switchRemedies } from '../kill-switch.ts';
import { switchedBy, type Switchable } from '../switchable.ts';
import { HedgeBudget } from './hedge-budget.ts';
import { lengthOf, volatilityOf } from './message-features.ts';
import type { PathPrediction, PredictionRequest } from './path-reading.ts';
import { PATH_HEADER, TWIN_HEADER } from './path-headers.ts';
import { watchesPaths } from './path-watcher.ts';
import { sendingResult } from './sending-result.ts';

/** Who says what a message will take on a path: a `PredictiveRouter`. */
export interface LatencyForecast {
  predict(path: PathId, request: PredictionRequest): PathPrediction | undefined;
  /** The size of a message as `predict` understands it. Default: the length of a text or of bytes, 0 for anything else. */
  sizeOf?(message: RoutableMessage): number;
}

/** The client that publishes both copies; the publisher's `plugin` is among its plugins. One with typed topics: its `untyped()`. */
export type HedgedClient = Pick<Publisher<UntypedTopics, PublishOptions>, 'publish'>;

/** What a {@link HedgedPublisher} needs. */
export interface HedgedPublisherOptions {
  readonly forecast: LatencyForecast;
  readonly clock: Clock;
  /** Unique among all publishers whose messages one receiver gets: it begins the identity of every message. 1 to 64 characters. */
  readonly id: string;
  /**
   * Stands for this one publisher in the identity of every message, beside `id`: receivers outlive senders, and a sender that is started again counts from 1 again. Must
   * never come again. 1 to 64 characters. Default: 48 random bits.
   */
  readonly instance?: string | undefined;
  /**
   * The part of the messages that may be sent twice, 0 to 1: a path in trouble must not double the load of all. What calm times leave of it is kept for at most 100 copies, or for the
   * part of `maxWaiting` where that is more. Default 0.05.
   */
  readonly budget?: number | undefined;
  /** Messages that may wait for their second copy at once, 1 to 100,000. Further ones go unhedged. Default 1,024. */
  readonly maxWaiting?: number | undefined;
}

/** What hedging has done so far. */
export interface HedgeCounts {
  readonly published: number;
  /** Messages of which a second copy was published. */
  readonly hedged: number;
  /** Messages that were late, but for which the budget or the table was exhausted, no other path was known, hedging was switched off, or the client did not take the copy: full, or closing. */
  readonly leftAlone: number;
}

/**
 * Publishes idempotent messages, and once more over another path what is not stored within the time that 95 of 100 need: the slowest paths and the
 * longest stalls then decide less (J. Dean and L. Barroso, "The tail at scale", 2013).
 *
 * Only for messages that may be handled twice, or whose receivers drop the twin with {@link onlyFirstTwin}. The second copy is a message of its own with
 * the same header `tradewind-twin`; nothing is taken back. It goes at most once, within `budget`; also when the first path refused its batch for good.
 * What a message needs is predicted by its size, and by how volatile the market was at the last message (the fact `MARKET_REGIME`).
 *
 * `disable()` is the kill switch: messages are published as before, and none goes twice, those that wait for their time included.
 *
 * `plugin` only watches: it sees which path was chosen and when the copy was stored. It stands after the one that chooses the path, or takes the default path for the one that was
 * chosen; `createLearnedRouting` puts it there by itself:
 *
 * ```ts
 * const hedging = new HedgedPublisher({ forecast: router, clock, id: 'desk-1' });
 * const client = new BufferedMessageBusClient({ paths, plugins: [router.plugin, hedging.plugin] });
 * hedging.publish(client, 'commands.cancel.KRAKEN', { clientOrderId });
 * ```
 */
export class HedgedPublisher implements HealthSource, MetricsSource, Remediable, Switchable {
  /** `hedging-` and the `id`. */
  readonly name: string;
  readonly plugin: RoutingPlugin & HealthSource & MetricsSource & Remediable;
  readonly #forecast: LatencyForecast;
  readonly #clock: Clock;
  /** What is unique about its messages, but for their number. */
  readonly #identity: string;
  readonly #budget: HedgeBudget;
  readonly #maxWaiting: number;
  readonly #waiting = new Map<number, Waiting>();
  /** The message that is being published, for the plugin. */
  #current: Waiting | undefined = undefined;
  readonly #switch = new KillSwitch();
  #volatility = 0;
  #published = 0;
  #hedged = 0;
  #leftAlone = 0;

  /** @throws ValidationError `INVALID_OPTIONS`. */
  constructor(options: HedgedPublisherOptions) {
    if (typeof options !== 'object' || options === null) throw invalid('', 'an object of options', options);
    const { forecast, clock, id, instance = randomInstance(), budget = 0.05, maxWaiting = 1_024 } = options;
    if (!isName(id)) throw invalid('id', '1 to 64 characters', id);
    if (!isName(instance)) throw invalid('instance', '1 to 64 characters', instance);
    if (!(budget >= 0 && budget <= 1)) throw invalid('budget', 'a number from 0 to 1', budget);
    if (!(Number.isInteger(maxWaiting) && maxWaiting >= 1 && maxWaiting <= 100_000))
      throw invalid('maxWaiting', 'an integer from 1 to 100000', maxWaiting);
    this.#forecast = forecast;
    this.#clock = clock;
    this.#identity = `${id}:${instance}:`;
    this.#budget = new HedgeBudget(budget, maxWaiting);
    this.#maxWaiting = maxWaiting;
    this.name = `hedging-${id}`;
    this.plugin = {
      name: this.name,
      route: (message, context) => this.#watch(message, context),
      observe: (outcome) => this.#settle(outcome),
      health: () => this.health(),
      collect: (into) => this.collect(into),
      remedies: () => this.remedies(),
      [Symbol.asyncDispose]: async () => this.#close(),
    };
    switchedBy(this.plugin, this);
    watchesPaths(this.plugin);
  }

  /** Returns what `publish` of the client returns for the first copy: whether its lane had room. Throws what that throws. */
  publish(client: HedgedClient, topic: string, payload: unknown, options: PublishOptions = {}): boolean {
    this.#published += 1;
    this.#budget.earn();
    const twin = `${this.#identity}${this.#published}`;
    const headers = { ...options.headers, [TWIN_HEADER]: twin };
    const waiting: Waiting = {
      client,
      topic,
      payload,
      options: { ...options, headers },
      publishedAtMs: 0,
      size: 0,
      others: [],
      timer: undefined,
    };
    this.#current = waiting;
    try {
      return client.publish(topic, payload, waiting.options);
    } finally {
      this.#current = undefined;
    }
  }

  counts(): HedgeCounts {
    return { published: this.#published, hedged: this.#hedged, leftAlone: this.#leftAlone };
  }

  /** The kill switch: no second copies from now on. */
  disable(reason = 'switched off'): void {
    this.#switch.turnOff(reason, this.#clock.now());
  }

  enable(): void {
    this.#switch.turnOn(this.#clock.now());
  }

  /** Degraded while it is switched off. */
  health(): Health {
    return this.#switch.health();
  }

  remedies(): readonly Remedy[] {
    return switchRemedies(this, 'hedging', {
      off: 'Send no message twice, until hedging is enabled again.',
      on: 'Send late messages once more over another path again.',
    });
  }

  collect(into: MetricsSink): void {
    const publisher = this.name;
    into.describe(
      'tradewind_hedging_messages_total',
      'Messages of a hedged publisher: published, sent a second time, and late but left alone.',
    );
    for (const [result, count] of Object.entries(this.counts()))
      into.counter('tradewind_hedging_messages_total', count, { publisher, result });
    into.describe('tradewind_hedging_waiting', 'Messages that are not stored yet and would be sent a second time.');
    into.gauge('tradewind_hedging_waiting', this.#waiting.size, { publisher });
    into.describe('tradewind_hedging_enabled', 'Whether late messages are sent a second time.');
    into.gauge('tradewind_hedging_enabled', this.#switch.reason === undefined ? 1 : 0, { publisher });
  }

  #watch(message: RoutableMessage, context: RoutingContext): undefined {
    const waiting = this.#current;
    this.#volatility = volatilityOf(context);
    const path = message.path ?? context.paths[0];
    if (waiting === undefined || path === undefined || context.paths.length < 2) return;
    this.#current = undefined;
    if (this.#switch.reason !== undefined) return;
    const size = this.#forecast.sizeOf?.(message) ?? lengthOf(message);
    // The plugin that chose the path has given it the message already.
    const request = { nowMs: context.nowMs, size, volatility: this.#volatility, underWay: true };
    const expected = this.#forecast.predict(path, request);
    // Where nothing is known nothing is late.
    if (expected === undefined) return;
    if (this.#waiting.size >= this.#maxWaiting) {
      this.#leftAlone += 1;
      return;
    }
    waiting.size = size;
    waiting.others = context.paths.filter((other) => other !== path);
    waiting.publishedAtMs = message.publishedAtMs;
    const { sequence } = message;
    this.#waiting.set(sequence, waiting);
    waiting.timer = this.#clock.setTimer(() => this.#late(sequence), expected.p95Ms, { background: true });
  }

  #settle(outcome: Outcome): void {
    const result = sendingResult(outcome);
    // What its path failed to store is what the second copy is for.
    if (result === undefined || result === 'failed') return;
    const { sequence, publishedAtMs } = outcome;
    const waiting = this.#waiting.get(sequence);
    if (waiting === undefined || waiting.publishedAtMs !== publishedAtMs) return;
    this.#waiting.delete(sequence);
    this.#clock.clearTimer(waiting.timer);
  }

  #late(sequence: number): void {
    const waiting = this.#waiting.get(sequence);
    if (waiting === undefined) return;
    this.#waiting.delete(sequence);
    const path = this.#switch.reason === undefined && this.#budget.allows ? this.#bestOf(waiting) : undefined;
    const isExpired = (waiting.options.expiresAtMs ?? Infinity) <= this.#clock.now();
    if (path === undefined || isExpired) {
      this.#leftAlone += 1;
      return;
    }
    const headers = { ...waiting.options.headers, [PATH_HEADER]: path };
    let isTaken = false;
    try {
      isTaken = waiting.client.publish(waiting.topic, waiting.payload, { ...waiting.options, headers });
    } catch {
      // The client may be closing, and takes nothing more while it drains. Nobody could catch what a timer throws, and the first copy is under way.
    }
    if (!isTaken) {
      this.#leftAlone += 1;
      return;
    }
    this.#hedged += 1;
    this.#budget.spend();
  }

  #bestOf({ others, size }: Waiting): PathId | undefined {
    const request = { nowMs: this.#clock.now(), size, volatility: this.#volatility };
    let best: PathId | undefined;
    let leastMs = Infinity;
    for (const path of others) {
      const meanMs = this.#forecast.predict(path, request)?.meanMs;
      if (meanMs === undefined || meanMs >= leastMs) continue;
      best = path;
      leastMs = meanMs;
    }
    return best;
  }

  #close(): void {
    for (const { timer } of this.#waiting.values()) this.#clock.clearTimer(timer);
    this.#waiting.clear();
  }
}

interface Waiting {
  readonly client: HedgedClient;
  readonly topic: string;
  readonly payload: unknown;
  readonly options: PublishOptions;
  publishedAtMs: number;
  size: number;
  others: readonly PathId[];
  timer: Timer;
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value.length >= 1 && value.length <= 64;
}

/** Two of them are alike once in 2 ** 48. */
function randomInstance(): string {
  return randomUUID().slice(0, 13);
}

function invalid(path: string, expected: string, received: unknown): ValidationError {
  const hint = 'Mend the options of the hedged publisher: see HedgedPublisherOptions.';
  return new ValidationError('INVALID_OPTIONS', { path, expected, received: showValue(received), hint });
}
