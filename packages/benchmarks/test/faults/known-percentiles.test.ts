import { seededRandom } from '@tradewind/core';
import { Priority } from '@tradewind/core-types';
import { expect, test } from 'vitest';
import type { BusUnderTest, ProbeHandler } from '../../src/contenders/contender.ts';
import type { LoadShape } from '../../src/load/load-shape.ts';
import { constantLoad } from '../../src/load/steady-shapes.ts';
import type { HdrHistogram } from '../../src/measuring/histogram.ts';
import type { TimeSource } from '../../src/measuring/time-source.ts';
import { PacedRun } from '../../src/workloads/paced-run.ts';

/** Time that passes only where the test lets it: in a service, in a sleep, and 0.25 ms with each turn of the event loop. */
class VirtualTime implements TimeSource {
  #nowMs = 0;

  nowMs(): number {
    return this.#nowMs;
  }

  nextTurn(run: () => void): void {
    this.sleep(run, TURN_MS);
  }

  sleep(run: () => void, ms: number): void {
    this.#nowMs += ms;
    setImmediate(run);
  }

  work(ms: number): void {
    this.#nowMs += ms;
  }
}

const TURN_MS = 0.25;
/** The end of a bucket is at most so much above its values. */
const BUCKET = 1 / 256;

/** The latencies of a bus that serves one message after the other, the n-th for so long, before it hands it over. */
async function latencies(shape: LoadShape, serviceMs: (n: number) => number): Promise<HdrHistogram> {
  const time = new VirtualTime();
  let handler: ProbeHandler = () => undefined;
  let served = 0;
  const bus: BusUnderTest = {
    subscribe: (subscription) => {
      handler = subscription.handler;
    },
    publish: (_, probe) => {
      time.work(serviceMs(served++));
      handler(probe);
    },
    settle: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
  const run = new PacedRun(bus, { shape, topics: ['a'], priority: Priority.NORMAL }, { seed: 1, time });
  bus.subscribe({ pattern: 'a', handler: (probe) => run.arrived(probe) });
  const report = await run.send();
  expect((await run.account(report)).problems).toEqual([]);
  return run.latency;
}

/** Milliseconds, as a histogram of nanoseconds may tell them: never less, and no more than a turn and a bucket above. */
function expectExactly(measuredNs: number, knownMs: number): void {
  expect(measuredNs / 1e6).toBeGreaterThanOrEqual(knownMs - 1e-6);
  expect(measuredNs / 1e6).toBeLessThanOrEqual((knownMs + TURN_MS) * (1 + BUCKET));
}

test('known service times give the known percentiles, from below and from above', async () => {
  // One message in ten takes 5 ms, the others 1 ms, and they come every 20 ms, so that none waits for another.
  const latency = await latencies(constantLoad({ perSecond: 50, durationMs: 20_000 }), (n) => (n % 10 === 0 ? 5 : 1));
  expect(latency.count).toBe(1000);
  for (const percent of [1, 50, 89.9]) expectExactly(latency.percentile(percent), 1);
  for (const percent of [90.1, 95, 99, 100]) expectExactly(latency.percentile(percent), 5);
});

test('what waits for another has waited: a burst of ten that take 1 ms each ends with one that took ten', async () => {
  // All ten are due at once; counted from the real time of sending each would have taken 1 ms.
  const shape: LoadShape = { name: 'ten at once', durationMs: 1, arrivalsMs: () => new Float64Array(10) };
  const latency = await latencies(shape, () => 1);
  for (let waited = 1; waited <= 10; waited += 1) expectExactly(latency.percentile(10 * waited), waited);
});

test('a queue with Poisson arrivals and exponential service times has the exponential latencies of the book', async () => {
  // M/M/1: at a load of a half with a mean service of 100 ms, the time in the system is exponential with a mean of 200 ms (L. Kleinrock,
  // "Queueing Systems", volume 1, 3.2).
  const random = seededRandom(5);
  const shape = constantLoad({ perSecond: 5, durationMs: 20_000_000, spacing: 'poisson' });
  const latency = await latencies(shape, () => -100 * Math.log(1 - random.next()));
  expect(latency.count).toBeGreaterThan(90_000);
  for (const percent of [50, 90, 99]) {
    const knownMs = -200 * Math.log(1 - percent / 100);
    expect(Math.abs(latency.percentile(percent) / 1e6 / knownMs - 1), `P${percent}`).toBeLessThan(0.05);
  }
});
