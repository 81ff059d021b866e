import { short, type CasesByRule, type RuleCase } from './rule-case.ts';

const lane = (name: string, of = 'NORMAL'): string => `tradewind_${name}{bus="main", lane="${of}", direction="local"}`;
const bus = (name: string): string => `tradewind_${name}{bus="main"}`;

/** What leaves a lane beside what is dispatched: nothing. */
const nothingElse = Object.fromEntries(
  ['sent', 'expired', 'superseded', 'unrouted', 'dead_lettered'].map((name) => [
    lane(`messages_${name}_total`),
    '0x60',
  ]),
);
const filled = (queued: string): RuleCase['series'] => ({
  [lane('lane_queued')]: queued,
  [lane('lane_parked')]: '0x90',
  [lane('lane_capacity')]: '1000x90',
});

export const queueCases: CasesByRule = {
  TradewindLaneStuck: {
    fires: short(10, {
      ...nothingElse,
      [lane('lane_queued')]: '0x9 50x40',
      [lane('messages_dispatched_total')]: '0+10x9 90x40',
    }),
    quiet: short(10, { ...nothingElse, [lane('lane_queued')]: '50x60', [lane('messages_dispatched_total')]: '0+1x60' }),
  },
  TradewindLaneFull: {
    // What is parked behind a slow subscription fills a lane as well as what is queued.
    fires: short(5, { ...filled('100x3 60x30'), [lane('lane_parked')]: '0x3 940x30' }),
    quiet: short(5, filled('980x40')),
  },
  TradewindLaneNearCapacity: {
    fires: short(5, filled('100x3 850x30')),
    quiet: short(5, filled('100x3 850x1 300x30')),
  },
  TradewindLaneFillingUp: {
    fires: short(24, filled('0+15x60')),
    quiet: short(20, filled('0+10x20 200-1x40')),
  },
  TradewindLowLaneStarved: {
    fires: short(12, {
      [lane('lane_queued', 'LOW')]: '4x60',
      [lane('messages_dispatched_total', 'LOW')]: '9x60',
      [lane('messages_dispatched_total', 'HIGH')]: '0+500x60',
    }),
    quiet: short(12, {
      [lane('lane_queued', 'LOW')]: '4x60',
      [lane('messages_dispatched_total', 'LOW')]: '0+1x60',
      [lane('messages_dispatched_total', 'HIGH')]: '0+500x60',
    }),
  },
  TradewindBackPressureSustained: {
    fires: short(10, { [bus('publish_waiters')]: '0x5 3x30' }),
    quiet: short(10, { [bus('publish_waiters')]: '3x2 0 5x2 0 7x2 0 2x2 0 2x2 0 3x2 0 2' }),
  },
  TradewindWorkersExhausted: {
    fires: short(5, {
      [bus('workers_busy')]: '50x20',
      [bus('workers_max')]: '50x20',
      ...filled('40x20'),
      [lane('lane_parked')]: '0x20',
    }),
    quiet: short(5, {
      [bus('workers_busy')]: '50x20',
      [bus('workers_max')]: '50x20',
      ...filled('0x20'),
      [lane('lane_parked')]: '0x20',
    }),
  },
  TradewindScalingFlapping: {
    fires: short(12, { [bus('workers')]: '2 4 2 4 2 4 2 4 2 4 2 4 2 4 2 4 2 4 2 4 2 4 2 4 2' }),
    quiet: short(12, { [bus('workers')]: '2 3 4 6 9 13x20' }),
  },
  TradewindSlowConsumer: {
    fires: short(10, {
      [lane('handler_seconds_sum')]: '0+60x40',
      [lane('handler_seconds_count')]: '0+20x40',
      [lane('lane_queued')]: '0x40',
      [lane('lane_parked')]: '12x40',
    }),
    quiet: short(10, {
      [lane('handler_seconds_sum')]: '0+10x40',
      [lane('handler_seconds_count')]: '0+20x40',
      [lane('lane_queued')]: '0x40',
      [lane('lane_parked')]: '12x40',
    }),
  },
  TradewindThreadsCrashing: {
    fires: short(10, { [bus('threads_crashes_total')]: '0x14 1x20' }),
    quiet: short(10, { [bus('threads_crashes_total')]: '1x40' }),
  },
};
