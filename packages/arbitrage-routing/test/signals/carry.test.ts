import { Priority, type RoutableMessage, type RoutingContext } from '@tradewind/core-types';
import { expect, test } from 'vitest';
import type { NormalizedEvent } from '../../src/market/normalized-event.ts';
import type { SignalDetectorOptions } from '../../src/signals/signal-detector.ts';
import { ArbitrageRouter } from '../../src/routing/arbitrage-router.ts';
import { arbitrageTopic } from '../../src/routing/arbitrage-topic.ts';
import { at } from '../fixtures.ts';
import { funding, market, row, run } from './signal-fixtures.ts';

const HOUR_MS = 3_600_000;
const pair = (instruments: readonly string[]) => [{ name: 'BTC', instruments }];
const both: SignalDetectorOptions = {
  instruments: [row('A:P'), row('B:P')],
  funding: { groups: pair(['A:P', 'B:P']), holdHours: 24 },
};
const quotes = [
  market('A:P', { bid: '60000', ask: '60010' }),
  market('B:P', { bid: '60020', ask: '60030', size: '0.5' }),
];
const rates = [
  funding('A:P', '-0.0001', { inMs: HOUR_MS, minutes: 480 }),
  funding('B:P', '0.0002', { inMs: HOUR_MS / 2, minutes: 60 }),
];

test('funding: the pair that is paid on both legs, worked out by hand', () => {
  // A pays at 1, 9 and 17 hours: 3 times -0.0001. B at 0.5, 1.5, … 23.5 hours: 24 times 0.0002.
  // Bought at 60,010, sold at 60,020, both left across their spreads: 60,000 and 60,030, twice 0.05 % each.
  // Half a bitcoin: 0.5 * (60,000 - 60,010 * (1.001 - 0.0003) + 60,020 * (0.999 + 0.0048) - 60,030).
  expect(run(both, [...rates, ...quotes])).toEqual([
    {
      op: 'open',
      type: 'FUNDING_RATE',
      id: 'F|A:P>B:P',
      legs: [
        { venue: 'A', symbol: 'P', side: 'BUY', qty: '0.5', notional: '30005', limit: '60010' },
        { venue: 'B', symbol: 'P', side: 'SELL', qty: '0.5', notional: '30010', limit: '60020' },
      ],
      profit: '83.0345',
      edgePpm: '2767',
      urgency: 'LOW',
      expiresAtNs: at(HOUR_MS / 2).toString(),
      funding: '153.0495',
      fees: '60.015',
      payments: [3, 24],
      // Of 27 payments two have their rate, and the basis may move.
      confidence: '0.071428',
    },
  ]);
});

test('funding: a rate that was settled says nothing of the next payment', () => {
  const settled = ['A:P', 'B:P'].map((key, index) => {
    const { nextFundingNs: _, ...told } = funding(key, index === 0 ? '-0.0001' : '0.0002', { inMs: 0, minutes: 60 });
    return told;
  });
  expect(run(both, [...settled, ...quotes])).toMatchObject([{ payments: [24, 24], confidence: '0' }]);
});

test('funding: both legs are equal, in lots of both, and no more than the cap', () => {
  const instruments = [row('A:P', { lotSize: '0.3' }), row('B:P', { lotSize: '0.25' })];
  const large = [
    market('A:P', { bid: '60000', ask: '60010', size: '9' }),
    market('B:P', { bid: '60020', ask: '60030', size: '8' }),
  ];
  const quantities = ['200000', '1000000'].map((maxNotional) => {
    const [opened] = run({ ...both, instruments, maxNotional }, [...rates, ...large]);
    return opened?.op === 'open' ? opened.legs.map(({ qty }) => qty) : [];
  });
  // 200,000 are 3.33 bitcoins, of the books there are 8: multiples of 1.5.
  expect(quantities).toEqual([
    ['3', '3'],
    ['7.5', '7.5'],
  ]);
});

test('a signal is published and routed like an opportunity', () => {
  const [signal] = run(both, [...rates, ...quotes]);
  if (signal === undefined || signal.op === 'close') throw new Error('The pair opens.');
  const topic = arbitrageTopic(signal);
  expect(topic).toBe('arbitrage.FUNDING_RATE.P');
  const message = { topic, payload: signal as unknown, priority: Priority.LOW } as RoutableMessage;
  const context = { nowMs: Number(at(0)) / 1e6 } as RoutingContext;
  const priorities = ['8.3', '8.4'].map((profitThreshold) => {
    const rules = [{ name: 'much', priority: Priority.CRITICAL, profitAbove: '10', types: ['FUNDING_RATE'] as const }];
    return new ArbitrageRouter({ profitThreshold, rules }).route(message, context)?.priority;
  });
  // It brings 83.0345.
  expect(priorities).toEqual([Priority.CRITICAL, undefined]);
});

test.each([
  ['without the fee on the way out', { exitLiquidity: 'maker' as const, makerFeePpm: 0 }, '113.042'],
  ['a payment more changes the profit', { holdHours: 24.5 }, '89.0365'],
])(
  'funding: %s',
  (
    _,
    { exitLiquidity, makerFeePpm, holdHours }: { exitLiquidity?: 'maker'; makerFeePpm?: number; holdHours?: number },
    profit,
  ) => {
    const options = {
      ...both,
      exitLiquidity,
      instruments: both.instruments.map((each) => ({ ...each, makerFeePpm })),
      funding: { groups: pair(['A:P', 'B:P']), holdHours },
    };
    expect(run(options, [...rates, ...quotes]).at(-1)).toMatchObject({ op: 'open', profit });
  },
);

test('funding: it is decided anew when a payment has gone by, and ends with its quotes', () => {
  const options = { ...both, maxAgeMs: HOUR_MS };
  const later: NormalizedEvent = { type: 'trade', venue: 'A', tsRecv: at(HOUR_MS / 2 + 1) };
  const stale: NormalizedEvent = { type: 'trade', venue: 'A', tsRecv: at(HOUR_MS + 1) };
  const [, updated, closed] = run(options, [...rates, ...quotes, later, stale]);
  // Half an hour on, the hold takes in one more payment of B, as the first is over.
  expect(updated).toMatchObject({ op: 'update', payments: [3, 24], expiresAtNs: at(HOUR_MS).toString() });
  expect(closed).toEqual({ op: 'close', type: 'FUNDING_RATE', id: 'F|A:P>B:P' });
});

test('funding: an inverse and a quanto contract are counted in what they are worth', () => {
  const instruments = [
    row('A:I', { inverse: true, contractValue: '100', lotSize: '1' }),
    row('B:Q', { quanto: true, contractValue: '0.00001', lotSize: '1', settlementInstrument: 'C:S' }),
    row('C:S', { kind: 'spot', base: 'X' }),
  ];
  const events = [
    funding('A:I', '-0.01', { inMs: HOUR_MS, minutes: 480 }),
    funding('B:Q', '0.01', { inMs: HOUR_MS, minutes: 480 }),
    market('C:S', { bid: '50', ask: '51' }),
    market('A:I', { bid: '49999', ask: '50000', size: '1000' }),
    market('B:Q', { bid: '50000', ask: '50001', size: '7000' }),
  ];
  const [opened] = run({ instruments, funding: { groups: pair(['A:I', 'B:Q']), holdHours: 8 } }, events);
  // 1,000 inverse contracts are 100,000 USDT, 2 BTC. A quanto contract is 0.00001 * 50 = 0.0005 BTC: 4,000 of them are 2 BTC.
  expect(opened).toMatchObject({
    legs: [
      { qty: '1000', notional: '100000' },
      { qty: '4000', notional: '100000' },
    ],
    // 2 * 49,999 - 100,000 * (1.001 - 0.01) + 100,000 * (0.999 + 0.01) - 2 * 50,001
    profit: '1796',
    funding: '2000',
    fees: '200',
  });
});

const YEAR_MS = 365 * 86_400_000;

function dated(key: string, days: number) {
  return row(key, { kind: 'future', expiryMs: Number(at(days * 86_400_000) / 1_000_000n), settlementFeePpm: 100 });
}

test('calendar: spot bought against a dated contract that is sold and settles', () => {
  const instruments = [row('A:S', { kind: 'spot' }), dated('B:F', 73)];
  const options = { instruments, calendar: { groups: pair(['A:S', 'B:F']) } };
  const [opened, ...rest] = run(options, [
    market('A:S', { bid: '50000', ask: '50010' }),
    market('B:F', { bid: '51000', ask: '51010', size: '2' }),
  ]);
  // Spot: in at 50,010, out at 50,000, 0.05 % each way. The future: in at 51,000 for 0.05 %, settled at 50,005 for 0.01 %.
  // 50,000 - 50,010 * 1.001 + 51,000 * 0.9994 - 50,005 = 904.39; a year has five times 73 days.
  expect(opened).toMatchObject({
    op: 'open',
    type: 'CALENDAR_SPREAD',
    id: 'K|A:S>B:F',
    profit: '904.39',
    basis: '1000',
    fees: '80.61',
    funding: '0',
    payments: [0, 0],
    confidence: '1',
    annualPpm: '90420',
    holdUntilNs: at(YEAR_MS / 5).toString(),
  });
  expect(rest).toEqual([]);
});

test('calendar: a perpetual contract that is held against a dated one pays its funding, and spot is never sold', () => {
  const instruments = [row('A:P'), row('A:S', { kind: 'spot' }), dated('B:F', 1)];
  const options = { instruments, calendar: { groups: pair(['A:P', 'A:S', 'B:F']), minAnnualPpm: 1_000_000 } };
  const transitions = run(options, [
    funding('A:P', '0.0005', { inMs: HOUR_MS, minutes: 480 }),
    market('A:P', { bid: '50990', ask: '51000' }),
    market('A:S', { bid: '50990', ask: '51000' }),
    market('B:F', { bid: '49990', ask: '50000' }),
  ]);
  // Sold at 50,990 and paid 3 times 0.05 %; bought at 50,000; both left at the perpetual's own prices.
  // 50,990 * (0.999 + 0.0015) - 51,000 + 50,995 - 50,000 * 1.0006 = 980.495
  expect(transitions).toMatchObject([
    {
      id: 'K|B:F>A:P',
      profit: '980.495',
      funding: '76.485',
      payments: [0, 3],
      confidence: '0.5',
      basis: '-1000',
      op: 'open',
    },
  ]);
});

test('calendar: two dated contracts are left when the nearer settles, at what a year is worth', () => {
  const instruments = [dated('A:N', 73), dated('B:F', 146)];
  const options = { instruments, calendar: { groups: pair(['A:N', 'B:F']), fairAnnualPpm: 50_000 } };
  const [opened] = run(options, [
    market('A:N', { bid: '49990', ask: '50010' }),
    market('B:F', { bid: '51000', ask: '51020' }),
  ]);
  // In 73 days the nearer settles at 50,000, when the later is worth 1 % more and is bought back 10 above: 50,510.
  // 50,000 - 50,010 * 1.0006 + 51,000 * 0.999 - 50,510 = 398.994
  expect(opened).toMatchObject({ id: 'K|A:N>B:F', profit: '398.994', basis: '1010', confidence: '0' });
});
