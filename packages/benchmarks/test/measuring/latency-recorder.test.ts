import { Priority } from '@tradewind/core-types';
import { expect, test } from 'vitest';
import type { BusUnderTest, Probe } from '../../src/contenders/contender.ts';
import { LatencyRecorder } from '../../src/measuring/latency-recorder.ts';
import { REAL_TIME, type TimeSource } from '../../src/measuring/time-source.ts';
import { inFlight } from '../../src/workloads/in-flight.ts';
import { latencyMetrics } from '../../src/workloads/latency-metrics.ts';
import { Flow } from '../../src/workloads/scenario.ts';

/** Time that stands still until the test moves it on. */
class HandTime implements TimeSource {
  #nowMs = 1000;

  nextTurn(run: () => void): void {
    REAL_TIME.nextTurn(run);
  }

  sleep(run: () => void, ms: number): void {
    REAL_TIME.sleep(run, ms);
  }

  nowMs(): number {
    return this.#nowMs;
  }

  pass(ms: number): void {
    this.#nowMs += ms;
  }
}

test('a latency is the time since a moment, in nanoseconds, and told in microseconds', () => {
  const time = new HandTime();
  const recorder = new LatencyRecorder(time);
  expect(recorder.lastAtMs).toBeNaN();
  time.pass(5);
  recorder.record(1003);
  expect([recorder.histogram.min, recorder.histogram.max, recorder.lastAtMs]).toEqual([2e6, 2e6, 1005]);
  expect(latencyMetrics(recorder.histogram)).toMatchObject({ meanUs: 2000, maxUs: 2000 });
});

test('a chain of messages has the latency from the intended time of the first one', () => {
  const time = new HandTime();
  const flow = new Flow({ name: 'fills', messages: 1, streams: 1, time });
  const bus = { publish: (_: string, probe: Probe) => flow.arrived(probe) };
  time.pass(7);
  flow.send(busOf(bus), 'events.fill.0', { stream: 0, intendedAtMs: 1000, priority: Priority.HIGH });
  expect([flow.received, flow.latency.min, flow.latency.max]).toEqual([1, 7e6, 7e6]);
});

test('a request in flight has the latency from its call to its answer', async () => {
  const time = new HandTime();
  let serve: (payload: number, respond: (answer: number) => void) => void = () => undefined;
  const bus = busOf({
    extras: {
      serve: (_, handler) => {
        serve = handler;
      },
      // Each call takes a microsecond, and all answers come when the last one has been made.
      request: (_, payload) =>
        new Promise((resolve) => {
          time.pass(0.001);
          serve(payload, resolve);
        }),
    },
  });
  const measure = await inFlight.prepare(bus, { measureMs: 1, seed: 1, warmUpMessages: 1, time });
  const { metrics, problems } = await measure();
  expect(problems).toEqual([]);
  expect(metrics['maxUs']).toBeCloseTo(10_000, 0);
  expect(metrics['meanUs']).toBeGreaterThan(4990);
  expect(metrics['meanUs']).toBeLessThan(5030);
});

function busOf(face: Partial<BusUnderTest>): BusUnderTest {
  return {
    subscribe: () => undefined,
    publish: () => undefined,
    settle: () => Promise.resolve(),
    close: () => Promise.resolve(),
    ...face,
  };
}
