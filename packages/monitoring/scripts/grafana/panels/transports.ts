import { arithmetic, series, sum } from '../../../src/rules/expressions/build.ts';
import type { RowDraft } from '../panel.ts';
import { perSecond, quantiles } from './short-hand.ts';

/** What goes over paths, and what stands there. */
export const transports: RowDraft = {
  title: 'Transports',
  panels: [
    {
      title: 'Paths',
      description: '1: up. 0: down, and its lanes keep what is to be sent.',
      unit: 'short',
      max: 1,
      queries: [{ expression: series('tradewind_path_up'), legend: '{{bus}} {{path}}' }],
      limits: [{ value: 0.5, isBelow: true }],
      runbook: 'tradewind-transport-down.md',
    },
    {
      title: 'Failures and lost connections',
      description: 'How often sending failed, and how often a connection was lost.',
      unit: 'ops',
      queries: [
        {
          expression: perSecond('tradewind_path_failures_total', ['bus', 'path']),
          legend: '{{bus}} {{path}} failures',
        },
        {
          expression: perSecond('tradewind_transport_connections_lost_total', ['bus', 'part']),
          legend: '{{part}} connections',
        },
      ],
      runbook: 'tradewind-reconnect-storm.md',
    },
    {
      title: 'Messages',
      description: 'Stored, brought, and acknowledged.',
      unit: 'mps',
      queries: [
        { expression: perSecond('tradewind_transport_published_messages_total', ['part']), legend: '{{part}} stored' },
        { expression: perSecond('tradewind_transport_received_messages_total', ['part']), legend: '{{part}} brought' },
        {
          expression: perSecond('tradewind_transport_acknowledged_messages_total', ['part']),
          legend: '{{part}} acknowledged',
        },
      ],
    },
    {
      title: 'Lag',
      description: 'Entries that the group has not been given yet.',
      unit: 'short',
      queries: [
        {
          expression: sum(['part', 'group', 'priority'], series('tradewind_transport_lag_entries')),
          legend: '{{group}} {{priority}}',
        },
      ],
      limits: [{ value: 10_000 }],
      runbook: 'tradewind-consumer-lag-high.md',
    },
    {
      title: 'Pending',
      description: 'Entries that were given and are not acknowledged.',
      unit: 'short',
      queries: [
        {
          expression: sum(['part', 'group', 'priority'], series('tradewind_transport_pending_entries')),
          legend: '{{group}} {{priority}}',
        },
      ],
      runbook: 'tradewind-pending-stale.md',
    },
    {
      title: 'Oldest pending entry',
      description: 'How long ago it was added. After five minutes its consumer is gone or stuck.',
      unit: 's',
      queries: [{ expression: series('tradewind_transport_oldest_pending_seconds'), legend: '{{group}} {{priority}}' }],
      limits: [{ value: 300 }],
      runbook: 'tradewind-pending-stale.md',
    },
    {
      title: 'Commands of Redis',
      description: 'How long commands take.',
      unit: 's',
      queries: quantiles('tradewind_transport_command_seconds', { parts: [0.5, 0.99], by: ['bus', 'part'] }),
      limits: [{ value: 0.05 }],
      runbook: 'tradewind-redis-slow.md',
    },
    {
      title: 'Memory of Redis',
      description: 'What the server uses, and what it may use; 0 where it has no limit.',
      unit: 'bytes',
      queries: [
        { expression: series('tradewind_transport_server_memory_bytes'), legend: '{{part}} used' },
        { expression: series('tradewind_transport_server_memory_limit_bytes'), legend: '{{part}} limit' },
      ],
      runbook: 'tradewind-redis-memory-high.md',
    },
    {
      title: 'Again, lost, on disk',
      description:
        'Messages brought again; those that consumers will never see; and those on disk that are not in Redis yet.',
      unit: 'short',
      queries: [
        {
          expression: perSecond('tradewind_transport_redelivered_messages_total', ['part']),
          legend: '{{part}} again, a second',
        },
        {
          expression: perSecond('tradewind_transport_lost_messages_total', ['part']),
          legend: '{{part}} lost, a second',
        },
        {
          expression: arithmetic(
            series('tradewind_transport_spooled_messages_total'),
            '-',
            series('tradewind_transport_replayed_messages_total'),
          ),
          legend: '{{part}} on disk',
        },
      ],
      runbook: 'tradewind-fallback-active.md',
    },
  ],
};
