// How do I watch something of my own, and get told when it is wrong?
import { setTimeout as delay } from 'node:timers/promises';
import { BufferedMessageBusClient } from '@tradewind/core';
import type { MetricsSource } from '@tradewind/core-types';
import { createAlerting, createMonitoring, type Notifier } from '@tradewind/monitoring';
import { compare, group, promql, seconds, series } from '@tradewind/monitoring/rules';

// A metric is pulled: the strategy writes a plain field, and a scrape reads it.
const strategy = { exposure: 40_000 };
const risk: MetricsSource = {
  collect(into) {
    into.describe('tradewind_desk_exposure_usdt', 'What the desk would lose if everything went to nothing.');
    into.gauge('tradewind_desk_exposure_usdt', strategy.exposure, { strategy: 'momentum' });
  },
};

// Put them beside ALERT_RULES to have the predefined ones too.
const rules = group('desk', [
  {
    name: 'DeskExposureHigh',
    severity: 'critical',
    expression: compare(series('tradewind_desk_exposure_usdt'), '>', 100_000),
    forMs: seconds(0.2),
    summary: '{{ $labels.strategy }} is exposed with {{ $value | humanize }} USDT.',
    runbook: { means: 'More is at stake than was agreed.', look: ['Its positions.'], act: ['Stop it.'] },
  },
]);
for (const { name, expression } of rules) console.log(`${name}: ${promql(expression)}`);

const desk: Notifier = {
  notify: async ({ status, alerts }) => console.log(`${status}: ${alerts[0]?.summary}`),
};
const alerting = createAlerting({ rules, intervalMs: 100, channels: [{ name: 'desk', notifier: desk }] });
const client = new BufferedMessageBusClient({ name: 'desk' });
alerting.start(createMonitoring({ bus: client, parts: { risk, alerting } }));

strategy.exposure = 250_000;
await told('firing');
strategy.exposure = 10_000;
await told('resolved');
await alerting[Symbol.asyncDispose]();
await client.close();

/** A group of alerts waits a second for more of its kind before it is told; the audit trail has when that was. */
async function told(status: 'firing' | 'resolved'): Promise<void> {
  while (!alerting.audit().some(({ kind, detail }) => kind === 'notified' && detail.endsWith(status))) await delay(50);
}
