import { PRIORITIES, type MessageMeta, type Priority } from '@tradewind/core-types';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { BufferedMessageBusClient, InMemoryBroker } from '../../src/index.ts';
import { ManualClock } from '../../src/testing/manual-clock.ts';
import { modelRuns } from './delivery-fixture.ts';

const steps = fc.array(
  fc.oneof(
    {
      arbitrary: fc.record({
        kind: fc.constant('publish' as const),
        key: fc.nat(4),
        priority: fc.constantFrom<Priority>(...PRIORITIES),
      }),
      weight: 12,
    },
    { arbitrary: fc.record({ kind: fc.constant('advance' as const), ms: fc.nat(120) }), weight: 4 },
    { arbitrary: fc.record({ kind: fc.constant('join' as const), group: fc.nat(1) }), weight: 1 },
    {
      arbitrary: fc.record({ kind: fc.constant('leave' as const), index: fc.nat(9), deadlineMs: fc.nat(80) }),
      weight: 1,
    },
  ),
  { minLength: 10, maxLength: 120, size: 'max' },
);

interface Member {
  readonly client: BufferedMessageBusClient;
  readonly group: string;
  present: boolean;
  /** From then on its unfinished messages are others' business. */
  closesAtMs: number;
}

/** A feed, two groups that come and go, and books on who handled what. */
class Market {
  readonly clock: ManualClock = new ManualClock();
  readonly broker: InMemoryBroker = new InMemoryBroker({ clock: this.clock, redeliveryDelayMs: 20 });
  readonly feed: BufferedMessageBusClient = new BufferedMessageBusClient({
    clock: this.clock,
    paths: { main: this.broker.transport() },
  });
  readonly violations: string[] = [];
  readonly handled: Map<string, number> = new Map();
  readonly #members: Member[] = [];
  readonly #running = new Map<string, { readonly member: Member; readonly payload: number }>();
  readonly #begun = new Map<string, number>();
  readonly #attempts = new Map<string, number>();
  published = 0;
  left = 0;

  async join(group: string): Promise<void> {
    const client = new BufferedMessageBusClient({
      clock: this.clock,
      paths: { main: this.broker.transport() },
      group,
      workers: { min: 2, max: 3 },
      retry: { maxAttempts: 2, initialDelayMs: 10, multiplier: 1, maxDelayMs: 10, jitter: 0 },
    });
    const member: Member = { client, group, present: true, closesAtMs: Infinity };
    client.subscribe('t.*', (payload: number, meta) => this.#handle(member, payload, meta), { id: group });
    this.#members.push(member);
    const ready = client.ready();
    await this.clock.settle();
    await ready;
  }

  publish(key: number, priority: Priority): void {
    this.published += 1;
    this.feed.publish(`t.${key % 2}`, this.published, { orderingKey: `k${key}`, priority });
  }

  /** Somebody leaves; the last of a group stays, so that nothing has to wait for the next one to come. */
  async leave(index: number, deadlineMs: number): Promise<void> {
    const present = this.#members.filter((member) => member.present);
    const member = present[index % present.length];
    if (member === undefined || present.filter(({ group }) => group === member.group).length < 2) return;
    member.closesAtMs = this.clock.now() + deadlineMs;
    const closing = member.client.close({ deadlineMs });
    await this.clock.advance(deadlineMs + 1);
    await closing;
    member.present = false;
    this.left += 1;
    for (const [key, { member: holder }] of this.#running) if (holder === member) this.#running.delete(key);
  }

  #handle(member: Member, payload: number, { orderingKey = '', priority }: MessageMeta): unknown {
    const { group } = member;
    const key = `${group}/${orderingKey}`;
    const where = `${payload} of ${key}`;
    if (!member.present) this.violations.push(`${where} at a client that has left`);
    const running = this.#running.get(key);
    if (running !== undefined && this.clock.now() < running.member.closesAtMs)
      this.violations.push(`${where} while ${running.payload} runs`);
    const lane = `${key}/${priority}`;
    if (payload < (this.#begun.get(lane) ?? 0)) this.violations.push(`${where} after ${this.#begun.get(lane)}`);
    this.#begun.set(lane, payload);
    const attempt = (this.#attempts.get(`${group}/${payload}`) ?? 0) + 1;
    this.#attempts.set(`${group}/${payload}`, attempt);
    // Every seventh fails for good, every fifth once; every third takes its time.
    if (payload % 7 === 0 || (payload % 5 === 0 && attempt === 1)) throw new Error(`attempt ${attempt} of ${payload}`);
    if (payload % 3 !== 0) return this.#done(group, payload);
    this.#running.set(key, { member, payload });
    return new Promise<void>((resolve) => {
      this.clock.setTimer(() => {
        if (this.#running.get(key)?.payload === payload && this.#running.get(key)?.member === member)
          this.#running.delete(key);
        if (member.present) this.#done(group, payload);
        resolve();
      }, payload % 40);
    });
  }

  #done(group: string, payload: number): void {
    const id = `${group}/${payload}`;
    this.handled.set(id, (this.handled.get(id) ?? 0) + 1);
  }
}

test('random groups: everything published is handled by each group or put aside, in order, one of a key at a time, while members come and go', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (script) => {
      const market = new Market();
      await market.join('g0');
      await market.join('g1');
      for (const step of script) {
        if (step.kind === 'publish') market.publish(step.key, step.priority);
        else if (step.kind === 'join') await market.join(`g${step.group}`);
        else if (step.kind === 'leave') await market.leave(step.index, step.deadlineMs);
        else await market.clock.advance(step.ms);
        expect(market.violations).toEqual([]);
      }
      await market.clock.advance(60_000);
      expect(market.violations).toEqual([]);
      const letters = await Array.fromAsync(market.broker.deadLetters.list({ limit: 10_000 }));
      const dead = letters.map(({ payload, subscriptionId }) => `${subscriptionId}/${String(payload)}`);
      for (const group of ['g0', 'g1']) {
        for (let payload = 1; payload <= market.published; payload += 1) {
          const times =
            (market.handled.get(`${group}/${payload}`) ?? 0) + dead.filter((id) => id === `${group}/${payload}`).length;
          expect(times, `${payload} in ${group}`).toBeGreaterThanOrEqual(1);
          if (market.left === 0) expect(times, `${payload} in ${group}`).toBe(1);
        }
      }
    }),
    modelRuns(120, 1_700_000_003),
  );
});
