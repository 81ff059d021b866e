import { DAY, days, long, short, type CasesByRule, type RuleCase } from './rule-case.ts';

const accepted = (more = ''): string =>
  `tradewind_messages_accepted_total{bus="main", lane="NORMAL", direction="local"${more}}`;
const lane = (name: string, more = ''): string =>
  `tradewind_${name}{bus="main", lane="NORMAL", direction="local"${more}}`;

/** A week of so many messages a sample, and so many in the last hours. */
function week(usual: number, now: number, samples = 8 * 288): RuleCase {
  const last = 72;
  return days((samples - 30) * 5, {
    [accepted()]: `0+${usual}x${samples - last} ${(samples - last) * usual}+${now}x${last}`,
  });
}

export const trafficCases: CasesByRule = {
  TradewindNoTraffic: {
    fires: short(40, { [accepted()]: '0+100x60 6000x60' }),
    quiet: short(40, { [accepted()]: '0+100x100', [accepted().replace('main', 'idle')]: '0x100' }),
  },
  TradewindTrafficDrop: {
    fires: week(3_000, 300),
    quiet: week(3_000, 1_500),
  },
  TradewindTrafficSurge: {
    fires: week(3_000, 30_000),
    quiet: days(2 * DAY, { [accepted()]: `0+300x500 150000+30000x200` }),
  },
  TradewindMessagesRefused: {
    fires: short(10, { [lane('messages_refused_total')]: '0x9 0+30x30' }),
    quiet: short(10, { [lane('messages_refused_total')]: '700x30' }),
  },
  TradewindMessagesDropped: {
    fires: short(10, {
      [lane('messages_dropped_total', ', reason="overflowOldest"')]: '0x14 0+5x20',
      [lane('deliveries_dropped_total', ', reason="overflowOldest"')]: '0x40',
    }),
    quiet: short(10, {
      [lane('messages_dropped_total', ', reason="plugin"')]: '0+5x40',
      [lane('deliveries_dropped_total', ', reason="plugin"')]: '0+5x40',
      [lane('messages_dropped_total', ', reason="laneFull"')]: '9x40',
      [lane('deliveries_dropped_total', ', reason="laneFull"')]: '0x40',
    }),
  },
  TradewindMessagesExpired: {
    fires: short(12, {
      [lane('messages_expired_total')]: '0+10x40',
      [lane('deliveries_expired_total')]: '0x40',
    }),
    quiet: short(12, {
      [lane('messages_expired_total')]: '0+1x40',
      [lane('deliveries_expired_total')]: '0x40',
    }),
  },
  TradewindMessagesInvalid: {
    fires: short(10, { [lane('messages_invalid_total')]: '0x14 0+2x20' }),
    quiet: short(10, { [lane('messages_invalid_total')]: '4x40' }),
  },
  TradewindMessagesUnrouted: {
    fires: short(20, { [lane('messages_unrouted_total')]: '0+80x60', [accepted()]: '0+100x60' }),
    quiet: short(20, { [lane('messages_unrouted_total')]: '0+30x60', [accepted()]: '0+100x60' }),
  },
  TradewindNoConsumers: {
    fires: short(10, { 'tradewind_subscriptions{bus="main"}': '2x5 0x30', [accepted()]: '0+100x40' }),
    quiet: short(10, {
      'tradewind_subscriptions{bus="main"}': '0x40',
      [accepted().replace('"local"', '"out", path="redis"')]: '0+100x40',
    }),
  },
  TradewindNoGroupConsumers: {
    fires: short(5, {
      'tradewind_transport_consumers{bus="main", part="transports/memory", group="risk"}': '1x3 0x20',
      'tradewind_transport_waiting_messages{bus="main", part="transports/memory", group="risk", priority="HIGH"}':
        '3x20',
      'tradewind_transport_waiting_messages{bus="main", part="transports/memory", group="risk", priority="LOW"}':
        '0x20',
    }),
    quiet: short(5, {
      'tradewind_transport_consumers{bus="main", part="transports/memory", group="risk"}': '0x20',
      'tradewind_transport_waiting_messages{bus="main", part="transports/memory", group="risk", priority="HIGH"}':
        '0x20',
    }),
  },
  TradewindRequestTimeouts: {
    fires: short(10, {
      'tradewind_bus_requests_total{bus="main", outcome="timeout"}': '0+10x40',
      'tradewind_bus_requests_total{bus="main", outcome="answered"}': '0+90x40',
    }),
    quiet: short(10, {
      'tradewind_bus_requests_total{bus="main", outcome="timeout"}': '0+1x40',
      'tradewind_bus_requests_total{bus="main", outcome="answered"}': '0+99x40',
    }),
  },
  TradewindPriorityOverused: {
    fires: long(3 * 60, {
      [lane('messages_accepted_total').replace('NORMAL', 'CRITICAL')]: '0+3000x60',
      [accepted()]: '0+1000x60',
    }),
    quiet: long(3 * 60, {
      [lane('messages_accepted_total').replace('NORMAL', 'CRITICAL')]: '0+30x60',
      [accepted()]: '0+10x60',
    }),
  },
};
