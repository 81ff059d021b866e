import { group, type AlertRule } from '../alert-rule.ts';
import {
  ago,
  and,
  arithmetic,
  compare,
  hours,
  minutes,
  over,
  prediction,
  rate,
  series,
  sum,
} from '../expressions/build.ts';

const heapUsed = series('tradewind_process_heap_used_bytes');
const heapLimit = series('tradewind_process_heap_limit_bytes');

/** The process in which the bus runs. */
export const processRules: readonly AlertRule[] = group('process', [
  {
    name: 'TradewindEventLoopSaturated',
    severity: 'critical',
    expression: compare(rate(series('tradewind_process_event_loop_busy_seconds_total'), minutes(2)), '>', 0.9),
    forMs: minutes(1),
    keepFiringMs: minutes(1),
    summary: 'The event loop of {{ $labels.bus }} is {{ $value | humanizePercentage }} busy.',
    runbook: {
      means: 'The loop has no time left: everything waits, and latency grows without bound.',
      look: [
        'A processor profile (`node --cpu-prof`).',
        'Synchronous handlers that take long.',
        'Pauses of the garbage collector.',
      ],
      act: ['Move long work to threads or another process.', 'Lower the load.'],
    },
  },
  {
    name: 'TradewindGcPressure',
    severity: 'warning',
    expression: compare(sum(['bus'], rate(series('tradewind_process_gc_seconds_total'), minutes(5))), '>', 0.1),
    forMs: minutes(2),
    keepFiringMs: minutes(2),
    summary: 'The garbage collector takes {{ $value | humanizePercentage }} of the time of {{ $labels.bus }}.',
    runbook: {
      means: 'Much is allocated, or the heap is nearly full. Each pause is latency.',
      look: ['Heap in use against its limit.', 'An allocation profile.'],
      act: ['Allocate less per message.', 'Give the young generation more room (`--max-semi-space-size`).'],
    },
  },
  {
    name: 'TradewindHeapNearLimit',
    severity: 'critical',
    expression: compare(arithmetic(heapUsed, '/', heapLimit), '>', 0.85),
    forMs: minutes(1),
    keepFiringMs: minutes(2),
    summary: 'The heap of {{ $labels.bus }} is {{ $value | humanizePercentage }} full.',
    runbook: {
      means: 'At its limit the process ends, and what is in memory is lost.',
      look: ['What grew: lanes, dead letters, topics.', 'A heap snapshot, while it still works.'],
      act: ['Restart the process at a time of your choice, rather than at its own.', 'Raise `--max-old-space-size`.'],
    },
  },
  {
    name: 'TradewindMemoryLeakSuspected',
    severity: 'warning',
    expression: and(
      and(
        compare(
          over('min_over_time', heapUsed, hours(1)),
          '>',
          arithmetic(1.2, '*', over('min_over_time', ago(heapUsed, hours(3)), hours(1))),
        ),
        compare(
          over('min_over_time', ago(heapUsed, hours(3)), hours(1)),
          '>',
          arithmetic(1.2, '*', over('min_over_time', ago(heapUsed, hours(6)), hours(1))),
        ),
      ),
      compare(prediction(heapUsed, hours(6), hours(24)), '>', heapLimit),
    ),
    forMs: minutes(10),
    summary: 'The heap of {{ $labels.bus }} has grown for six hours and will be full within a day.',
    inhibitedBy: ['TradewindHeapNearLimit'],
    runbook: {
      means:
        'What is left after collections grows hour by hour: something is kept that should not be. It says nothing in the first seven hours of a process.',
      look: ['Two heap snapshots an hour apart, compared.', 'Sizes of caches, lanes, dead letters.'],
      act: ['Mend what keeps it.', 'Until then restart the process before it is full.'],
    },
  },
]);
