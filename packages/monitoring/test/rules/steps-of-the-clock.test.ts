import type { MetricLabels } from '@tradewind/core-types';
import { describe, expect, test } from 'vitest';
import { createAlerting } from '../../src/alerting/alerting.ts';
import { WATCHDOG } from '../../src/alerting/dead-mans-switch.ts';
import type { ScrapedValue } from '../../src/history/series-store.ts';
import { labelText } from '../../src/scraping/shared-labels.ts';

/** A bus that is well and not fast: two messages wait in each lane at any time, and every ten seconds something of each kind happens. */
class SlowBus {
  nowMs = 1_000_000_000;
  #seconds = 0;
  #evaluatedAtMs = this.nowMs;

  readonly alerting = createAlerting({
    clock: {
      now: () => this.nowMs,
      setTimer: (callback: () => void) => setImmediate(callback),
      clearTimer: (timer: unknown) => clearImmediate(timer as NodeJS.Immediate),
    },
  });

  async scrape(): Promise<void> {
    return;
  }

  *values(): Iterable<ScrapedValue> {
    const done = 1 + Math.floor(this.#seconds / 10);
    yield valueOf('tradewind_up', {}, 1);
    for (const lane of ['CRITICAL', 'HIGH', 'NORMAL', 'LOW']) {
      const labels = { lane, direction: 'local' };
      yield valueOf('tradewind_lane_queued', labels, 2);
      yield valueOf('tradewind_lane_parked', labels, 0);
      yield valueOf('tradewind_lane_capacity', labels, 1_000);
      // The other lanes are served every second.
      yield valueOf('tradewind_messages_dispatched_total', labels, lane === 'LOW' ? done : this.#seconds);
      yield valueOf('tradewind_messages_accepted_total', labels, lane === 'LOW' ? done + 2 : this.#seconds + 2);
      for (const other of ['sent', 'expired', 'superseded', 'unrouted', 'dead_lettered', 'dropped']) {
        yield valueOf(`tradewind_messages_${other}_total`, labels, 0);
      }
    }
    const slow = { lane: 'NORMAL', direction: 'out' };
    yield valueOf('tradewind_lane_queued', slow, 2);
    yield valueOf('tradewind_messages_dispatched_total', slow, 0);
    yield valueOf('tradewind_messages_sent_total', slow, done);
    for (const other of ['expired', 'superseded', 'unrouted', 'dead_lettered']) {
      yield valueOf(`tradewind_messages_${other}_total`, slow, 0);
    }
    yield valueOf('tradewind_transport_heartbeats_total', { part: 'transports/redis' }, done);
    yield valueOf('tradewind_venue_events_total', { part: 'latency', venue: 'BINANCE' }, done);
    yield valueOf('tradewind_alert_evaluation_timestamp_seconds', { part: 'alerting' }, this.#evaluatedAtMs / 1_000);
  }

  /** Looks every second. @returns The rules that fired in any of the looks. */
  async fired(seconds: number): Promise<readonly string[]> {
    const fired = new Set<string>();
    for (let at = 0; at < seconds; at += 1) {
      this.nowMs += 1_000;
      this.#seconds += 1;
      await this.alerting.look(this);
      this.#evaluatedAtMs = this.nowMs;
      for (const { rule, state } of this.alerting.alerts()) if (state === 'firing') fired.add(rule);
    }
    fired.delete(WATCHDOG);
    return [...fired];
  }
}

function valueOf(name: string, own: MetricLabels, value: number): ScrapedValue {
  const labels = { bus: 'main', ...own };
  return { name, labels, labelText: labelText(labels), value };
}

describe('of a bus that is well, no rule fires', () => {
  test('in the looks after the start', async () => {
    const bus = new SlowBus();
    expect(await bus.fired(200)).toEqual([]);
  });

  test('in the looks after a step of the clock', async () => {
    const bus = new SlowBus();
    for (const stepMs of [90_000, 600_000, 3_600_000, 24 * 3_600_000]) {
      await bus.fired(120);
      bus.nowMs += stepMs;
      expect(await bus.fired(60), `a step of ${stepMs} ms`).toEqual([]);
    }
  });
});
