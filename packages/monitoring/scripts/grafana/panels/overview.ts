import { aggregate, arithmetic, series, sum } from '../../../src/rules/expressions/build.ts';
import type { RowDraft } from '../panel.ts';
import { perSecond, share } from './short-hand.ts';

const lost = arithmetic(
  perSecond('tradewind_deliveries_dead_lettered_total', ['bus']),
  '+',
  perSecond('tradewind_deliveries_dropped_total', ['bus'], {
    reason: { noneOf: ['plugin', 'unsubscribed', 'closed'] },
  }),
);

/** What is looked at first. */
export const overview: RowDraft = {
  title: 'Overview',
  panels: [
    {
      title: 'Buses',
      description: 'Buses that are up. One that is down takes nothing any more.',
      unit: 'short',
      kind: 'number',
      queries: [{ expression: aggregate('sum', ['job'], series('tradewind_up')), legend: 'up' }],
      limits: [{ value: 1, isBelow: true }],
      runbook: 'tradewind-bus-down.md',
    },
    {
      title: 'Worst component',
      description: '1: all are up. 0.5: one works with less. 0: one is down.',
      unit: 'short',
      kind: 'number',
      queries: [{ expression: aggregate('min', ['bus'], series('tradewind_health_status')), legend: '{{bus}}' }],
      limits: [{ value: 0.6, isBelow: true }],
      runbook: 'tradewind-component-down.md',
    },
    {
      title: 'Accepted',
      description: 'Messages that lanes took in, each second.',
      unit: 'mps',
      kind: 'number',
      queries: [{ expression: perSecond('tradewind_messages_accepted_total', ['bus']), legend: '{{bus}}' }],
      runbook: 'tradewind-no-traffic.md',
    },
    {
      title: 'Given up',
      description: 'Deliveries that were dead-lettered or dropped, of all. The budget is 0.1 %.',
      unit: 'percentunit',
      kind: 'number',
      queries: [
        {
          expression: share(lost, arithmetic(perSecond('tradewind_deliveries_handled_total', ['bus']), '+', lost)),
          legend: '{{bus}}',
        },
      ],
      limits: [{ value: 0.001 }],
      runbook: 'tradewind-error-budget-burn1h.md',
    },
    {
      title: 'Event loop',
      description: 'Utilization of the event loop. Over 0.9 everything waits.',
      unit: 'percentunit',
      kind: 'number',
      max: 1,
      queries: [
        { expression: perSecond('tradewind_process_event_loop_busy_seconds_total', ['bus']), legend: '{{bus}}' },
      ],
      limits: [{ value: 0.9 }],
      runbook: 'tradewind-event-loop-saturated.md',
    },
    {
      title: 'Firing',
      description: 'Alerts that fire in the process, by severity.',
      unit: 'short',
      kind: 'number',
      queries: [
        {
          expression: sum(['severity'], series('tradewind_alerts', { state: 'firing', severity: { not: 'info' } })),
          legend: '{{severity}}',
        },
      ],
      limits: [{ value: 1 }],
    },
    {
      title: 'Accepted by lane',
      description:
        'Messages that lanes took in. A lane that falls to nothing while others go on has lost its publisher.',
      unit: 'mps',
      stacked: true,
      width: 12,
      queries: [
        { expression: perSecond('tradewind_messages_accepted_total', ['bus', 'lane']), legend: '{{bus}} {{lane}}' },
      ],
      runbook: 'tradewind-traffic-drop.md',
    },
    {
      title: 'Deliveries by lane',
      description: 'Deliveries whose handler is done.',
      unit: 'ops',
      stacked: true,
      width: 12,
      queries: [
        { expression: perSecond('tradewind_deliveries_handled_total', ['bus', 'lane']), legend: '{{bus}} {{lane}}' },
      ],
    },
    {
      title: 'Health',
      description: 'Each component: 1 up, 0.5 works with less, 0 down.',
      unit: 'short',
      width: 24,
      max: 1,
      queries: [{ expression: series('tradewind_health_status'), legend: '{{bus}} {{component}}' }],
      runbook: 'tradewind-component-degraded.md',
    },
  ],
};
