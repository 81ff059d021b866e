import { setTimeout as sleep } from 'node:timers/promises';
import type { BufferedMessageBusClient } from '@tradewind/core';
import type { Outcome, RoutingPlugin } from '@tradewind/core-types';
import { PredictiveRouter, RoundRobin, pathPlugin } from '@tradewind/ml-routing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TwoRedisServers } from './two-redis-servers.ts';

/** Delays of the proxies and the pause between two messages, in units: of a millisecond, or longer where the machine is busy. */
const NEAR = 1;
const BETWEEN = 8;
const FAR = 20;
const GAP = 4;
const LONGEST_UNIT_MS = 40;
/** Messages by which the unit is found, and those while a is near, then far, then near again. */
const WARM_UP = 40;
const PART = 100;
const MESSAGES = 3 * PART;

let servers: TwoRedisServers;

beforeAll(async () => {
  servers = await TwoRedisServers.start({ a: 0, b: 0 });
});

afterAll(() => servers.stop());

/** A publisher of numbers and its consumer: by which path each number went, how often it came, and how long it took from the one to the other. */
class Run {
  readonly pathOf = new Map<number, string>();
  readonly timesReceived = new Map<number, number>();
  readonly latencyMs = new Map<number, number>();
  readonly #sentAtMs = new Map<number, number>();
  readonly #numberOf = new Map<number, number>();
  #client: BufferedMessageBusClient | undefined = undefined;

  async start(name: string, chooser: RoutingPlugin): Promise<void> {
    await servers.consume(name, (number) => {
      this.timesReceived.set(number, (this.timesReceived.get(number) ?? 0) + 1);
      this.latencyMs.set(number, performance.now() - (this.#sentAtMs.get(number) ?? NaN));
    });
    this.#client = await servers.publisher(name, [chooser, this.#witness()]);
  }

  publish(number: number): void {
    this.#sentAtMs.set(number, performance.now());
    // A key of its own for each, so that none has to stay where the one before it is.
    const hadRoom = this.#client?.publish('data.trades.OKX.BTCUSDT', number, { orderingKey: String(number) });
    expect(hadRoom).toBe(true);
  }

  /** Waits until all that was published has come out at the consumer. */
  async finish(): Promise<void> {
    await this.#client?.flush();
    await expect.poll(() => this.timesReceived.size, { timeout: 60_000 }).toBe(this.#sentAtMs.size);
  }

  /** Of the messages from one number to before another one. */
  shareOfA(from: number, to: number): number {
    let onA = 0;
    for (let number = from; number < to; number += 1) onA += this.pathOf.get(number) === 'a' ? 1 : 0;
    return onA / (to - from);
  }

  medianMs(from: number, to: number): number {
    const latencies = [...this.latencyMs].filter(([number]) => number >= from && number < to).map(([, ms]) => ms);
    return latencies.toSorted((x, y) => x - y)[latencies.length >> 1] ?? NaN;
  }

  /** Says by which path each message was really sent. */
  #witness(): RoutingPlugin {
    return {
      name: 'witness',
      route: ({ payload, sequence }) => {
        if (typeof payload === 'number') this.#numberOf.set(sequence, payload);
        return undefined;
      },
      observe: ({ kind, sequence, path }: Outcome) => {
        const number = this.#numberOf.get(sequence);
        if (kind === 'sent' && number !== undefined) this.pathOf.set(number, path ?? '');
      },
    };
  }
}

/** What a message takes without any delay, so that the delays stand out on a busy machine too; a millisecond on a quiet one. */
async function unitMs(run: Run): Promise<number> {
  for (let number = -WARM_UP; number < 0; number += 1) {
    run.publish(number);
    await sleep(GAP);
  }
  await run.finish();
  return Math.min(LONGEST_UNIT_MS, Math.max(1, run.medianMs(-WARM_UP / 2, 0)));
}

test('traffic leaves a server that moves away and comes back to it; nothing is lost; the median beats that of round robin', async () => {
  const learned = new Run();
  const inTurns = new Run();
  await learned.start('learned', new PredictiveRouter().plugin);
  await inTurns.start('in-turns', pathPlugin(new RoundRobin()));
  const unit = await unitMs(inTurns);
  servers.b.delayMs = BETWEEN * unit;
  for (let number = 0; number < MESSAGES; number += 1) {
    servers.a.delayMs = unit * (number >= PART && number < 2 * PART ? FAR : NEAR);
    // Both at once, through the same proxies: a busy machine is equally busy for both.
    learned.publish(number);
    inTurns.publish(number);
    await sleep(GAP * unit);
  }
  await Promise.all([learned.finish(), inTurns.finish()]);

  const numbers = Array.from({ length: MESSAGES }, (_, number) => number);
  for (const run of [learned, inTurns]) {
    expect(numbers.filter((number) => run.timesReceived.get(number) !== 1)).toEqual([]);
    expect(numbers.filter((number) => !run.pathOf.has(number))).toEqual([]);
  }
  // The second half of each part: how soon it moves is not what is tested.
  expect(learned.shareOfA(PART / 2, PART)).toBeGreaterThan(0.6);
  expect(learned.shareOfA(PART * 1.5, PART * 2)).toBeLessThan(0.4);
  expect(learned.shareOfA(PART * 2.5, MESSAGES)).toBeGreaterThan(0.6);
  expect(learned.medianMs(0, MESSAGES) / inTurns.medianMs(0, MESSAGES)).toBeLessThan(0.8);
});
