import { PRIORITY_NAMES } from '@tradewind/core-types';
import { LATENCY_TARGETS } from '../../../src/rules/table/latency.ts';
import type { PanelDraft, RowDraft } from '../panel.ts';
import { quantiles } from './short-hand.ts';

/** How long messages wait, a panel for each priority with its target, and how long handlers take. */
export const latency: RowDraft = {
  title: 'Latency by priority',
  panels: [
    ...PRIORITY_NAMES.map((lane): PanelDraft => ({
      title: `Wait of ${lane}`,
      description: `From publish to handler. The target is ${LATENCY_TARGETS[lane] * 1_000} ms; what is shown is as fine as the buckets.`,
      unit: 's',
      width: 12,
      queries: quantiles('tradewind_message_wait_seconds', {
        parts: [0.5, 0.95, 0.99, 0.999],
        by: ['bus', 'lane', 'direction'],
        match: { lane },
      }),
      limits: [{ value: LATENCY_TARGETS[lane] }],
      runbook: 'tradewind-latency-p99-over-target.md',
    })),
    {
      title: 'Time of handlers',
      description:
        'From the call of a handler to its end. A handler that waits for something holds a worker meanwhile.',
      unit: 's',
      width: 24,
      queries: quantiles('tradewind_handler_seconds', { parts: [0.5, 0.99], by: ['bus', 'lane'] }),
      limits: [{ value: 1 }],
      runbook: 'tradewind-slow-consumer.md',
    },
  ],
};
