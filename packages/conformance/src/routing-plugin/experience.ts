import {
  PRIORITIES,
  Priority,
  type FactKey,
  type Outcome,
  type OutcomeKind,
  type PathId,
  type PathLoad,
  type RoutableMessage,
  type RoutingContext,
} from '@tradewind/core-types';
import { oneOf, repeatableRandom } from '../samples/random.ts';
import type { RoutingPluginSubject } from './subject.ts';

/** One message, and what became of it. */
export interface Experience {
  readonly message: RoutableMessage;
  readonly outcome: Outcome;
}

const START_MS = 1_704_067_200_000;
const ORDINARY = 200;
const VENUES = ['BINANCE', 'KRAKEN', 'OKX'] as const;
const SYMBOLS = ['BTCUSDT', 'ETHUSDT', 'SOLUSDT'] as const;
const KINDS: readonly [OutcomeKind, ...OutcomeKind[]] = [
  'handled',
  'handled',
  'handled',
  'sent',
  'failed',
  'expired',
  'dropped',
  'deadLettered',
];
const DEFAULT_PATHS: readonly PathId[] = ['main', 'backup'];

/** The paths that the plugin may choose from: those of the subject, otherwise a main and a backup one. */
export function pathsOf({ paths }: RoutingPluginSubject): readonly PathId[] {
  return paths ?? DEFAULT_PATHS;
}

/** A message with everything that a plugin may read. */
export function routableMessage(overrides: Partial<RoutableMessage> = {}): RoutableMessage {
  return {
    topic: 'data.quotes.BINANCE.BTCUSDT',
    payload: { bid: 64_250.1, ask: 64_251.3 },
    sequence: 1,
    priority: overrides.declaredPriority ?? Priority.NORMAL,
    declaredPriority: Priority.NORMAL,
    publishedAtMs: START_MS,
    orderingKey: undefined,
    expiresAtMs: undefined,
    headers: undefined,
    path: undefined,
    ...overrides,
  };
}

/** An outcome of a message. */
export function outcomeOf(message: RoutableMessage, overrides: Partial<Outcome> = {}): Outcome {
  return {
    kind: 'handled',
    producer: 'suite',
    sequence: message.sequence,
    topic: message.topic,
    priority: message.priority,
    path: message.path,
    subscriptionId: 's1',
    deliveryCount: 1,
    publishedAtMs: message.publishedAtMs,
    waitedMs: 0.5,
    handledMs: 0.25,
    reason: undefined,
    error: undefined,
    ...overrides,
  };
}

/** What a plugin lives through: the subject's own messages, among ordinary ones of the market; the same in every run. */
export function experienceOf(subject: RoutingPluginSubject): readonly Experience[] {
  const random = repeatableRandom(20_240_101);
  const paths = pathsOf(subject);
  const own = subject.messages ?? [];
  const outcomes = subject.outcomes ?? [];
  return Array.from({ length: ORDINARY + own.length * 4 }, (_, i) => {
    const overrides = own.length > 0 && i % 2 === 1 ? own[(i >> 1) % own.length] : marketMessage(random);
    const message = routableMessage({ ...overrides, sequence: i + 1, publishedAtMs: START_MS + i * 10 });
    const failed = random() < 0.2;
    const taught = outcomes.length > 0 && i % 3 === 0 ? outcomes[i % outcomes.length] : undefined;
    const outcome = outcomeOf(message, {
      kind: oneOf(random, KINDS),
      path: paths.length === 0 ? undefined : paths[Math.floor(random() * paths.length)],
      handledMs: random() * 5,
      error: failed ? new Error('venue is away') : undefined,
      ...taught,
    });
    return { message, outcome };
  });
}

function marketMessage(random: () => number): Partial<RoutableMessage> {
  const venue = oneOf(random, VENUES);
  const symbol = oneOf(random, SYMBOLS);
  const declaredPriority = oneOf(random, PRIORITIES);
  const price = Math.round(random() * 1e6) / 100;
  const shared = { declaredPriority, priority: declaredPriority, orderingKey: random() < 0.5 ? symbol : undefined };
  switch (Math.floor(random() * 4)) {
    case 0:
      return {
        ...shared,
        topic: `data.quotes.${venue}.${symbol}`,
        payload: { bid: price, ask: price * (1 + random() / 100) },
      };
    case 1:
      return {
        ...shared,
        topic: `data.trades.${venue}.${symbol}`,
        payload: { price: String(price), size: '1.5', aggressorSide: 'BUY' },
      };
    case 2:
      return {
        ...shared,
        topic: `commands.order.${venue}`,
        payload: { clientOrderId: `o${Math.round(price)}`, symbol },
        expiresAtMs: START_MS + 60_000,
      };
    default:
      return {
        ...shared,
        topic: `events.position.desk`,
        payload: { symbol, quantity: -3 },
        headers: { traceparent: 'x' },
      };
  }
}

/** A context with facts of its own. */
export class SampleContext implements RoutingContext {
  readonly paths: readonly PathId[];
  nowMs: number = START_MS;
  readonly #facts = new Map<string, unknown>();

  constructor(paths: readonly PathId[]) {
    this.paths = paths;
  }

  fact<T>(key: FactKey<T>): T | undefined {
    return this.#facts.get(key) as T | undefined;
  }

  set<T>(key: FactKey<T>, value: T): void {
    this.#facts.set(key, value);
  }

  load(path: PathId): PathLoad | undefined {
    if (!this.paths.includes(path)) return undefined;
    return { waiting: path.length, inFlight: 1, oldestInFlightAtMs: this.nowMs - 1, status: 'up' };
  }
}
