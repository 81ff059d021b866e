import type { HealthStatus, MetricsSink } from '@tradewind/core-types';
import { BufferedMessageBusClient, InMemoryBroker, MessageBus } from '@tradewind/core';
import { describe, expect, test } from 'vitest';
import { createAlerting, createMonitoring, type Monitoring } from '../../src/index.ts';
import { ALERT_RULES } from '../../src/rules/index.ts';
import { samples, scraped } from '../support/sources.ts';

/** A part of which only its health is to be seen. */
function partOf(status: HealthStatus) {
  return { health: () => ({ status, reason: status, sinceMs: 0 }) };
}

/** The components of which the rules of the table say that they are down, after a minute of looking every ten seconds. */
async function foundDown(monitoring: Monitoring): Promise<readonly (string | undefined)[]> {
  let nowMs = 1_000_000;
  const clock = { now: () => nowMs, setTimer: () => undefined, clearTimer: () => undefined };
  await using alerting = createAlerting({ clock });
  for (; nowMs < 1_060_000; nowMs += 10_000) await alerting.look(monitoring);
  const alerts = alerting.alerts().filter(({ rule, state }) => rule === 'TradewindComponentDown' && state === 'firing');
  return alerts.map(({ labels }) => labels['component']);
}

describe('a bound on series hides nothing that is ill', () => {
  test('of 150 parts the one that is down is found', async () => {
    const parts = Object.fromEntries(
      Array.from({ length: 150 }, (_, at) => [`feeds/f${at}`, partOf(at === 77 ? 'down' : 'up')]),
    );
    await using monitoring = createMonitoring({ bus: new MessageBus(), process: false, parts });
    expect(await foundDown(monitoring)).toEqual(['feeds/f77']);
    const shown = samples(await scraped(monitoring));
    expect(shown.get('tradewind_health_status{bus="bus",component="feeds/f77"}')).toBe(0);
  });

  test.each([8, 10])('of a client with %i paths the part that is down is found', async (count) => {
    const paths = Object.fromEntries(
      Array.from({ length: count }, (_, at) => [`p${at}`, new InMemoryBroker().transport()]),
    );
    await using bus = new BufferedMessageBusClient({ name: 'main', group: 'g', paths });
    await bus.ready();
    await using monitoring = createMonitoring({ bus, transports: paths, parts: { risk: partOf('down') } });
    expect(await foundDown(monitoring)).toContain('risk');
    const shown = samples(await scraped(monitoring));
    expect(shown.get('tradewind_health_status{bus="main",component="risk"}')).toBe(0);
  });

  test('a counter that has no place on the page is read by the rules all the same', async () => {
    let errors = 0;
    const bus = {
      collect: (into: MetricsSink) => {
        for (let at = 0; at < 300; at += 1) {
          into.counter('tradewind_venue_gaps_total', at === 0 ? errors : 1_000, { venue: `V${at}` });
        }
      },
    };
    await using monitoring = createMonitoring({ bus, process: false });
    let nowMs = 1_000_000;
    const clock = { now: () => nowMs, setTimer: () => undefined, clearTimer: () => undefined };
    const rules = ALERT_RULES.filter(({ name }) => name === 'TradewindMarketDataGaps');
    await using alerting = createAlerting({ clock, rules });
    for (; nowMs < 1_060_000; nowMs += 10_000) {
      errors += 1;
      await alerting.look(monitoring);
    }
    expect(alerting.alerts().map(({ labels }) => labels['venue'])).toEqual(['V0']);
  });

  test('says that it is degraded where there are more series than it can keep', async () => {
    const bus = {
      collect: (into: MetricsSink) => {
        for (let at = 0; at < 9_000; at += 1) into.gauge('tradewind_venue_good_ratio', 1, { venue: `V${at}` });
      },
    };
    await using monitoring = createMonitoring({ bus, process: false });
    await using alerting = createAlerting({});
    expect(alerting.health().status).toBe('up');
    await alerting.look(monitoring);
    expect(alerting.health()).toMatchObject({ status: 'degraded', reason: expect.stringContaining('series') });
  });
});
