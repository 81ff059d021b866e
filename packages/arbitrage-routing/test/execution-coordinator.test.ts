import { ManualClock, seededRandom } from '@tradewind/core/testing';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ExecutionReport } from '../src/execution/execution-report.ts';
import { ExecutionCoordinator, type ExecutionCoordinatorOptions } from '../src/execution/execution-coordinator.ts';
import { PaperExchange } from '../src/execution/paper-exchange.ts';
import type { PaperExchangeOptions } from '../src/execution/paper-options.ts';
import { LatencyMonitor } from '../src/latency/latency-monitor.ts';
import type { Opportunity } from '../src/lifecycle/opportunity.ts';
import { btcRow } from './fixtures.ts';
import { spread, type SpreadTerms } from './opportunity-fixture.ts';

const NOW_MS = 1_704_067_200_000;

interface SetUp {
  readonly exchange?: Partial<PaperExchangeOptions>;
  readonly coordinator?: Partial<ExecutionCoordinatorOptions>;
  readonly seed?: number;
}

function setUp({ exchange = {}, coordinator = {}, seed = 1 }: SetUp = {}) {
  const clock = new ManualClock({ startMs: NOW_MS });
  const random = seededRandom(seed);
  const rows = ['A', 'B', 'C'].map((venue) => btcRow(venue));
  const make = (venue: string) =>
    new PaperExchange({ venue, instruments: rows.filter((row) => row.venue === venue), clock, random, ...exchange });
  const venues = { A: make('A'), B: make('B'), C: make('C') };
  const taken = new Set<string>();
  const executed: string[] = [];
  const opportunities = {
    route: (id: string) => !taken.has(id) && taken.add(id).size > 0,
    execute: (id: string) => executed.push(id) > 0,
  };
  const desk = new ExecutionCoordinator({
    venues,
    instruments: rows,
    opportunities,
    clock,
    strategyId: 'ARB',
    producer: 'p1',
    ...coordinator,
  });
  return { clock, venues, desk, executed };
}

function spreadOf(terms: Partial<SpreadTerms> = {}): Opportunity {
  return spread({ urgency: 'URGENT', detectedAtMs: NOW_MS, expiresInMs: 1000, ...terms });
}

async function finish<T>(clock: ManualClock, running: Promise<T>): Promise<T> {
  await clock.advance(30_000);
  return running;
}

describe('the coordinator', () => {
  test('buys and sells, and the gain is what the figures say', async () => {
    const { clock, venues, desk, executed } = setUp();
    venues.A.setBook('BTCUSDT', [['99', '5']], [['100', '1']]);
    venues.B.setBook('BTCUSDT', [['102', '1']], [['103', '1']]);
    const report = await finish(clock, desk.execute(spreadOf()));
    expect(report).toMatchObject({ outcome: 'executed', unmatched: [] });
    expect(executed).toEqual(['desk#1']);
    // 102 * 0.999 - 100 * 1.001
    expect(venues.A.account.balance('USDT')).toBe('-100.1');
    expect(venues.B.account.balance('USDT')).toBe('101.898');
    expect(desk.unmatched()).toEqual([]);
  });

  test('unwinds what one leg filled beyond the other, at its own venue', async () => {
    const { clock, venues, desk } = setUp();
    venues.A.setBook('BTCUSDT', [['99', '5']], [['100', '1']]);
    venues.B.setBook('BTCUSDT', [['102', '0.4']], [['103', '1']]);
    const report = await finish(clock, desk.execute(spreadOf()));
    expect(report).toMatchObject({ outcome: 'partial', unmatched: [] });
    expect(report.orders.map(({ venue, side, purpose, filled }) => `${purpose} ${venue} ${side} ${filled}`)).toEqual([
      'leg A BUY 1',
      'leg B SELL 0.4',
      'unwind A SELL 0.6',
    ]);
    expect([venues.A.account.balance('BTC'), venues.B.account.balance('BTC')]).toEqual(['0.4', '-0.4']);
  });

  test('flags what cannot be unwound', async () => {
    const { clock, venues, desk, executed } = setUp();
    venues.A.setBook('BTCUSDT', [], [['100', '1']]);
    venues.B.setBook('BTCUSDT', [], [['103', '1']]);
    const report = await finish(clock, desk.execute(spreadOf()));
    expect(report.outcome).toBe('unmatched');
    expect(desk.unmatched()).toEqual([{ opportunityId: 'desk#1', base: 'BTC', quantity: '1', reason: 'notUnwound' }]);
    expect(executed).toEqual([]);
    expect(desk.resolve('desk#1')).toBe(true);
    expect(desk.unmatched()).toEqual([]);
  });

  test('in series the second leg is as large as the first was filled: nothing is left to unwind', async () => {
    const { clock, venues, desk } = setUp({ coordinator: { latencyMs: { B: 150 } } });
    venues.A.setBook('BTCUSDT', [['99', '5']], [['100', '1']]);
    venues.B.setBook('BTCUSDT', [['102', '0.4']], [['103', '1']]);
    const report = await finish(clock, desk.execute(spreadOf()));
    expect(report.orders.map(({ venue, side, filled }) => `${venue} ${side} ${filled}`)).toEqual([
      'B SELL 0.4',
      'A BUY 0.4',
    ]);
    expect(report.outcome).toBe('partial');
  });

  test.each([
    ['OFF_TICK', { buyLimit: '100.001' }],
    ['OFF_TICK', { sellLimit: '102.001' }],
    ['OFF_LOT', { quantity: '1.0001' }],
    ['BELOW_MIN_QUANTITY', { quantity: '0' }],
    ['BELOW_MIN_NOTIONAL', { quantity: '0.049', sellLimit: '200' }],
    ['BELOW_MIN_NOTIONAL', { quantity: '0.05', sellLimit: '99.99' }],
    ['UNKNOWN_VENUE', { to: 'Z' }],
    ['UNKNOWN_VENUE', { to: '__proto__' }],
  ] as const)('sends nothing at all when a leg is wrong: %s %o', async (refusal, overrides) => {
    const { venues, desk } = setUp();
    const seen: unknown[] = [];
    for (const venue of Object.values(venues)) venue.events({ onEvent: (event) => seen.push(event) });
    const report = await desk.execute(spreadOf(overrides));
    expect(report).toMatchObject({ outcome: 'refused', refusal });
    expect(seen).toEqual([]);
  });

  test('acts on an opportunity once, and not after its end', async () => {
    const { clock, venues, desk } = setUp();
    venues.A.setBook('BTCUSDT', [['99', '5']], [['100', '5']]);
    venues.B.setBook('BTCUSDT', [['102', '5']], [['103', '1']]);
    const both = [desk.execute(spreadOf({ quantity: '1' })), desk.execute(spreadOf({ quantity: '1' }))];
    const reports = await finish(clock, Promise.all(both));
    expect(reports.map(({ outcome, refusal }) => refusal ?? outcome)).toEqual(['executed', 'RESERVED']);
    expect(await desk.execute(spreadOf({ quantity: '5' }))).toMatchObject({ refusal: 'EXPIRED' });
  });

  test('two opportunities that share an offer do not buy it twice', async () => {
    const { clock, venues, desk } = setUp();
    venues.A.setBook('BTCUSDT', [['99', '5']], [['100', '1']]);
    venues.B.setBook('BTCUSDT', [['102', '1']], [['103', '1']]);
    venues.C.setBook('BTCUSDT', [['102', '1']], [['103', '1']]);
    const first = desk.execute(spreadOf({ id: '1', quantity: '0.7' }));
    const second = desk.execute(spreadOf({ id: '2', quantity: '1', to: 'C' }));
    const third = desk.execute(spreadOf({ id: '3', quantity: '1', to: 'C' }));
    const reports = await finish(clock, Promise.all([first, second, third]));
    expect(reports.map(({ outcome, refusal }) => refusal ?? outcome)).toEqual(['executed', 'executed', 'RESERVED']);
    expect([venues.A, venues.B, venues.C].map(({ account }) => account.balance('BTC'))).toEqual(['1', '-0.7', '-0.3']);
  });

  test('an order whose end is not heard of is in doubt: nothing is sent in its place, and a late fill is seen', async () => {
    const { clock, venues, desk } = setUp({
      exchange: { latencyMs: { min: 3000, max: 3000 } },
      coordinator: { orderTimeoutMs: 1000 },
    });
    venues.A.setBook('BTCUSDT', [['99', '5']], [['100', '1']]);
    venues.B.setBook('BTCUSDT', [['102', '0.4']], [['103', '1']]);
    const running = desk.execute(spreadOf());
    await clock.advance(2000);
    const report = await running;
    expect(report).toMatchObject({ outcome: 'unmatched', unmatched: [{ reason: 'inDoubt', quantity: '0' }] });
    expect(report.orders.map(({ state }) => state)).toEqual(['inDoubt', 'inDoubt']);
    await clock.advance(20_000);
    expect(desk.unmatched()).toEqual([{ opportunityId: 'desk#1', base: 'BTC', quantity: '0.6', reason: 'notUnwound' }]);
  });

  test('tells how long venues took to answer, and which did not in time', async () => {
    const latency = new LatencyMonitor();
    const exchange = { latencyMs: { min: 15, max: 15 } };
    const { clock, venues, desk } = setUp({ exchange, coordinator: { roundTrips: latency } });
    venues.A.setBook('BTCUSDT', [['99', '5']], [['100', '1']]);
    venues.B.setBook('BTCUSDT', [['102', '1']], [['103', '1']]);
    await finish(clock, desk.execute(spreadOf()));
    expect([latency.arrivalMs('A'), latency.arrivalMs('B')]).toEqual([30, 30]);
    const slow = setUp({
      exchange: { latencyMs: { min: 3000, max: 3000 } },
      coordinator: { roundTrips: latency, orderTimeoutMs: 500 },
    });
    await finish(slow.clock, slow.desk.execute(spreadOf()));
    // Two failures, and two answers that came too late all the same.
    expect(latency.report('A')?.goodShare).toBeLessThan(1);
  });

  test.each([
    ['serialBelow', { serialBelow: 2 }],
    ['minSurvival', { minSurvival: -1 }],
    ['orderTimeoutMs', { orderTimeoutMs: 0 }],
    ['unwindAttempts', { unwindAttempts: 11 }],
  ])('options that cannot be used throw: %s', (path, coordinator) => {
    expect(() => setUp({ coordinator })).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS', path }));
  });
});

/** Ten lots of random books, opportunities and misfortunes. */
const runs = fc.record({
  seed: fc.integer({ min: 1, max: 1e9 }),
  rejectProbability: fc.constantFrom(0, 0.2, 0.6),
  snatchProbability: fc.constantFrom(0, 0.5, 1),
  lossProbability: fc.constantFrom(0, 0.3),
  latencyMs: fc.constantFrom({ min: 1, max: 1 }, { min: 0, max: 80 }, { min: 10, max: 900 }),
  plan: fc.constantFrom('parallel', 'serial', 'auto'),
  orders: fc.array(
    fc.record({
      from: fc.constantFrom('A', 'B'),
      to: fc.constantFrom('B', 'C'),
      qtyThousandths: fc.integer({ min: 1, max: 1500 }),
      waitMs: fc.integer({ min: 0, max: 60 }),
      isShownAnew: fc.boolean(),
    }),
    { minLength: 1, maxLength: 12 },
  ),
});

test('whatever goes wrong: no offer is taken twice, every unmatched leg is unwound or flagged, and cash and positions add up', async () => {
  const outcomes = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(runs, async ({ orders, plan, seed, ...exchange }) => {
      const { clock, venues, desk } = setUp({
        seed,
        exchange,
        coordinator: { plan, orderTimeoutMs: 500, latencyMs: { A: 120 } },
      });
      const ledger: { readonly venue: string; readonly cash: bigint; readonly coins: bigint }[] = [];
      for (const [venue, exchangeOfVenue] of Object.entries(venues)) {
        exchangeOfVenue.events({
          onEvent: (event) => {
            if (event.type !== 'order_filled') return;
            const sign = event.side === 'BUY' ? 1n : -1n;
            const [price, size] = [micros(event.lastPrice), micros(event.lastQuantity)];
            // Cash in 1e-18: price and size in 1e-6 each, the fee in 1e-6 of that.
            ledger.push({ venue, coins: sign * size, cash: -sign * price * size * 1_000_000n - price * size * 1000n });
          },
        });
      }
      let shownAtMs = clock.now();
      const show = (): void => {
        shownAtMs = clock.now();
        venues.A.setBook('BTCUSDT', [['98', '1']], [['100', '1']]);
        venues.B.setBook('BTCUSDT', [['101', '0.8']], [['101.5', '0.6']]);
        venues.C.setBook('BTCUSDT', [['102', '1.2']], [['104', '1']]);
      };
      show();
      const reports: Promise<ExecutionReport>[] = [];
      for (const [index, { from, to, qtyThousandths, waitMs, isShownAnew }] of orders.entries()) {
        if (isShownAnew) show();
        const quantity = String(qtyThousandths / 1000);
        const nowNs = BigInt(Math.floor(clock.now() * 1e6));
        const asked = {
          ...spreadOf({ id: `o${index}`, from, to, quantity, sellLimit: '101', quotedAtMs: shownAtMs }),
          changedAtNs: nowNs,
          expiresAtNs: nowNs + 10n ** 9n,
        };
        reports.push(desk.execute(asked));
        await clock.advance(waitMs);
      }
      await clock.advance(60_000);
      for (const report of await Promise.all(reports)) {
        const what = report.refusal ?? report.outcome;
        outcomes.set(what, (outcomes.get(what) ?? 0) + 1);
        // What is reported matched is matched by its own orders.
        const net = report.orders.reduce(
          (sum, { side, filled }) => sum + (side === 'BUY' ? micros(filled) : -micros(filled)),
          0n,
        );
        if (report.unmatched.length === 0) expect(net).toBe(0n);
        expect(report.orders.filter(({ purpose }) => purpose === 'leg').length).toBeLessThanOrEqual(2);
      }
      // What the venues hold together is what is flagged, to the last digit.
      const flagged = desk.unmatched().reduce((sum, { quantity }) => sum + micros(quantity), 0n);
      expect(flagged).toBe(ledger.reduce((sum, { coins }) => sum + coins, 0n));
      for (const [name, { account }] of Object.entries(venues)) {
        const own = ledger.filter(({ venue }) => venue === name);
        expect(scaled(account.balance('USDT'), 18)).toBe(own.reduce((sum, { cash }) => sum + cash, 0n));
        expect(micros(account.balance('BTC'))).toBe(own.reduce((sum, { coins }) => sum + coins, 0n));
      }
    }),
    { numRuns: 400, seed: 11 },
  );
  // All that can become of one did: otherwise this has shown little.
  expect([...outcomes.keys()].toSorted()).toEqual(
    expect.arrayContaining(['executed', 'nothing', 'partial', 'unmatched', 'RESERVED']),
  );
});

function micros(text: string): bigint {
  return scaled(text, 6);
}

function scaled(text: string, places: number): bigint {
  const [whole = '', fraction = ''] = text.replace('-', '').split('.');
  const value = BigInt(whole + fraction.padEnd(places, '0'));
  return text.startsWith('-') ? -value : value;
}
