import { short, type CasesByRule, type RuleCase } from './rule-case.ts';

const path = (name: string): string => `tradewind_path_${name}{bus="main", path="redis"}`;
const redis = (name: string, more = ''): string =>
  `tradewind_transport_${name}{bus="main", part="transports/redis"${more}}`;
const group = (name: string, priority: string): string => redis(name, `, group="risk", priority="${priority}"`);
const LE = ['0.001', '0.01', '0.05', '0.1', '0.25', '+Inf'];

function commands(counts: readonly number[]): RuleCase['series'] {
  let total = 0;
  const rows = LE.map((le, index): [string, string] => {
    total += counts[index] ?? 0;
    return [redis('command_seconds_bucket', `, le="${le}"`), `0+${total}x40`];
  });
  return Object.fromEntries(rows);
}

export const transportCases: CasesByRule = {
  TradewindTransportDown: {
    fires: short(5, { [path('up')]: '1x4 0x20' }),
    quiet: short(5, { [path('up')]: '1x30' }),
  },
  TradewindPathFailures: {
    fires: short(10, { [path('failures_total')]: '0x9 0+1x20' }),
    quiet: short(10, { [path('failures_total')]: '0x9 2x20' }),
  },
  TradewindReconnectStorm: {
    fires: short(12, { [redis('connections_lost_total')]: '0x9 0+1x20' }),
    quiet: short(12, { [redis('connections_lost_total')]: '0x9 2x30' }),
  },
  TradewindRedisSlow: {
    fires: short(10, commands([80, 10, 5, 5])),
    quiet: short(10, commands([80, 19, 1])),
  },
  TradewindRedisMemoryHigh: {
    fires: short(5, { [redis('server_memory_bytes')]: '9e8x20', [redis('server_memory_limit_bytes')]: '1e9x20' }),
    quiet: short(5, { [redis('server_memory_bytes')]: '9e8x20' }),
  },
  TradewindConsumerLagHigh: {
    fires: short(8, { [group('lag_entries', 'HIGH')]: '6000x30', [group('lag_entries', 'LOW')]: '7000x30' }),
    quiet: short(8, { [group('lag_entries', 'HIGH')]: '2000x30', [group('lag_entries', 'LOW')]: '7000x30' }),
  },
  TradewindConsumerLagGrowing: {
    fires: short(40, { [group('lag_entries', 'HIGH')]: '0+60x90' }),
    quiet: short(40, { [group('lag_entries', 'HIGH')]: '5000-10x90' }),
  },
  TradewindPendingStale: {
    fires: short(12, { [group('oldest_pending_seconds', 'HIGH')]: '0+30x40' }),
    quiet: short(12, { [group('oldest_pending_seconds', 'HIGH')]: '0+30x5 0+30x5 0+30x5 0+30x5 0+30x5' }),
  },
  TradewindUnreadTrimmed: {
    fires: short(10, { [redis('overrun_entries_total')]: '0x14 12x20' }),
    quiet: short(10, { [redis('overrun_entries_total')]: '12x40', [redis('trimmed_entries_total')]: '0+9x40' }),
  },
  TradewindConfirmedLost: {
    fires: short(10, { [redis('lost_confirmed_entries_total')]: '0x14 12x20' }),
    quiet: short(10, { [redis('lost_confirmed_entries_total')]: '12x40' }),
  },
  TradewindGroupRecreated: {
    fires: short(10, { [redis('groups_recreated_total')]: '0x14 1x20' }),
    quiet: short(10, { [redis('groups_recreated_total')]: '1x40' }),
  },
  TradewindUndecodableEntries: {
    fires: short(10, { [redis('undecodable_entries_total')]: '0x14 2x20' }),
    quiet: short(10, { [redis('undecodable_entries_total')]: '2x40' }),
  },
  TradewindMessagesRejected: {
    fires: short(10, { [redis('rejected_messages_total')]: '0x14 2x20' }),
    quiet: short(10, { [redis('rejected_messages_total')]: '2x40' }),
  },
  TradewindFallbackActive: {
    fires: short(5, { [redis('spooled_messages_total')]: '0+100x20', [redis('replayed_messages_total')]: '0x20' }),
    quiet: short(5, { [redis('spooled_messages_total')]: '500x20', [redis('replayed_messages_total')]: '500x20' }),
  },
  TradewindAuthenticationFailures: {
    fires: short(10, { [redis('authentication_failures_total')]: '0x14 0+1x20' }),
    quiet: short(10, { [redis('authentication_failures_total')]: '3x40' }),
  },
};
