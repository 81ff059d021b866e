import { performance } from 'node:perf_hooks';
import { MessageBus } from '@tradewind/core';
import { afterEach, expect, test, vi } from 'vitest';
import { Window, createMonitoring, type Monitoring } from '../../src/index.ts';

afterEach(() => vi.restoreAllMocks());

const BUSY = 'tradewind_process_event_loop_busy_seconds_total';

/** Who reads the process now and then, as the engine, the page and a Prometheus do: the utilization since its own last reading. */
class Reader {
  readonly #monitoring: Monitoring;
  readonly #window = new Window();

  constructor(monitoring: Monitoring) {
    this.#monitoring = monitoring;
  }

  async readAt(second: number): Promise<number | undefined> {
    await this.#monitoring.scrape();
    this.#window.mark(this.#monitoring.families(), second * 1_000);
    return this.#window.rate(BUSY);
  }
}

test('how busy the event loop is does not depend on who else reads it', async () => {
  let second = 0;
  // A quarter of the time.
  vi.spyOn(performance, 'eventLoopUtilization').mockImplementation(() => ({
    active: second * 250,
    idle: second * 750,
    utilization: 0.25,
  }));
  await using monitoring = createMonitoring({ bus: new MessageBus() });
  const seldom = new Reader(monitoring);
  const often = new Reader(monitoring);
  const found: unknown[] = [];
  for (second = 0; second < 60; second += 1) {
    found.push(await often.readAt(second));
    // Right after the other one.
    if (second % 15 === 0) found.push(await seldom.readAt(second));
  }
  expect(new Set(found)).toEqual(new Set([undefined, 0.25]));
  expect(found.filter((one) => one === undefined)).toHaveLength(2);
});

test('the time in which the event loop works is told in seconds since the start of the process', async () => {
  await using monitoring = createMonitoring({ bus: new MessageBus() });
  const before = performance.eventLoopUtilization().active;
  await monitoring.scrape();
  const after = performance.eventLoopUtilization().active;
  const [busy] = monitoring.family(BUSY)?.series ?? [];
  expect((busy?.value ?? Number.NaN) * 1_000).toBeGreaterThanOrEqual(before);
  expect((busy?.value ?? Number.NaN) * 1_000).toBeLessThanOrEqual(after);
});
