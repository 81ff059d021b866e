import { SHED_LOW, group, type AlertRule } from '../alert-rule.ts';
import {
  ago,
  aggregate,
  and,
  arithmetic,
  compare,
  days,
  hours,
  increase,
  minutes,
  over,
  rate,
  series,
  sum,
} from '../expressions/build.ts';
import type { Expression, SeriesExpression } from '../expressions/expression.ts';

const accepted: SeriesExpression = series('tradewind_messages_accepted_total');
const perBus = (of: SeriesExpression, rangeMs: number): Expression => sum(['bus'], rate(of, rangeMs));

/** Messages a second around this hour a week ago: three hours, so that hourly history is enough. */
const sameHourLastWeek: Expression = perBus(ago(accepted, days(7) - hours(1.5)), hours(3));
/** Guards against a cold start: there was history before the hours that are compared with, so that they are whole. */
const historyBefore: Expression = sum(['bus'], over('count_over_time', ago(accepted, days(7) + hours(1.5)), hours(3)));
const hasBaseline: Expression = and(compare(sameHourLastWeek, '>', 1), compare(historyBefore, '>', 0));

/** Drops that nobody has asked for. */
const unexpected = { reason: { noneOf: ['plugin', 'unsubscribed', 'closed'] } };

/** Does what should come in come in, and is it kept. */
export const traffic: readonly AlertRule[] = group('traffic', [
  {
    name: 'TradewindNoTraffic',
    severity: 'critical',
    expression: and(
      compare(perBus(accepted, minutes(5)), '==', 0),
      // No look back in time: however long it stays quiet, there was traffic before.
      compare(sum(['bus'], accepted), '>', 0),
    ),
    forMs: minutes(1),
    summary: 'Nothing has been published on {{ $labels.bus }} for five minutes, though there was traffic before.',
    runbook: {
      means:
        'Whoever publishes on this bus has stopped, or cannot reach it. It fires until something is published, or until the process is started anew.',
      look: ['The publishing processes and the feeds behind them.', 'Is the market open?'],
      act: [
        'Start the publishers or re-subscribe the feed.',
        'Where nothing is published outside trading hours, give the rule its hours: `atHours(rule, { from: 7, to: 19, days: [1, 2, 3, 4, 5] })` makes the rule for the engine, and `promql` its expression for the rule file. An Alertmanager can do it with `mute_time_intervals` instead.',
      ],
      remediation: ['resubscribe-feed'],
    },
  },
  {
    name: 'TradewindTrafficDrop',
    severity: 'warning',
    expression: and(compare(perBus(accepted, minutes(30)), '<', arithmetic(0.3, '*', sameHourLastWeek)), hasBaseline),
    forMs: minutes(10),
    keepFiringMs: minutes(10),
    summary:
      '{{ $labels.bus }} takes in {{ $value | humanize }} messages a second, less than 30 % of this hour a week ago.',
    inhibitedBy: ['TradewindNoTraffic'],
    runbook: {
      means:
        'Far fewer messages than a week ago at this hour. It says nothing before there is a week of history, and nothing where a week ago was quiet.',
      look: [
        'Which topics are missing: compare the rates by topic.',
        'Holidays and the hours of the venues.',
        'Market data that is stale, a venue that is down.',
      ],
      act: ['Re-subscribe the feed that is missing.'],
    },
  },
  {
    name: 'TradewindTrafficSurge',
    severity: 'warning',
    expression: and(compare(perBus(accepted, minutes(10)), '>', arithmetic(5, '*', sameHourLastWeek)), hasBaseline),
    forMs: minutes(5),
    keepFiringMs: minutes(10),
    summary:
      '{{ $labels.bus }} takes in {{ $value | humanize }} messages a second, over five times this hour a week ago.',
    runbook: {
      means: 'Far more messages than a week ago at this hour: the market moves, or a publisher runs wild.',
      look: ['Which topics have grown.', 'Lanes: are they filling up?'],
      act: [
        'If a publisher runs wild, stop it.',
        'Else watch the lanes, and give the client more workers or conflation.',
      ],
    },
  },
  {
    name: 'TradewindMessagesRefused',
    severity: 'warning',
    expression: compare(sum(['bus', 'lane'], rate(series('tradewind_messages_refused_total'), minutes(5))), '>', 0),
    keepFiringMs: minutes(2),
    summary: 'The lane {{ $labels.lane }} of {{ $labels.bus }} refuses {{ $value | humanize }} messages a second.',
    inhibitedBy: ['TradewindLaneStuck'],
    runbook: {
      means: 'A lane is full, and `publish` answers false. What the publisher does not offer again is lost.',
      look: [
        'How full the lane is, and what its handlers do.',
        'Whether the publisher looks at the answer of `publish`.',
      ],
      act: [
        'Mend or speed up the slow handler.',
        'Use `publishWhenReady`, a larger lane, or conflation for data of which only the newest counts.',
      ],
      remediation: SHED_LOW,
    },
  },
  {
    name: 'TradewindMessagesDropped',
    severity: 'critical',
    expression: compare(
      arithmetic(
        sum(['bus', 'lane', 'reason'], increase(series('tradewind_messages_dropped_total', unexpected), minutes(5))),
        '+',
        sum(['bus', 'lane', 'reason'], increase(series('tradewind_deliveries_dropped_total', unexpected), minutes(5))),
      ),
      '>',
      0,
    ),
    keepFiringMs: minutes(2),
    summary:
      'The lane {{ $labels.lane }} of {{ $labels.bus }} dropped {{ $value | humanize }} messages within five minutes ({{ $labels.reason }}).',
    runbook: {
      means:
        'Messages were accepted and then given up. The reason says by which rule: an overflow policy, a revoked shard, an invalid payload.',
      look: ['The reason.', 'How full the lane is.'],
      act: [
        'For overflow: more workers, a larger lane, conflation, or another policy.',
        'For `invalidPayload`: the publisher and the schema of the topic disagree.',
      ],
    },
  },
  {
    name: 'TradewindMessagesExpired',
    severity: 'warning',
    expression: compare(
      arithmetic(
        sum(['bus', 'lane'], rate(series('tradewind_messages_expired_total'), minutes(5))),
        '+',
        sum(['bus', 'lane'], rate(series('tradewind_deliveries_expired_total'), minutes(5))),
      ),
      '>',
      0.1,
    ),
    forMs: minutes(2),
    keepFiringMs: minutes(2),
    summary:
      'In the lane {{ $labels.lane }} of {{ $labels.bus }} {{ $value | humanize }} messages a second expire before they are handled.',
    runbook: {
      means: 'Messages wait longer than they are good for.',
      look: ['The waiting time of the lane.', 'Busy workers, slow handlers.'],
      act: ['Speed up the handlers or give more workers.', 'If it is as meant, raise the bound of the rule.'],
    },
  },
  {
    name: 'TradewindMessagesInvalid',
    severity: 'warning',
    expression: compare(sum(['bus'], increase(series('tradewind_messages_invalid_total'), minutes(5))), '>', 0),
    keepFiringMs: minutes(5),
    summary:
      'On {{ $labels.bus }} {{ $value | humanize }} messages did not fit the schema of their topic within five minutes.',
    runbook: {
      means: 'A publisher sends what the schema of its topic refuses; `publish` throws there.',
      look: ['The error in the log of the publisher: it says which field.'],
      act: ['Mend the publisher, or the schema where it is too strict.'],
    },
  },
  {
    name: 'TradewindMessagesUnrouted',
    severity: 'warning',
    expression: compare(
      arithmetic(
        sum(['bus'], rate(series('tradewind_messages_unrouted_total'), minutes(10))),
        '/',
        perBus(accepted, minutes(10)),
      ),
      '>',
      0.5,
    ),
    forMs: minutes(5),
    keepFiringMs: minutes(5),
    summary: '{{ $value | humanizePercentage }} of the messages of {{ $labels.bus }} reach nobody.',
    inhibitedBy: ['TradewindNoConsumers'],
    runbook: {
      means: 'Most of what is published has no subscription: a consumer is missing, or topics and patterns do not fit.',
      look: ['Topics without a subscriber.', 'What was deployed: a renamed topic?'],
      act: ['Start the consumer, or mend its pattern.'],
    },
  },
  {
    name: 'TradewindNoConsumers',
    severity: 'critical',
    expression: and(
      compare(aggregate('max', ['bus'], series('tradewind_subscriptions')), '==', 0),
      compare(
        sum(['bus'], rate(series('tradewind_messages_accepted_total', { direction: { not: 'out' } }), minutes(5))),
        '>',
        0,
      ),
    ),
    forMs: minutes(1),
    summary: '{{ $labels.bus }} gets messages and nobody is subscribed.',
    runbook: {
      means: 'Messages come in, and there is not one subscription.',
      look: ['Has the application subscribed? An error at its start may have prevented it.'],
      act: ['Start the consumers again.'],
    },
  },
  {
    name: 'TradewindNoGroupConsumers',
    severity: 'critical',
    expression: and(
      compare(series('tradewind_transport_consumers'), '==', 0),
      compare(sum(['bus', 'part', 'group'], series('tradewind_transport_waiting_messages')), '>', 0),
      ['bus', 'part', 'group'],
    ),
    forMs: minutes(1),
    summary: 'Messages wait for the group {{ $labels.group }}, which has no consumer.',
    runbook: {
      means: 'A group has work waiting and nobody who does it.',
      look: ['The processes of the group.'],
      act: [
        'Start a consumer of the group.',
        'If the group is not wanted any more, remove it: what waits is kept for it.',
      ],
    },
  },
  {
    name: 'TradewindRequestTimeouts',
    severity: 'warning',
    expression: compare(
      arithmetic(
        sum(['bus'], rate(series('tradewind_bus_requests_total', { outcome: 'timeout' }), minutes(5))),
        '/',
        sum(['bus'], rate(series('tradewind_bus_requests_total'), minutes(5))),
      ),
      '>',
      0.05,
    ),
    forMs: minutes(1),
    keepFiringMs: minutes(2),
    summary: '{{ $value | humanizePercentage }} of the requests on {{ $labels.bus }} got no answer in time.',
    runbook: {
      means: 'Endpoints answer too late or not at all.',
      look: ['Late responses: they came after the timeout.', 'The handler of the endpoint, and what it waits for.'],
      act: ['Mend the endpoint.', 'Raise the timeout only if the caller can wait.'],
    },
  },
  {
    name: 'TradewindPriorityOverused',
    severity: 'info',
    expression: and(
      compare(
        arithmetic(
          sum(['bus'], rate(series('tradewind_messages_accepted_total', { lane: 'CRITICAL' }), hours(1))),
          '/',
          perBus(accepted, hours(1)),
        ),
        '>',
        0.5,
      ),
      compare(perBus(accepted, hours(1)), '>', 1),
    ),
    forMs: minutes(30),
    summary: '{{ $value | humanizePercentage }} of the messages of {{ $labels.bus }} are CRITICAL.',
    runbook: {
      means:
        'When everything is critical nothing is: CRITICAL is served first, and the other lanes live on their guaranteed shares.',
      look: ['Which topics are published as CRITICAL, and which plugin lifts them.'],
      act: ['Keep CRITICAL for what must not wait behind anything.'],
    },
  },
]);
