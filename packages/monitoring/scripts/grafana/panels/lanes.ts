import { arithmetic, series, sum } from '../../../src/rules/expressions/build.ts';
import type { RowDraft } from '../panel.ts';
import { perSecond } from './short-hand.ts';

/** What waits, and what became of what could not wait. */
export const lanes: RowDraft = {
  title: 'Lanes',
  panels: [
    {
      title: 'How full',
      description:
        'Messages in a lane, parked ones too, of its capacity. What a full lane does with more is its overflow policy.',
      unit: 'percentunit',
      max: 1,
      queries: [
        {
          expression: arithmetic(
            arithmetic(series('tradewind_lane_queued'), '+', series('tradewind_lane_parked')),
            '/',
            series('tradewind_lane_capacity'),
          ),
          legend: '{{bus}} {{lane}} {{direction}} {{path}}',
        },
      ],
      limits: [{ value: 0.8 }],
      runbook: 'tradewind-lane-near-capacity.md',
    },
    {
      title: 'Waiting messages',
      description: 'Queued, and parked behind their busy ordering key.',
      unit: 'short',
      stacked: true,
      queries: [
        { expression: sum(['bus', 'lane'], series('tradewind_lane_queued')), legend: '{{bus}} {{lane}} queued' },
        { expression: sum(['bus', 'lane'], series('tradewind_lane_parked')), legend: '{{bus}} {{lane}} parked' },
      ],
      runbook: 'tradewind-lane-filling-up.md',
    },
    {
      title: 'Publishers that wait for room',
      description: 'Calls of publishWhenReady that are not let through yet: back-pressure.',
      unit: 'short',
      queries: [{ expression: series('tradewind_publish_waiters'), legend: '{{bus}}' }],
      runbook: 'tradewind-back-pressure-sustained.md',
    },
    {
      title: 'Refused',
      description: 'Messages for which a lane had no room: publish returned false.',
      unit: 'mps',
      queries: [
        { expression: perSecond('tradewind_messages_refused_total', ['bus', 'lane']), legend: '{{bus}} {{lane}}' },
      ],
      runbook: 'tradewind-messages-refused.md',
    },
    {
      title: 'Dropped',
      description:
        'Messages and deliveries that were dropped, by reason. Some reasons are wishes: plugin, unsubscribed.',
      unit: 'mps',
      queries: [
        {
          expression: perSecond('tradewind_messages_dropped_total', ['bus', 'lane', 'reason']),
          legend: '{{bus}} {{lane}} messages {{reason}}',
        },
        {
          expression: perSecond('tradewind_deliveries_dropped_total', ['bus', 'lane', 'reason']),
          legend: '{{bus}} {{lane}} deliveries {{reason}}',
        },
      ],
      runbook: 'tradewind-messages-dropped.md',
    },
    {
      title: 'Expired and superseded',
      description: 'Messages that were too late, and those in whose place a newer one came.',
      unit: 'mps',
      queries: [
        {
          expression: perSecond('tradewind_messages_expired_total', ['bus', 'lane']),
          legend: '{{bus}} {{lane}} expired',
        },
        {
          expression: perSecond('tradewind_messages_superseded_total', ['bus', 'lane']),
          legend: '{{bus}} {{lane}} superseded',
        },
      ],
      runbook: 'tradewind-messages-expired.md',
    },
  ],
};
