import { series } from '../../../src/rules/expressions/build.ts';
import type { RowDraft } from '../panel.ts';
import { perSecond } from './short-hand.ts';

/** The Node.js process. */
export const process: RowDraft = {
  title: 'Process',
  panels: [
    {
      title: 'Event loop utilization',
      description:
        'The part of the time in which the event loop works. Its delay tells little: it hardly moves below 95 %.',
      unit: 'percentunit',
      max: 1,
      queries: [
        { expression: perSecond('tradewind_process_event_loop_busy_seconds_total', ['bus']), legend: '{{bus}}' },
      ],
      limits: [{ value: 0.9 }],
      runbook: 'tradewind-event-loop-saturated.md',
    },
    {
      title: 'Processor',
      description: 'Processors in use, by all threads of the process.',
      unit: 'short',
      queries: [{ expression: perSecond('tradewind_process_cpu_seconds_total', ['bus']), legend: '{{bus}}' }],
    },
    {
      title: 'Garbage collection',
      description: 'The part of the time that goes into it, by kind.',
      unit: 'percentunit',
      queries: [
        { expression: perSecond('tradewind_process_gc_seconds_total', ['bus', 'kind']), legend: '{{bus}} {{kind}}' },
      ],
      limits: [{ value: 0.1 }],
      runbook: 'tradewind-gc-pressure.md',
    },
    {
      title: 'Heap',
      description: 'Used, and what it may become.',
      unit: 'bytes',
      queries: [
        { expression: series('tradewind_process_heap_used_bytes'), legend: '{{bus}} used' },
        { expression: series('tradewind_process_heap_limit_bytes'), legend: '{{bus}} limit' },
      ],
      runbook: 'tradewind-heap-near-limit.md',
    },
    {
      title: 'Resident memory',
      description: 'What the process has of the machine. Steady growth over hours is a leak.',
      unit: 'bytes',
      queries: [{ expression: series('tradewind_process_resident_bytes'), legend: '{{bus}}' }],
      runbook: 'tradewind-memory-leak-suspected.md',
    },
    {
      title: 'Started',
      description: 'A line that jumps is a process that was restarted.',
      unit: 'short',
      queries: [{ expression: series('tradewind_process_start_time_seconds'), legend: '{{bus}}' }],
      runbook: 'tradewind-bus-restarting.md',
    },
  ],
};
