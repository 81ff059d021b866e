import { setTimeout as sleep } from 'node:timers/promises';
import { MemorySeriesStore, type Monitoring } from '@tradewind/monitoring';
import { ALERT_RULES, seriesOf } from '@tradewind/monitoring/rules';
import { expect, test } from 'vitest';
import { everyPart } from './every-part.ts';

test('every series that an alert rule reads is reported by some part, with the labels that the rule asks for', async () => {
  const parts = await everyPart();
  try {
    // What a part asks its server for is there a scrape later.
    let missing = await missingIn(parts.monitoring);
    for (let again = 0; again < 100 && missing.length > 0; again += 1) {
      await sleep(50);
      missing = await missingIn(parts.monitoring);
    }
    expect(missing).toEqual([]);
  } finally {
    await parts[Symbol.asyncDispose]();
  }
});

/** What rules ask for and a scrape does not have. */
async function missingIn(monitoring: Monitoring): Promise<readonly string[]> {
  await monitoring.scrape();
  const store = new MemorySeriesStore();
  store.append({ timeMs: 1, values: monitoring.values() });
  // What only a Prometheus knows no part reports.
  return ALERT_RULES.filter(({ only }) => only === undefined).flatMap((rule) =>
    seriesOf(rule.expression)
      .filter(({ series: { name, match } }) => store.select(name, match, 0, 1).length === 0)
      .map(({ series: { name, match } }) => `${rule.name} reads ${name}${JSON.stringify(match)}`),
  );
}
