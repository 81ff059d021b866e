import { PRIORITIES, type MessageMeta, type OverflowPolicy, type Priority } from '@tradewind/core-types';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { BufferedMessageBusClient } from '../../src/client/buffered-message-bus-client.ts';
import { seededRandom } from '../../src/platform/random.ts';
import { ManualClock } from '../../src/testing/manual-clock.ts';
import { expectConserved, ledgerOf } from './ledger.ts';

/** What happens next. Numbers choose among what there is. */
type Action =
  | {
      readonly kind: 'publish';
      readonly topic: number;
      readonly key: number;
      readonly priority: Priority;
      readonly expiresInMs: number;
      readonly times: number;
    }
  | { readonly kind: 'publishWhenReady'; readonly topic: number; readonly priority: Priority }
  | { readonly kind: 'succeed' | 'fail'; readonly which: number }
  | { readonly kind: 'advance'; readonly ms: number }
  | { readonly kind: 'pause' | 'resume' | 'rest' | 'pull' }
  | { readonly kind: 'resubscribe'; readonly which: number };

const TOPICS = ['orders.a', 'orders.b', 'quotes.a', 'quotes.b'];
const KEYS = [undefined, 'k1', 'k2'];

const priority = fc.constantFrom(...PRIORITIES);
const actionArbitrary: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('publish' as const),
      topic: fc.nat(TOPICS.length - 1),
      key: fc.nat(KEYS.length - 1),
      priority,
      expiresInMs: fc.constantFrom(Infinity, Infinity, Infinity, 0, 30),
      times: fc.constantFrom(1, 1, 4, 12),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('publishWhenReady' as const),
      topic: fc.nat(TOPICS.length - 1),
      priority,
    }),
  },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('succeed' as const), which: fc.nat(50) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('fail' as const), which: fc.nat(50) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('advance' as const), ms: fc.constantFrom(1, 10, 50, 400) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('rest' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('pause' as const, 'resume' as const, 'pull' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('resubscribe' as const), which: fc.nat(3) }) },
);

const optionsArbitrary = fc.record({
  workers: fc.constantFrom({ min: 1, max: 1 }, { min: 2, max: 5 }, { min: 50, max: 50 }),
  capacity: fc.constantFrom(3, 10, 1_000),
  overflow: fc.constantFrom<OverflowPolicy>('refuse', 'dropOldest', 'dropNewest', 'conflate'),
  concurrency: fc.constantFrom(1, 3, 50),
  conflateBy: fc.constantFrom(undefined, 'topic' as const, 'orderingKey' as const),
  flushIntervalMs: fc.constantFrom(0, 20),
  observes: fc.boolean(),
});
type ModelOptions = typeof optionsArbitrary extends fc.Arbitrary<infer T> ? T : never;

interface Running {
  readonly subscriber: Subscriber;
  readonly meta: MessageMeta;
  readonly end: (error?: Error) => void;
}

/** One subscription, and what the rules say about the calls of its handler. */
class Subscriber {
  readonly #running: Running[];
  readonly #runningKeys = new Set<string>();
  readonly #isAsync: boolean;
  /** By key and priority: the sequence that started last, and its attempt. */
  readonly #last = new Map<string, { readonly sequence: number; readonly deliveryCount: number }>();
  readonly #failEvery: number;
  #calls = 0;
  live = true;
  inFlight = 0;
  peak = 0;

  constructor(running: Running[], { isAsync, failEvery }: { readonly isAsync: boolean; readonly failEvery: number }) {
    this.#running = running;
    this.#isAsync = isAsync;
    this.#failEvery = failEvery;
  }

  readonly handle = (_payload: unknown, meta: MessageMeta): Promise<void> | undefined => {
    expect(this.live, 'a subscription that ended is not called').toBe(true);
    const key = meta.orderingKey ?? meta.topic;
    expect(this.#runningKeys.has(key), `one delivery of ${key} at a time`).toBe(false);
    this.#expectOrder(`${key}/${meta.priority}`, meta);
    this.#calls += 1;
    if (!this.#isAsync) {
      if (this.#calls % this.#failEvery === 0) throw new Error('synchronous failure');
      return undefined;
    }
    this.#runningKeys.add(key);
    this.inFlight += 1;
    this.peak = Math.max(this.peak, this.inFlight);
    return new Promise((resolve, reject) => {
      this.#running.push({
        subscriber: this,
        meta,
        end: (error) => {
          this.#runningKeys.delete(key);
          this.inFlight -= 1;
          if (error === undefined) resolve();
          else reject(error);
        },
      });
    });
  };

  /** Publish order within (key, priority); only the same message again, as a further attempt, may repeat. */
  #expectOrder(lane: string, { sequence, deliveryCount }: MessageMeta): void {
    const last = this.#last.get(lane);
    if (last?.sequence === sequence) expect(deliveryCount).toBe(last.deliveryCount + 1);
    else {
      expect(deliveryCount).toBe(1);
      if (last !== undefined) expect(sequence, `order of ${lane}`).toBeGreaterThan(last.sequence);
    }
    this.#last.set(lane, { sequence, deliveryCount });
  }
}

/** A client under test, with everything that the invariants need. */
class Bench {
  readonly clock = new ManualClock();
  readonly client: BufferedMessageBusClient;
  readonly running: Running[] = [];
  readonly #options: ModelOptions;
  readonly #subscriptions: { subscriber: Subscriber; end: () => void; make: () => void }[] = [];
  readonly #iterator: AsyncIterableIterator<unknown>;
  #pulling = false;
  outcomes = 0;

  constructor(options: ModelOptions) {
    this.#options = options;
    const { capacity, overflow, workers, flushIntervalMs } = options;
    const lane = { capacity, overflow };
    this.client = new BufferedMessageBusClient({
      clock: this.clock,
      random: seededRandom(1),
      workers,
      flushIntervalMs,
      lanes: { CRITICAL: lane, HIGH: lane, NORMAL: lane, LOW: lane },
      retry: { maxAttempts: 2, initialDelayMs: 40, multiplier: 2, maxDelayMs: 100, jitter: 0.5 },
      plugins: options.observes ? [{ name: 'observer', observe: () => void (this.outcomes += 1) }] : [],
    });
    this.#subscribe('orders.*', { isAsync: true, failEvery: Infinity });
    this.#subscribe('*', { isAsync: false, failEvery: 7 });
    this.#subscribe('quotes.*', { isAsync: true, failEvery: Infinity });
    this.#subscribe('*.a', { isAsync: true, failEvery: Infinity });
    this.client.subscribeBatch('orders.a', () => undefined, { maxSize: 3, maxDelayMs: 15 });
    this.#iterator = this.client.messages('quotes.b', { maxBuffered: 2 });
  }

  async step(action: Action): Promise<void> {
    switch (action.kind) {
      case 'publish':
        for (let i = 0; i < action.times; i += 1) this.#publish(action);
        break;
      case 'publishWhenReady':
        this.#publishWhenReady(action);
        break;
      case 'succeed':
      case 'fail':
        this.#end(action.which, action.kind === 'fail' ? new Error('asynchronous failure') : undefined);
        break;
      case 'advance':
        await this.clock.advance(action.ms);
        break;
      case 'pause':
        this.client.pause();
        break;
      case 'resume':
        this.client.resume();
        break;
      case 'rest':
        await this.clock.settle();
        break;
      case 'pull':
        this.#pull();
        break;
      case 'resubscribe':
        this.#subscriptions[action.which]?.end();
        this.#subscriptions[action.which]?.make();
        break;
    }
    this.check();
  }

  check(): void {
    const { workers, concurrency } = this.#options;
    expect(this.running.length).toBeLessThanOrEqual(workers.max);
    for (const { subscriber } of this.#subscriptions) expect(subscriber.peak).toBeLessThanOrEqual(concurrency);
    expectConserved(this.client);
  }

  /** Ends everything that runs until nothing is left, and closes. */
  async finish(): Promise<void> {
    this.client.resume();
    for (let round = 0; round < 500; round += 1) {
      while (this.running.length > 0) this.#end(0, undefined);
      if (!this.#pulling) this.#pull();
      await this.clock.advance(100);
      const { messages, deliveries } = ledgerOf(this.client);
      if (messages.queued === 0 && deliveries.open <= 1 && this.running.length === 0) break;
    }
    this.check();
    const closing = this.client.close();
    await this.clock.advance(6_000);
    const report = await closing;
    // The consumer of the iterator may have a message in its hands that it never acknowledges.
    expect(report.queued).toEqual([0, 0, 0, 0]);
    expect(report.unsettled).toBeLessThanOrEqual(1);
    const { messages, deliveries } = ledgerOf(this.client);
    expect(messages.queued).toBe(0);
    expect(deliveries.open).toBe(0);
    expectConserved(this.client);
  }

  #subscribe(pattern: string, kind: { readonly isAsync: boolean; readonly failEvery: number }): void {
    const { concurrency, conflateBy } = this.#options;
    const made = {
      subscriber: new Subscriber(this.running, kind),
      end: () => undefined as void,
      make: () => {
        const subscriber = new Subscriber(this.running, kind);
        const subscription = this.client.subscribe(pattern, subscriber.handle, { concurrency, conflateBy });
        made.subscriber = subscriber;
        made.end = () => {
          subscription.unsubscribe();
          subscriber.live = false;
        };
      },
    };
    made.make();
    this.#subscriptions.push(made);
  }

  #publish({ topic, key, priority: lane, expiresInMs }: Extract<Action, { kind: 'publish' }>): void {
    this.client.publish(
      TOPICS[topic] as string,
      {},
      {
        priority: lane,
        orderingKey: KEYS[key],
        expiresAtMs: this.clock.now() + expiresInMs,
      },
    );
  }

  #publishWhenReady({ topic, priority: lane }: Extract<Action, { kind: 'publishWhenReady' }>): void {
    this.client
      .publishWhenReady(TOPICS[topic] as string, {}, { priority: lane, timeoutMs: 20 })
      .catch((error: unknown) => {
        expect(['LANE_FULL', 'CLOSED']).toContain((error as { code?: string }).code);
      });
  }

  #end(which: number, error: Error | undefined): void {
    if (this.running.length === 0) return;
    const [running] = this.running.splice(which % this.running.length, 1);
    running?.end(error);
  }

  #pull(): void {
    if (this.#pulling) return;
    this.#pulling = true;
    void this.#iterator.next().then(() => {
      this.#pulling = false;
    });
  }
}

test('under random interleavings: order per key, one at a time, no loss, no duplicate, bounds, and nothing uncounted', async () => {
  await fc.assert(
    fc.asyncProperty(
      optionsArbitrary,
      fc.array(actionArbitrary, { minLength: 5, maxLength: 60 }),
      async (options, actions) => {
        const bench = new Bench(options);
        for (const action of actions) await bench.step(action);
        await bench.finish();
      },
    ),
    { numRuns: 120 },
  );
}, 120_000);
