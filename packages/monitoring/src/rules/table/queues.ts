import { SHED_LOW, group, type AlertRule } from '../alert-rule.ts';
import {
  and,
  arithmetic,
  compare,
  increase,
  minutes,
  over,
  prediction,
  rate,
  series,
  seconds,
  sum,
} from '../expressions/build.ts';
import type { Expression } from '../expressions/expression.ts';

const queued = series('tradewind_lane_queued');
const parked = series('tradewind_lane_parked');
const capacity = series('tradewind_lane_capacity');
/** What waits behind a busy key or a full subscription takes up room too. */
const filled: Expression = arithmetic(arithmetic(queued, '+', parked), '/', capacity);
/** Both lines are straight, so that their sum is. */
const soon: Expression = arithmetic(
  prediction(queued, minutes(10), minutes(15)),
  '+',
  prediction(parked, minutes(10), minutes(15)),
);

/** Everything that leaves a lane, by the reason for which it does. */
const leaving: Expression = [
  'tradewind_messages_sent_total',
  'tradewind_messages_expired_total',
  'tradewind_messages_superseded_total',
  'tradewind_messages_unrouted_total',
  'tradewind_messages_dead_lettered_total',
].reduce<Expression>(
  (all, name) => arithmetic(all, '+', rate(series(name), minutes(1))),
  rate(series('tradewind_messages_dispatched_total'), minutes(1)),
);

/** Lanes, workers, and those who wait for either. */
export const queues: readonly AlertRule[] = group('queues', [
  {
    name: 'TradewindLaneStuck',
    severity: 'critical',
    expression: and(compare(over('min_over_time', queued, minutes(1)), '>', 0), compare(leaving, '==', 0)),
    // After a start, or a step of the clock, two samples are the whole stretch.
    forMs: minutes(2),
    summary:
      '{{ $value }} messages stand in the lane {{ $labels.lane }} of {{ $labels.bus }}, and none has left it for two minutes.',
    inhibitedBy: ['TradewindTransportDown'],
    runbook: {
      means: 'Work waits and nothing is done: all workers are held, or the path of an outgoing lane takes nothing.',
      look: [
        'Busy workers against their number.',
        'Handlers that never end: open deliveries.',
        'For `direction="out"`: the health of the transport.',
      ],
      act: ['Set `handlerTimeoutMs`, so that a handler that hangs is given up.', 'Reconnect the transport.'],
      remediation: ['replace-stuck-worker', 'reconnect-transport'],
    },
  },
  {
    name: 'TradewindLaneFull',
    severity: 'critical',
    expression: compare(filled, '>=', 0.99),
    forMs: seconds(30),
    keepFiringMs: seconds(30),
    summary: 'The lane {{ $labels.lane }} of {{ $labels.bus }} is full.',
    inhibitedBy: ['TradewindLaneStuck', 'TradewindTransportDown'],
    runbook: {
      means: 'The next message meets the overflow policy: it is refused, or another one is dropped for it.',
      look: ['What the handlers of this lane do, and how long.', 'Whether the load is more than usual.'],
      act: [
        'More workers, if they are busy and the machine is not.',
        'Conflation, for data of which only the newest counts.',
        'A larger lane only for bursts: it does not help a handler that is too slow.',
      ],
      remediation: SHED_LOW,
    },
  },
  {
    name: 'TradewindLaneNearCapacity',
    severity: 'warning',
    expression: compare(filled, '>', 0.8),
    forMs: minutes(1),
    keepFiringMs: minutes(1),
    summary: 'The lane {{ $labels.lane }} of {{ $labels.bus }} is {{ $value | humanizePercentage }} full.',
    inhibitedBy: ['TradewindLaneFull', 'TradewindLaneStuck', 'TradewindTransportDown'],
    runbook: {
      means: 'Little room is left for a burst.',
      look: ['Is it filling up or draining?', 'Busy workers, slow handlers.'],
      act: ['As for a full lane, while there is time.'],
    },
  },
  {
    name: 'TradewindLaneFillingUp',
    severity: 'warning',
    expression: and(compare(soon, '>', capacity), compare(filled, '>', 0.3)),
    forMs: minutes(3),
    summary: 'The lane {{ $labels.lane }} of {{ $labels.bus }} will be full within 15 minutes.',
    inhibitedBy: ['TradewindLaneNearCapacity', 'TradewindLaneFull', 'TradewindLaneStuck', 'TradewindTransportDown'],
    runbook: {
      means: 'A straight line through the last ten minutes reaches the capacity of the lane within 15 minutes.',
      look: ['Rate in against rate out.'],
      act: ['Find what is slower than it was, or what is published more than it was.'],
    },
  },
  {
    name: 'TradewindLowLaneStarved',
    severity: 'warning',
    expression: and(
      and(
        compare(
          sum(['bus', 'part'], over('min_over_time', series('tradewind_lane_queued', { lane: 'LOW' }), minutes(2))),
          '>',
          0,
        ),
        compare(
          sum(['bus', 'part'], rate(series('tradewind_messages_dispatched_total', { lane: 'LOW' }), minutes(2))),
          '==',
          0,
        ),
      ),
      compare(
        sum(['bus', 'part'], rate(series('tradewind_messages_dispatched_total', { lane: { not: 'LOW' } }), minutes(2))),
        '>',
        0,
      ),
    ),
    forMs: minutes(5),
    summary:
      '{{ $value }} LOW messages of {{ $labels.bus }} have waited for five minutes while other lanes are served.',
    inhibitedBy: ['TradewindLaneStuck'],
    runbook: {
      means: 'Every lane has a guaranteed share; LOW does not get its own.',
      look: [
        'Circuit breaker of the scheduler: does a learned one decide?',
        'The knobs `lanes.LOW.share`.',
        'Keys: LOW messages may wait for a busy key of a higher lane.',
      ],
      act: ['Give LOW a larger share.', 'Go back to the default scheduler.'],
    },
  },
  {
    name: 'TradewindBackPressureSustained',
    severity: 'warning',
    expression: compare(over('min_over_time', series('tradewind_publish_waiters'), minutes(2)), '>', 0),
    forMs: seconds(30),
    keepFiringMs: minutes(1),
    summary: 'Publishers of {{ $labels.bus }} have been waiting for room for two minutes.',
    inhibitedBy: ['TradewindLaneStuck', 'TradewindLaneFull'],
    runbook: {
      means: '`publishWhenReady` waits: more is published than is handled, and not only in a burst.',
      look: ['Which lane is full.', 'Slow handlers.'],
      act: ['As for a full lane.'],
    },
  },
  {
    name: 'TradewindWorkersExhausted',
    severity: 'warning',
    expression: and(
      compare(arithmetic(series('tradewind_workers_busy'), '/', series('tradewind_workers_max')), '>=', 0.95),
      compare(sum(['bus', 'part'], arithmetic(queued, '+', parked)), '>', 0),
      ['bus', 'part'],
    ),
    forMs: minutes(1),
    keepFiringMs: minutes(1),
    summary:
      '{{ $value | humanizePercentage }} of the workers that {{ $labels.bus }} may have are busy, and messages wait.',
    runbook: {
      means: 'The pool has grown to its bound and all of it works.',
      look: ['What handlers wait for: most often one service that is slow.', 'The duration of handlers by lane.'],
      act: ['Mend what they wait for.', 'Raise `workers.max`, if the machine and the service can take more.'],
      remediation: ['replace-stuck-worker'],
    },
  },
  {
    name: 'TradewindScalingFlapping',
    severity: 'warning',
    expression: compare(over('changes', series('tradewind_workers'), minutes(10)), '>=', 10),
    keepFiringMs: minutes(5),
    summary: 'The number of workers of {{ $labels.bus }} changed {{ $value }} times within ten minutes.',
    runbook: {
      means:
        'The pool grows and shrinks again and again. It costs little, and it says that the load sits at the edge of a bound.',
      look: ['The load over the same time: does it swing?'],
      act: ['Raise `workers.min` to what the swings need.'],
    },
  },
  {
    name: 'TradewindSlowConsumer',
    severity: 'warning',
    expression: and(
      compare(
        arithmetic(
          sum(['bus', 'lane'], rate(series('tradewind_handler_seconds_sum'), minutes(5))),
          '/',
          sum(['bus', 'lane'], rate(series('tradewind_handler_seconds_count'), minutes(5))),
        ),
        '>',
        1,
      ),
      compare(sum(['bus', 'lane'], arithmetic(queued, '+', parked)), '>', 0),
    ),
    forMs: minutes(1),
    keepFiringMs: minutes(2),
    summary:
      'Handlers of the lane {{ $labels.lane }} of {{ $labels.bus }} take {{ $value | humanizeDuration }} on average, and messages wait.',
    runbook: {
      means: 'Handlers take more than a second, and behind them it piles up.',
      look: ['Which subscription: the page of topics and patterns names the slow ones.', 'What it waits for.'],
      act: ['Mend it, or give it a client of its own, so that it holds up nobody else.'],
    },
  },
  {
    name: 'TradewindThreadsCrashing',
    severity: 'critical',
    expression: compare(increase(series('tradewind_threads_crashes_total'), minutes(10)), '>', 0),
    keepFiringMs: minutes(5),
    summary: '{{ $value | humanize }} worker threads of {{ $labels.bus }} crashed within ten minutes.',
    runbook: {
      means:
        'Threads ended while they were needed. What they had in hand failed, and is tried again where retries are allowed. The pool starts new threads by itself.',
      look: ['The error of the failed deliveries: `THREAD_CRASHED` with its cause.', 'Memory of the process.'],
      act: ['Mend the handler module.'],
    },
  },
]);
