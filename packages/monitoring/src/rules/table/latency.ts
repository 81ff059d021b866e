import type { PriorityName } from '@tradewind/core-types';
import { group, type AlertRule } from '../alert-rule.ts';
import {
  ago,
  and,
  arithmetic,
  compare,
  days,
  hours,
  increase,
  minutes,
  or,
  over,
  quantile,
  rate,
  series,
  sum,
} from '../expressions/build.ts';
import type { Expression } from '../expressions/expression.ts';

/** How long a message may wait, in seconds, by its priority. */
export const LATENCY_TARGETS: Readonly<Record<PriorityName, number>> = {
  CRITICAL: 0.0005,
  HIGH: 0.002,
  NORMAL: 0.01,
  LOW: 0.05,
};

const NAME = 'tradewind_message_wait_seconds';

/** How many messages there must be: fewer say nothing of the part that is asked for, and one slow message at the start would be all of it. */
const LEAST = { half: 30, hundredth: 100, thousandth: 1_000 };

/** Lanes of which a part of the messages waited longer than the target of their priority, among at least so many. */
function overTarget(part: number, rangeMs: number, least: number): Expression {
  const [first, ...others] = Object.entries(LATENCY_TARGETS).map(([lane, target]) =>
    compare(quantile(part, series(NAME, { lane }), rangeMs, ['bus', 'lane', 'direction']), '>', target),
  );
  const enough = compare(sum(['bus', 'lane', 'direction'], increase(series(`${NAME}_count`), rangeMs)), '>=', least);
  return and(or(first as Expression, ...others), enough);
}

const p99 = (offsetMs: number, rangeMs: number): Expression =>
  quantile(0.99, ago(series(NAME), offsetMs), rangeMs, ['bus', 'lane', 'direction']);
const historyBefore = sum(
  ['bus', 'lane', 'direction'],
  over('count_over_time', ago(series(`${NAME}_count`), days(7) + hours(1.5)), hours(3)),
);
const observed = (rangeMs: number, offsetMs = 0): Expression =>
  sum(['bus', 'lane', 'direction'], rate(ago(series(`${NAME}_count`), offsetMs), rangeMs));

const look = [
  'Which lane, and how full it is.',
  'Event loop utilization: over 0.9 everything waits.',
  'The duration of handlers: a synchronous one holds up all others.',
];
const act = ['Move long work out of handlers, or to threads.', 'Lower the load, or share it among processes.'];

/** How long messages wait, against what is promised and against what was usual. */
export const latency: readonly AlertRule[] = group('latency', [
  {
    name: 'TradewindLatencyP50OverTarget',
    severity: 'critical',
    expression: overTarget(0.5, minutes(5), LEAST.half),
    forMs: minutes(1),
    keepFiringMs: minutes(1),
    summary:
      'Half of the {{ $labels.lane }} messages of {{ $labels.bus }} wait longer than {{ $value | humanizeDuration }}: over the target.',
    inhibitedBy: ['TradewindEventLoopSaturated', 'TradewindTransportDown'],
    runbook: {
      means:
        'The usual message of a lane waits longer than its target: CRITICAL 0.5 ms, HIGH 2 ms, NORMAL 10 ms, LOW 50 ms, from publishing to the start of its handler. Fewer than 30 messages within five minutes say nothing.',
      look,
      act,
    },
  },
  {
    name: 'TradewindLatencyP99OverTarget',
    severity: 'warning',
    expression: overTarget(0.99, minutes(5), LEAST.hundredth),
    forMs: minutes(2),
    keepFiringMs: minutes(2),
    summary:
      '1 % of the {{ $labels.lane }} messages of {{ $labels.bus }} wait longer than {{ $value | humanizeDuration }}: over the target.',
    inhibitedBy: ['TradewindLatencyP50OverTarget', 'TradewindEventLoopSaturated', 'TradewindTransportDown'],
    runbook: {
      means:
        'One message of a hundred waits longer than the target of its lane. Fewer than 100 messages within five minutes say nothing.',
      look: [...look, 'Pauses of the garbage collector.'],
      act,
    },
  },
  {
    name: 'TradewindLatencyP999OverTarget',
    severity: 'info',
    expression: overTarget(0.999, minutes(30), LEAST.thousandth),
    forMs: minutes(5),
    keepFiringMs: minutes(5),
    summary:
      '0.1 % of the {{ $labels.lane }} messages of {{ $labels.bus }} wait longer than {{ $value | humanizeDuration }}: over the target.',
    inhibitedBy: [
      'TradewindLatencyP50OverTarget',
      'TradewindLatencyP99OverTarget',
      'TradewindEventLoopSaturated',
      'TradewindTransportDown',
    ],
    runbook: {
      means:
        'One message of a thousand waits longer than the target of its lane: a rare long task, a collection of garbage, a burst. Fewer than 1,000 messages within half an hour say nothing.',
      look: [...look, 'Pauses of the garbage collector.'],
      act,
    },
  },
  {
    name: 'TradewindLatencyDrift',
    severity: 'warning',
    expression: and(
      compare(p99(0, minutes(30)), '>', arithmetic(3, '*', p99(days(7) - hours(1.5), hours(3)))),
      and(
        and(compare(observed(minutes(30)), '>', 0.1), compare(observed(hours(3), days(7) - hours(1.5)), '>', 0.1)),
        compare(historyBefore, '>', 0),
      ),
    ),
    forMs: minutes(10),
    keepFiringMs: minutes(10),
    summary:
      '1 % of the {{ $labels.lane }} messages of {{ $labels.bus }} wait longer than {{ $value | humanizeDuration }}: three times as long as a week ago.',
    inhibitedBy: ['TradewindLatencyP50OverTarget', 'TradewindEventLoopSaturated', 'TradewindTransportDown'],
    runbook: {
      means:
        'Messages wait far longer than a week ago at this hour, whether or not a target is missed. It says nothing before there is a week of history.',
      look: ['What was deployed during the week.', 'Traffic: is it more than a week ago?', ...look],
      act,
    },
  },
]);
