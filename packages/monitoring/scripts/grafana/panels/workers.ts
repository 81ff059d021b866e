import { series } from '../../../src/rules/expressions/build.ts';
import type { RowDraft } from '../panel.ts';
import { perSecond, share } from './short-hand.ts';

/** Who does the work, and how it goes. */
export const workers: RowDraft = {
  title: 'Workers',
  panels: [
    {
      title: 'Workers',
      description: 'Slots in which handlers run: busy, there are, may be.',
      unit: 'short',
      queries: [
        { expression: series('tradewind_workers_busy'), legend: '{{bus}} busy' },
        { expression: series('tradewind_workers'), legend: '{{bus}} there are' },
        { expression: series('tradewind_workers_max'), legend: '{{bus}} may be' },
      ],
      runbook: 'tradewind-workers-exhausted.md',
    },
    {
      title: 'Open deliveries',
      description: 'Deliveries that are not settled, and those that wait for their next attempt.',
      unit: 'short',
      queries: [
        { expression: series('tradewind_deliveries_open'), legend: '{{bus}} open' },
        { expression: series('tradewind_deliveries_retrying'), legend: '{{bus}} to be tried again' },
      ],
      runbook: 'tradewind-retries-high.md',
    },
    {
      title: 'Failed attempts',
      description: 'Of all attempts of handlers, those that threw or ran out of time.',
      unit: 'percentunit',
      queries: [
        {
          expression: share(
            perSecond('tradewind_deliveries_failed_attempts_total', ['bus', 'lane']),
            perSecond('tradewind_deliveries_handled_total', ['bus', 'lane']),
          ),
          legend: '{{bus}} {{lane}}',
        },
      ],
      runbook: 'tradewind-delivery-errors.md',
    },
    {
      title: 'Worker threads',
      description: 'Messages that wait for a thread, and threads that crashed, each second.',
      unit: 'short',
      width: 12,
      queries: [
        { expression: series('tradewind_threads_queued_messages'), legend: '{{part}} waiting' },
        { expression: perSecond('tradewind_threads_crashes_total', ['bus', 'part']), legend: '{{part}} crashes' },
      ],
      runbook: 'tradewind-threads-crashing.md',
    },
    {
      title: 'Requests',
      description: 'Requests by outcome.',
      unit: 'ops',
      width: 12,
      queries: [
        { expression: perSecond('tradewind_bus_requests_total', ['bus', 'outcome']), legend: '{{bus}} {{outcome}}' },
      ],
      runbook: 'tradewind-request-timeouts.md',
    },
  ],
};
