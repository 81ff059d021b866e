import { group, type AlertRule } from '../alert-rule.ts';
import { and, arithmetic, compare, increase, minutes, over, rate, series, sum } from '../expressions/build.ts';

/** What becomes of messages that were handed to somebody. */
export const delivery: readonly AlertRule[] = group('delivery', [
  {
    name: 'TradewindDeliveryErrors',
    severity: 'warning',
    expression: compare(
      arithmetic(
        sum(['bus', 'lane'], rate(series('tradewind_deliveries_failed_attempts_total'), minutes(5))),
        '/',
        arithmetic(
          sum(['bus', 'lane'], rate(series('tradewind_deliveries_handled_total'), minutes(5))),
          '+',
          sum(['bus', 'lane'], rate(series('tradewind_deliveries_failed_attempts_total'), minutes(5))),
        ),
      ),
      '>',
      0.05,
    ),
    forMs: minutes(1),
    keepFiringMs: minutes(2),
    summary:
      '{{ $value | humanizePercentage }} of the attempts to deliver {{ $labels.lane }} messages of {{ $labels.bus }} fail.',
    runbook: {
      means:
        'Handlers throw, reject or time out. The failed deliveries are tried again, and become dead letters in the end.',
      look: ['The errors in the log, or of the newest dead letters.', 'Which subscription.'],
      act: ['Mend the handler or what it calls.', 'Retry the dead letters afterwards.'],
    },
  },
  {
    name: 'TradewindHandlerErrors',
    severity: 'warning',
    expression: compare(
      arithmetic(
        sum(['bus'], rate(series('tradewind_bus_handler_errors_total'), minutes(5))),
        '/',
        sum(['bus'], rate(series('tradewind_bus_delivered_total'), minutes(5))),
      ),
      '>',
      0.01,
    ),
    forMs: minutes(1),
    keepFiringMs: minutes(2),
    summary:
      '{{ $value | humanizePercentage }} of the calls of handlers on the synchronous bus {{ $labels.bus }} fail.',
    runbook: {
      means: 'Handlers on the synchronous bus throw. There is no retry there: what failed is gone.',
      look: ['The errors in the log.'],
      act: ['Mend the handler.', 'Use the buffered client where a retry is wanted.'],
    },
  },
  {
    name: 'TradewindRetriesHigh',
    severity: 'warning',
    expression: compare(series('tradewind_deliveries_retrying'), '>', 100),
    forMs: minutes(5),
    summary: '{{ $value }} deliveries of {{ $labels.bus }} wait for another attempt.',
    inhibitedBy: ['TradewindDeliveryErrors'],
    runbook: {
      means: 'Many deliveries failed and wait. Each holds its key: later messages of the same key wait behind it.',
      look: ['Which subscription fails, and why.'],
      act: ['Mend it; what waits is then handled by itself.'],
    },
  },
  {
    name: 'TradewindRedeliveryHigh',
    severity: 'warning',
    expression: compare(
      arithmetic(
        sum(['bus', 'part'], rate(series('tradewind_transport_redelivered_messages_total'), minutes(10))),
        '/',
        sum(['bus', 'part'], rate(series('tradewind_transport_received_messages_total'), minutes(10))),
      ),
      '>',
      0.1,
    ),
    forMs: minutes(2),
    keepFiringMs: minutes(5),
    summary: '{{ $value | humanizePercentage }} of the messages that {{ $labels.part }} brings were brought before.',
    runbook: {
      means: 'Consumers end or hang before they settle what they took, and others take it over.',
      look: ['Restarts of the consumers.', 'Handlers that take longer than the time after which entries are claimed.'],
      act: ['Raise that time above the longest handler, or make handlers shorter.'],
    },
  },
  {
    name: 'TradewindRedeliveriesInMemory',
    severity: 'warning',
    expression: compare(
      arithmetic(
        sum(['bus', 'part', 'group'], rate(series('tradewind_transport_redeliveries_total'), minutes(10))),
        '/',
        sum(['bus', 'part', 'group'], rate(series('tradewind_transport_acknowledged_total'), minutes(10))),
      ),
      '>',
      0.1,
    ),
    forMs: minutes(2),
    keepFiringMs: minutes(5),
    summary:
      'The group {{ $labels.group }} of {{ $labels.part }} needs {{ $value | humanizePercentage }} second attempts.',
    runbook: {
      means: 'Consumers of the group give messages back unsettled.',
      look: ['Why they fail: the error of the dead letters.'],
      act: ['Mend the consumer.'],
    },
  },
  {
    name: 'TradewindDeadLettersArriving',
    severity: 'warning',
    expression: compare(
      arithmetic(
        sum(['bus'], increase(series('tradewind_deliveries_dead_lettered_total'), minutes(5))),
        '+',
        sum(['bus'], increase(series('tradewind_messages_dead_lettered_total'), minutes(5))),
      ),
      '>',
      0,
    ),
    keepFiringMs: minutes(5),
    summary: '{{ $value | humanize }} messages of {{ $labels.bus }} became dead letters within five minutes.',
    runbook: {
      means: 'Messages were given up after their last attempt and put aside with their error.',
      look: ['The newest dead letters: topic, subscription, error.'],
      act: ['Mend the cause, then retry them.', 'Purge those that are of no use any more.'],
    },
  },
  {
    name: 'TradewindDeadLettersPilingUp',
    severity: 'critical',
    expression: and(
      compare(series('tradewind_dead_letters'), '>', 500),
      compare(over('deriv', series('tradewind_dead_letters'), minutes(30)), '>', 0),
    ),
    forMs: minutes(5),
    keepFiringMs: minutes(5),
    summary: '{{ $labels.bus }} keeps {{ $value }} dead letters, and more come.',
    runbook: {
      means: 'Nobody looks after the dead letters. Beyond their bound the oldest are pushed out for good.',
      look: ['Dead letters by topic.', '`tradewind_dead_letters_evicted_total`: has anything been lost?'],
      act: ['Mend the cause, retry what is still of use, purge the rest.'],
    },
  },
  {
    name: 'TradewindDeadLettersLost',
    severity: 'critical',
    expression: compare(
      arithmetic(
        sum(['bus'], increase(series('tradewind_dead_letters_evicted_total'), minutes(10))),
        '+',
        sum(['bus'], increase(series('tradewind_dead_letters_unwritten_total'), minutes(10))),
      ),
      '>',
      0,
    ),
    keepFiringMs: minutes(10),
    summary: '{{ $value | humanize }} dead letters of {{ $labels.bus }} could not be kept.',
    runbook: {
      means:
        'Dead letters were pushed out of memory by newer ones, or their topic did not take them. Their messages cannot be retried.',
      look: ['The bound of the dead letters, and the transport of their topic.'],
      act: ['Retry or purge what is there, so that there is room.', 'Use a durable store for dead letters.'],
    },
  },
  {
    name: 'TradewindTransportDeadLetters',
    severity: 'warning',
    expression: compare(increase(series('tradewind_transport_dead_letters_total'), minutes(5)), '>', 0),
    keepFiringMs: minutes(5),
    summary:
      '{{ $value | humanize }} messages of the transport {{ $labels.part }} became dead letters within five minutes.',
    inhibitedBy: ['TradewindDeadLettersArriving'],
    runbook: {
      means: 'Consumers gave up messages of the transport, or could not read them.',
      look: ['The dead letters of the transport: id, topic, error.'],
      act: ['Mend the consumer, then retry them by id.'],
    },
  },
  {
    name: 'TradewindSequenceGap',
    severity: 'critical',
    expression: compare(increase(series('tradewind_transport_lost_messages_total'), minutes(10)), '>', 0),
    keepFiringMs: minutes(10),
    summary: '{{ $value | humanize }} messages of {{ $labels.part }} are missing: consumers will never see them.',
    runbook: {
      means:
        'The numbers of a producer have a hole: what stood there was deleted, evicted or trimmed before it was read.',
      look: [
        'The log event `redis.sequence-gap`: producer and stream.',
        'Eviction policy and persistence of the server.',
        'Retention: entries that were trimmed unread.',
      ],
      act: [
        'Fetch what is missing from its origin, for example by a new snapshot.',
        'Set `maxmemory-policy noeviction` and keep entries longer.',
      ],
    },
  },
  {
    name: 'TradewindDuplicates',
    severity: 'warning',
    expression: compare(
      arithmetic(
        sum(['bus', 'part'], rate(series('tradewind_transport_duplicates_dropped_total'), minutes(10))),
        '/',
        sum(['bus', 'part'], rate(series('tradewind_transport_received_entries_total'), minutes(10))),
      ),
      '>',
      0.05,
    ),
    forMs: minutes(2),
    keepFiringMs: minutes(5),
    summary: '{{ $value | humanizePercentage }} of the entries of {{ $labels.part }} are duplicates.',
    runbook: {
      means: 'Entries come twice and are dropped the second time. Handlers do not see them, but they cost.',
      look: ['Retries of publishing: answers that come too late.', 'Two producers with one name.'],
      act: ['Give producers names of their own.', 'Raise `commandTimeoutMs`, if Redis is slow.'],
    },
  },
  {
    name: 'TradewindPossibleDuplicates',
    severity: 'warning',
    expression: compare(increase(series('tradewind_transport_possible_duplicates_total'), minutes(10)), '>', 0),
    keepFiringMs: minutes(10),
    summary: '{{ $value | humanize }} entries of {{ $labels.part }} may be stored twice.',
    runbook: {
      means:
        'Redis no longer knew whether it had these entries, so they were stored, perhaps a second time. Consumers may see them twice.',
      look: ['A failover or a restart of Redis.'],
      act: ['Handlers that must not run twice have to look at message ids.', 'Give deduplication more time.'],
    },
  },
]);
