import { short, type CasesByRule } from './rule-case.ts';

const lane = (name: string): string => `tradewind_${name}{bus="main", lane="HIGH", direction="local"}`;
const bus = (name: string): string => `tradewind_${name}{bus="main"}`;
const redis = (name: string): string => `tradewind_transport_${name}{bus="main", part="transports/redis"}`;
const group = (name: string): string =>
  `tradewind_transport_${name}{bus="main", part="transports/memory", group="risk"}`;

export const deliveryCases: CasesByRule = {
  TradewindDeliveryErrors: {
    fires: short(10, {
      [lane('deliveries_failed_attempts_total')]: '0+10x40',
      [lane('deliveries_handled_total')]: '0+90x40',
    }),
    quiet: short(10, {
      [lane('deliveries_failed_attempts_total')]: '0+2x40',
      [lane('deliveries_handled_total')]: '0+98x40',
    }),
  },
  TradewindHandlerErrors: {
    fires: short(10, { [bus('bus_handler_errors_total')]: '0+5x40', [bus('bus_delivered_total')]: '0+100x40' }),
    quiet: short(10, { [bus('bus_handler_errors_total')]: '5x40', [bus('bus_delivered_total')]: '0+100x40' }),
  },
  TradewindRetriesHigh: {
    fires: short(10, { [bus('deliveries_retrying')]: '10x3 150x30' }),
    quiet: short(10, { [bus('deliveries_retrying')]: '10x3 150x5 20x30' }),
  },
  TradewindRedeliveryHigh: {
    fires: short(15, {
      [redis('redelivered_messages_total')]: '0+20x60',
      [redis('received_messages_total')]: '0+100x60',
    }),
    quiet: short(15, {
      [redis('redelivered_messages_total')]: '0+5x60',
      [redis('received_messages_total')]: '0+100x60',
    }),
  },
  TradewindRedeliveriesInMemory: {
    fires: short(15, { [group('redeliveries_total')]: '0+20x60', [group('acknowledged_total')]: '0+100x60' }),
    quiet: short(15, { [group('redeliveries_total')]: '20x60', [group('acknowledged_total')]: '0+100x60' }),
  },
  TradewindDeadLettersArriving: {
    fires: short(10, {
      [lane('deliveries_dead_lettered_total')]: '0x14 0+1x20',
      [lane('messages_dead_lettered_total')]: '0x40',
    }),
    quiet: short(10, {
      [lane('deliveries_dead_lettered_total')]: '8x40',
      [lane('messages_dead_lettered_total')]: '3x40',
    }),
  },
  TradewindDeadLettersPilingUp: {
    fires: short(40, { [bus('dead_letters')]: '0+20x90' }),
    quiet: short(40, { [bus('dead_letters')]: '1000-2x90' }),
  },
  TradewindDeadLettersLost: {
    fires: short(10, {
      [bus('dead_letters_evicted_total')]: '0x9 0+3x20',
      [bus('dead_letters_unwritten_total')]: '0x40',
    }),
    quiet: short(10, { [bus('dead_letters_evicted_total')]: '7x40', [bus('dead_letters_unwritten_total')]: '0x40' }),
  },
  TradewindTransportDeadLetters: {
    fires: short(10, { [redis('dead_letters_total')]: '0x14 0+2x20' }),
    quiet: short(10, { [redis('dead_letters_total')]: '2x40' }),
  },
  TradewindSequenceGap: {
    fires: short(10, { [redis('lost_messages_total')]: '0x14 37x20' }),
    quiet: short(10, { [redis('lost_messages_total')]: '37x40' }),
  },
  TradewindDuplicates: {
    fires: short(15, { [redis('duplicates_dropped_total')]: '0+10x60', [redis('received_entries_total')]: '0+100x60' }),
    quiet: short(15, { [redis('duplicates_dropped_total')]: '0+1x60', [redis('received_entries_total')]: '0+100x60' }),
  },
  TradewindPossibleDuplicates: {
    fires: short(10, { [redis('possible_duplicates_total')]: '0x14 2x20' }),
    quiet: short(10, { [redis('possible_duplicates_total')]: '2x40' }),
  },
};
