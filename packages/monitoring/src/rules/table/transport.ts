import { group, type AlertRule } from '../alert-rule.ts';
import {
  aggregate,
  and,
  arithmetic,
  compare,
  hours,
  increase,
  minutes,
  over,
  quantile,
  seconds,
  series,
  sum,
} from '../expressions/build.ts';
import type { Expression } from '../expressions/expression.ts';

const lag: Expression = sum(['bus', 'part', 'group'], series('tradewind_transport_lag_entries'));
const spooled: Expression = arithmetic(
  series('tradewind_transport_spooled_messages_total'),
  '-',
  series('tradewind_transport_replayed_messages_total'),
);

/** Between processes: connections, groups, and the server behind them. */
export const transport: readonly AlertRule[] = group('transport', [
  {
    name: 'TradewindTransportDown',
    severity: 'critical',
    expression: compare(series('tradewind_path_up'), '==', 0),
    forMs: seconds(10),
    keepFiringMs: seconds(30),
    summary: 'The path {{ $labels.path }} of {{ $labels.bus }} is down.',
    runbook: {
      means:
        'The connection of the path is lost, or its last batch or consumption failed. Messages for it wait in their lanes, or go to disk where a spool is set up.',
      look: [
        'The health of the transport: its last error.',
        'Does the server answer (`redis-cli ping`)?',
        'Network and firewall between here and there.',
      ],
      act: ['Start the server again.', 'Run the remedy `reconnect`, if the server is well and the connection is not.'],
      remediation: ['reconnect-transport'],
    },
  },
  {
    name: 'TradewindPathFailures',
    severity: 'warning',
    expression: compare(increase(series('tradewind_path_failures_total'), minutes(5)), '>=', 5),
    keepFiringMs: minutes(2),
    summary:
      'The path {{ $labels.path }} of {{ $labels.bus }} failed {{ $value | humanize }} times within five minutes.',
    inhibitedBy: ['TradewindTransportDown'],
    runbook: {
      means: 'The path fails now and then, and recovers.',
      look: ['The errors in the log.', 'The latency of Redis.'],
      act: ['Look for what is slow or unsteady: the server, the network, a timeout that is too short.'],
    },
  },
  {
    name: 'TradewindReconnectStorm',
    severity: 'warning',
    expression: compare(increase(series('tradewind_transport_connections_lost_total'), minutes(10)), '>=', 5),
    keepFiringMs: minutes(5),
    summary:
      '{{ $labels.part }} of {{ $labels.bus }} lost its connection {{ $value | humanize }} times within ten minutes.',
    inhibitedBy: ['TradewindTransportDown'],
    runbook: {
      means: 'The connection comes and goes. Each time what was on its way is sent again.',
      look: [
        'The log of the server: does it close connections, by `timeout` or by output buffer limits?',
        'A proxy between here and there.',
      ],
      act: ['Mend that; then look for duplicates.'],
    },
  },
  {
    name: 'TradewindRedisSlow',
    severity: 'warning',
    expression: compare(
      quantile(0.99, series('tradewind_transport_command_seconds'), minutes(5), ['bus', 'part']),
      '>',
      0.05,
    ),
    forMs: minutes(1),
    keepFiringMs: minutes(2),
    summary: '1 % of the commands of {{ $labels.part }} take longer than {{ $value | humanizeDuration }}.',
    inhibitedBy: ['TradewindTransportDown'],
    runbook: {
      means: 'Redis, or the way to it, is slow: 99 of 100 commands should be answered within 50 ms.',
      look: [
        '`SLOWLOG GET` and `LATENCY DOCTOR` on the server.',
        'Other users of the same server.',
        'The utilization of the event loop here: a loop that is saturated reads answers late.',
      ],
      act: ['Give the bus a server of its own.', 'Turn off what blocks: large `KEYS`, snapshots on slow disks.'],
    },
  },
  {
    name: 'TradewindRedisMemoryHigh',
    severity: 'critical',
    expression: compare(
      arithmetic(
        series('tradewind_transport_server_memory_bytes'),
        '/',
        series('tradewind_transport_server_memory_limit_bytes'),
      ),
      '>',
      0.85,
    ),
    forMs: minutes(1),
    keepFiringMs: minutes(5),
    summary: 'Redis behind {{ $labels.part }} uses {{ $value | humanizePercentage }} of its memory.',
    runbook: {
      means: 'At its limit Redis refuses to store (`noeviction`), or throws away what it has.',
      look: ['Length of the streams.', 'Groups that are behind: retention keeps what they have not read.'],
      act: ['Start the consumers that are behind.', 'Trim the streams, or raise `maxmemory`.'],
      remediation: ['trim-streams'],
    },
  },
  {
    name: 'TradewindConsumerLagHigh',
    severity: 'warning',
    expression: compare(lag, '>', 10_000),
    forMs: minutes(2),
    keepFiringMs: minutes(2),
    summary: 'The group {{ $labels.group }} is {{ $value | humanize }} entries behind.',
    inhibitedBy: ['TradewindTransportDown'],
    runbook: {
      means: 'Consumers read less than is written. What they get is old.',
      look: ['Are all consumers of the group there?', 'Their handlers, workers and lanes.'],
      act: ['Start more consumers of the group.', 'Speed up the handlers.'],
    },
  },
  {
    name: 'TradewindConsumerLagGrowing',
    severity: 'warning',
    expression: and(
      compare(
        sum(['bus', 'part', 'group'], over('deriv', series('tradewind_transport_lag_entries'), minutes(15))),
        '>',
        1,
      ),
      compare(lag, '>', 1_000),
    ),
    forMs: minutes(10),
    summary: 'The group {{ $labels.group }} falls behind by {{ $value | humanize }} entries a second.',
    inhibitedBy: ['TradewindTransportDown', 'TradewindConsumerLagHigh'],
    runbook: {
      means: 'The lag has grown for a quarter of an hour: this is no burst.',
      look: ['Rate of writing against rate of reading.'],
      act: ['As for a high lag, while it is still small.'],
    },
  },
  {
    name: 'TradewindPendingStale',
    severity: 'warning',
    expression: compare(series('tradewind_transport_oldest_pending_seconds'), '>', 300),
    forMs: minutes(1),
    summary: 'An entry of the group {{ $labels.group }} has been open for {{ $value | humanizeDuration }}.',
    inhibitedBy: ['TradewindTransportDown'],
    runbook: {
      means: 'An entry was handed out and is neither settled nor claimed by another consumer.',
      look: ['`XPENDING`: which consumer has it.', 'Handlers that never end.'],
      act: ['End the consumer that hangs: its entries are taken over.', 'Set `handlerTimeoutMs`.'],
    },
  },
  {
    name: 'TradewindUnreadTrimmed',
    severity: 'critical',
    expression: compare(increase(series('tradewind_transport_overrun_entries_total'), minutes(10)), '>', 0),
    keepFiringMs: minutes(10),
    summary: '{{ $value | humanize }} entries of {{ $labels.part }} were removed before they were settled.',
    runbook: {
      means: 'Retention has overtaken a group: entries are gone that it had not read or settled.',
      look: ['The lag of the groups.', 'The bounds of retention.'],
      act: ['Keep more, or read faster.', 'Fetch what is missing from its origin.'],
    },
  },
  {
    name: 'TradewindConfirmedLost',
    severity: 'critical',
    expression: compare(increase(series('tradewind_transport_lost_confirmed_entries_total'), hours(1)), '>', 0),
    keepFiringMs: minutes(10),
    summary: 'Redis behind {{ $labels.part }} no longer has {{ $value | humanize }} entries that it had confirmed.',
    runbook: {
      means:
        'The server lost what it had confirmed: a restart without persistence, or a failover to a replica that was behind.',
      look: ['Restarts and failovers of the server.', 'Its persistence (`appendonly`) and `min-replicas-to-write`.'],
      act: ['Publish again what matters.', 'Turn on `appendonly yes`; with replicas, `WAIT`.'],
    },
  },
  {
    name: 'TradewindGroupRecreated',
    severity: 'critical',
    expression: compare(increase(series('tradewind_transport_groups_recreated_total'), minutes(30)), '>', 0),
    keepFiringMs: minutes(10),
    summary: 'A group of {{ $labels.part }} was gone and was made again.',
    runbook: {
      means: 'Redis had forgotten the group: it was flushed, restarted without persistence, or it evicted the stream.',
      look: [
        'The log event `redis.group-recreated`: where it began anew.',
        'Persistence and eviction policy of the server.',
      ],
      act: ['Check whether messages are missing.', 'Turn on persistence.'],
    },
  },
  {
    name: 'TradewindUndecodableEntries',
    severity: 'warning',
    expression: compare(increase(series('tradewind_transport_undecodable_entries_total'), minutes(10)), '>', 0),
    keepFiringMs: minutes(10),
    summary: '{{ $value | humanize }} entries of {{ $labels.part }} could not be read.',
    runbook: {
      means: 'Something writes to the streams what this version cannot read. It is kept among the dead letters.',
      look: ['The dead letters: their error.', 'Versions and codecs of all producers.'],
      act: ['Bring producers and consumers to one version and codec.'],
    },
  },
  {
    name: 'TradewindMessagesRejected',
    severity: 'warning',
    expression: compare(increase(series('tradewind_transport_rejected_messages_total'), minutes(10)), '>', 0),
    keepFiringMs: minutes(10),
    summary: '{{ $value | humanize }} messages can never be stored by {{ $labels.part }}.',
    runbook: {
      means: 'Messages are too large, or of a type that the codec does not carry. Their publisher was told.',
      look: ['The dead letters: their error.'],
      act: ['Mend the publisher.'],
    },
  },
  {
    name: 'TradewindFallbackActive',
    severity: 'warning',
    expression: compare(spooled, '>', 0),
    forMs: seconds(30),
    summary: '{{ $value | humanize }} messages of {{ $labels.part }} are on disk and not in Redis.',
    inhibitedBy: ['TradewindTransportDown'],
    runbook: {
      means: 'Redis is away, and messages go to the spool on disk. Nothing is lost, and consumers do not get them yet.',
      look: ['Is Redis back?', 'Room on the disk.'],
      act: ['Bring Redis back: the spool is then replayed by itself, in order.'],
      remediation: ['reconnect-transport'],
    },
  },
  {
    name: 'TradewindAuthenticationFailures',
    severity: 'critical',
    expression: compare(
      aggregate(
        'sum',
        ['bus', 'part'],
        increase(series('tradewind_transport_authentication_failures_total'), minutes(5)),
      ),
      '>',
      0,
    ),
    keepFiringMs: minutes(5),
    summary: 'The server of {{ $labels.part }} refuses the credentials.',
    runbook: {
      means: 'The user or password is wrong, was changed, or may not do what the transport needs.',
      look: [
        'The error of the health of the transport: `WRONGPASS`, `NOAUTH` or `NOPERM`.',
        '`ACL LOG` on the server.',
      ],
      act: [
        'Give the process the new password and start it again.',
        'Allow its user the commands that the README lists.',
      ],
    },
  },
]);
