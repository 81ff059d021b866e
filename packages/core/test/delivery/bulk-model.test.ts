import { PRIORITIES, type Message, type Priority } from '@tradewind/core-types';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { BufferedMessageBusClient } from '../../src/index.ts';
import { ManualClock } from '../../src/testing/manual-clock.ts';
import { modelRuns, OutcomeRecorder } from './delivery-fixture.ts';

const RETRY = { maxAttempts: 2, initialDelayMs: 10, multiplier: 1, maxDelayMs: 10, jitter: 0 };

const steps = fc.array(
  fc.oneof(
    {
      arbitrary: fc.record({
        kind: fc.constant('publish' as const),
        key: fc.nat(3),
        priority: fc.constantFrom<Priority>(...PRIORITIES),
        expiresInMs: fc.option(fc.integer({ min: 0, max: 60 }), { nil: undefined, freq: 4 }),
      }),
      weight: 10,
    },
    { arbitrary: fc.record({ kind: fc.constant('pull' as const), times: fc.integer({ min: 1, max: 4 }) }), weight: 4 },
    { arbitrary: fc.record({ kind: fc.constant('advance' as const), ms: fc.nat(40) }), weight: 4 },
    {
      arbitrary: fc.constantFrom({ kind: 'pause' as const }, { kind: 'resume' as const }, { kind: 'flush' as const }),
      weight: 1,
    },
  ),
  { minLength: 10, maxLength: 120, size: 'max' },
);

const settings = fc.record({
  maxSize: fc.integer({ min: 1, max: 6 }),
  maxDelayMs: fc.constantFrom(0, 5, 30),
  maxBuffered: fc.integer({ min: 1, max: 5 }),
  capacity: fc.integer({ min: 2, max: 30 }),
});

/** One batch subscription whose handler fails now and then, one iterator, and books on what each of them got. */
class Desk {
  readonly clock: ManualClock = new ManualClock();
  readonly outcomes: OutcomeRecorder = new OutcomeRecorder();
  readonly client: BufferedMessageBusClient;
  readonly violations: string[] = [];
  readonly accepted: number[] = [];
  readonly pulled: number[] = [];
  readonly batchId: string;
  readonly #messages: AsyncIterableIterator<Message<number>>;
  readonly #last = new Map<string, number>();
  #batches = 0;
  #running = false;
  #published = 0;

  constructor({
    maxSize,
    maxDelayMs,
    maxBuffered,
    capacity,
  }: {
    maxSize: number;
    maxDelayMs: number;
    maxBuffered: number;
    capacity: number;
  }) {
    const lane = { capacity };
    this.client = new BufferedMessageBusClient({
      clock: this.clock,
      retry: RETRY,
      workers: { min: 1, max: 2 },
      lanes: { CRITICAL: lane, HIGH: lane, NORMAL: lane, LOW: lane },
      plugins: [this.outcomes.plugin],
    });
    const { id } = this.client.subscribeBatch(
      't',
      (batch) => this.#take(batch as readonly Message<number>[], maxSize),
      { maxSize, maxDelayMs, id: 'batch' },
    );
    this.batchId = id;
    this.#messages = this.client.messages<string, number>('t', { maxBuffered, id: 'pull' });
  }

  publish(key: number, priority: Priority, expiresInMs: number | undefined): void {
    this.#published += 1;
    const expiresAtMs = expiresInMs === undefined ? undefined : this.clock.now() + expiresInMs;
    if (this.client.publish('t', this.#published, { orderingKey: `k${key}`, priority, expiresAtMs }))
      this.accepted.push(this.#published);
  }

  async pull(times: number): Promise<void> {
    for (let i = 0; i < times; i += 1) {
      void this.#messages.next().then((result) => {
        if (result.done === true) return undefined;
        const { payload, meta } = result.value;
        this.pulled.push(payload);
        return this.#inOrder('pull', payload, `${meta.orderingKey}/${meta.priority}`);
      });
    }
    await this.clock.settle();
  }

  async #take(batch: readonly Message<number>[], maxSize: number): Promise<void> {
    if (this.#running) this.violations.push('two batches at once');
    if (batch.length === 0 || batch.length > maxSize) this.violations.push(`a batch of ${batch.length}`);
    this.#batches += 1;
    const number = this.#batches;
    this.#running = true;
    for (const { payload, meta } of batch) {
      if (meta.deliveryCount > RETRY.maxAttempts)
        this.violations.push(`${payload} for the ${meta.deliveryCount}th time`);
      if (meta.deliveryCount === 1) this.#inOrder('batch', payload, `${meta.orderingKey}/${meta.priority}`);
    }
    if (number % 3 > 0) await new Promise<void>((resolve) => this.clock.setTimer(resolve, number % 20));
    this.#running = false;
    if (number % 4 === 0 || batch.some(({ payload }) => payload % 9 === 0)) throw new Error(`batch ${number}`);
  }

  #inOrder(who: string, payload: number, lane: string): void {
    const before = this.#last.get(`${who} ${lane}`) ?? 0;
    if (before >= payload) this.violations.push(`${who}: ${payload} after ${before} of ${lane}`);
    this.#last.set(`${who} ${lane}`, payload);
  }
}

test('random interleavings of batches and pulls: order per key and priority, one batch at a time, every message ends exactly once for each', async () => {
  await fc.assert(
    fc.asyncProperty(settings, steps, async (options, script) => {
      const desk = new Desk(options);
      const { client, clock, outcomes } = desk;
      for (const step of script) {
        if (step.kind === 'publish') desk.publish(step.key, step.priority, step.expiresInMs);
        else if (step.kind === 'pull') await desk.pull(step.times);
        else if (step.kind === 'advance') await clock.advance(step.ms);
        else if (step.kind === 'flush') void client.flush();
        else client[step.kind]();
      }
      client.resume();
      for (let i = 0; i < 200; i += 1) await desk.pull(2);
      await clock.advance(10_000);
      await desk.pull(4);
      expect(desk.violations).toEqual([]);
      const ends = outcomes.all.filter(({ kind, topic }) => topic === 't' && kind !== 'failed' && kind !== 'refused');
      const early = ends.filter(({ subscriptionId }) => subscriptionId === undefined).length;
      for (const id of ['batch', 'pull']) {
        expect(ends.filter(({ subscriptionId }) => subscriptionId === id).length + early, id).toBe(
          desk.accepted.length,
        );
      }
      expect(new Set(desk.pulled).size).toBe(desk.pulled.length);
      const closing = client.close({ deadlineMs: 10 });
      await clock.advance(11);
      expect(await closing).toEqual({ queued: [0, 0, 0, 0], unsettled: 0 });
    }),
    modelRuns(150, 1_700_000_004),
  );
});
