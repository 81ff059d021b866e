import { series } from '../../../src/rules/expressions/build.ts';
import type { RowDraft } from '../panel.ts';
import { perSecond } from './short-hand.ts';

/** What nobody could handle. */
export const deadLetters: RowDraft = {
  title: 'Dead letters',
  panels: [
    {
      title: 'Kept',
      description: 'Dead letters that a client keeps. They wait for somebody to look at them.',
      unit: 'short',
      queries: [{ expression: series('tradewind_dead_letters'), legend: '{{bus}}' }],
      limits: [{ value: 100 }],
      runbook: 'tradewind-dead-letters-piling-up.md',
    },
    {
      title: 'Arriving',
      description: 'Deliveries that were given up after their last attempt, and messages before any.',
      unit: 'mps',
      queries: [
        {
          expression: perSecond('tradewind_deliveries_dead_lettered_total', ['bus', 'lane']),
          legend: '{{bus}} {{lane}} deliveries',
        },
        {
          expression: perSecond('tradewind_messages_dead_lettered_total', ['bus', 'lane']),
          legend: '{{bus}} {{lane}} messages',
        },
        { expression: perSecond('tradewind_transport_dead_letters_total', ['part']), legend: '{{part}}' },
      ],
      runbook: 'tradewind-dead-letters-arriving.md',
    },
    {
      title: 'Not kept',
      description: 'Dead letters that made room for newer ones, and those that could not be written.',
      unit: 'mps',
      queries: [
        { expression: perSecond('tradewind_dead_letters_evicted_total', ['bus']), legend: '{{bus}} made room' },
        { expression: perSecond('tradewind_dead_letters_unwritten_total', ['bus']), legend: '{{bus}} not written' },
      ],
      runbook: 'tradewind-dead-letters-lost.md',
    },
  ],
};
