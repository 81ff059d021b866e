import { ManualClock, seededRandom } from '@tradewind/core/testing';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ExecutionCoordinator, type ExecutionCoordinatorOptions } from '../src/execution/execution-coordinator.ts';
import type { ExecutionReport } from '../src/execution/execution-report.ts';
import { PaperExchange } from '../src/execution/paper-exchange.ts';
import type { PaperExchangeOptions } from '../src/execution/paper-options.ts';
import type { Opportunity } from '../src/lifecycle/opportunity.ts';
import { OpportunityPipeline } from '../src/lifecycle/opportunity-pipeline.ts';
import { parseFixed } from '../src/money/fixed-point.ts';
import { btcRow, quote } from './fixtures.ts';

const NOW_MS = 1_723_161_254_000;
const ROWS = [
  btcRow('A'),
  btcRow('A', { symbol: 'ETHUSDT', base: 'ETH', lotSize: '0.01', minQty: '0.01' }),
  btcRow('A', {
    symbol: 'ETHBTC',
    base: 'ETH',
    quote: 'BTC',
    tickSize: '0.00001',
    lotSize: '0.001',
    minNotional: '0.0001',
  }),
];
/** BTC is sold, ETH bought and sold back: a round gains 0.3 % after three fees, and ETHBTC's ten lets about half a bitcoin round. */
const QUOTES = [
  ['BTCUSDT', '60000', '60001', '2'],
  ['ETHUSDT', '2990', '3000', '40'],
  ['ETHBTC', '0.0503', '0.0504', '10'],
] as const;

interface SetUp {
  readonly exchange?: Partial<PaperExchangeOptions>;
  readonly coordinator?: Partial<ExecutionCoordinatorOptions>;
  readonly seed?: number;
}

/** A detector that has found the round, and a venue that shows the same books. */
function setUp({ exchange = {}, coordinator = {}, seed = 1 }: SetUp = {}) {
  const clock = new ManualClock({ startMs: NOW_MS });
  const venue = new PaperExchange({ venue: 'A', instruments: ROWS, clock, random: seededRandom(seed), ...exchange });
  const told: Opportunity[] = [];
  const pipeline = new OpportunityPipeline({
    detector: { instruments: ROWS, cycles: { maxLength: 3 } },
    tracker: { producer: 'desk', listener: (each) => told.push(each) },
  });
  const show = (): void => {
    for (const [symbol, bid, ask, size] of QUOTES) venue.setBook(symbol, [[bid, size]], [[ask, size]]);
  };
  show();
  for (const [symbol, bid, ask, size] of QUOTES) {
    pipeline.apply(quote('A', { bid: [bid, size], ask: [ask, size], atMs: 0, symbol }));
  }
  const desk = new ExecutionCoordinator({
    venues: { A: venue },
    instruments: ROWS,
    opportunities: pipeline.tracker,
    clock,
    strategyId: 'ARB',
    producer: 'p1',
    ...coordinator,
  });
  const [found] = pipeline.tracker.live();
  if (found === undefined) throw new Error('Expected a cycle.');
  return { clock, venue, desk, pipeline, found, show, told };
}

async function finish<T>(clock: ManualClock, running: Promise<T>): Promise<T> {
  await clock.advance(30_000);
  return running;
}

describe('a cycle', () => {
  test('is planned in whole lots, each step with what the one before it brings', () => {
    expect(setUp().found.legs).toMatchObject([
      // 30,030 / 59,940 = 0.5010..., in lots of 0.001.
      { venue: 'A', symbol: 'BTCUSDT', side: 'SELL', limit: '60000', quantity: '0.501' },
      // 0.501 * 60,000 * 0.999 = 30,029.94, over 3,003 a piece.
      { venue: 'A', symbol: 'ETHUSDT', side: 'BUY', limit: '3000', quantity: '9.99' },
      { venue: 'A', symbol: 'ETHBTC', side: 'SELL', limit: '0.0503', quantity: '9.99' },
    ]);
  });

  test('is executed, gains what it should, and ends once', async () => {
    const { clock, venue, desk, found, told } = setUp();
    const report = await finish(clock, desk.execute(found));
    expect(report).toMatchObject({ outcome: 'executed', unmatched: [] });
    // -0.501 + 9.99 * 0.0503 * 0.999
    expect(venue.account.balance('BTC')).toBe('0.000994503');
    expect(venue.account.balance('ETH')).toBe('0');
    // 30,029.94 - 9.99 * 3,003: what the lots left over.
    expect(venue.account.balance('USDT')).toBe('29.97');
    expect(told.map(({ state }) => state)).toEqual(['detected', 'confirmed', 'routed', 'executed']);
    expect(await desk.execute(found)).toMatchObject({ outcome: 'refused' });
  });

  test('in series each leg is as large as those before it were filled', async () => {
    const { clock, venue, desk, found } = setUp({ coordinator: { plan: 'serial' } });
    venue.setBook('ETHBTC', [['0.0503', '5']], []);
    const report = await finish(clock, desk.execute(found));
    expect(report.orders.map(({ symbol, side, purpose, filled }) => `${purpose} ${side} ${symbol} ${filled}`)).toEqual([
      'leg SELL BTCUSDT 0.501',
      'leg SELL ETHBTC 5',
      'leg BUY ETHUSDT 5',
      // 5 of 9.99 ETH are matched by 0.25075 BTC: what is beyond it, in whole lots, is bought back.
      'unwind BUY BTCUSDT 0.25',
    ]);
    expect(report).toMatchObject({ outcome: 'partial', unmatched: [] });
  });

  test('of which a leg fails is unwound, and what cannot be is flagged', async () => {
    const { clock, venue, desk, found } = setUp();
    venue.setBook('ETHBTC', [], []);
    venue.setBook('ETHUSDT', [], [['3000', '40']]);
    const report = await finish(clock, desk.execute(found));
    expect(report).toMatchObject({ outcome: 'unmatched' });
    expect(desk.unmatched()).toEqual([
      { opportunityId: 'desk#1', base: 'ETH', quantity: '9.99', reason: 'notUnwound' },
    ]);
    expect(venue.account.balance('BTC')).toBe('0');
  });

  test('that gains nothing in whole lots is not begun', async () => {
    const { desk, found } = setUp();
    const [btc, , ethbtc] = found.legs;
    // 9 ETH bring 9 * 0.0503 * 0.999 = 0.452 BTC, less than the 0.501 that were sold.
    const coarse = {
      ...found,
      legs: [btc, { ...found.legs[1], quantity: '9' }, { ...ethbtc, quantity: '9' }],
    } as Opportunity;
    expect(await desk.execute(coarse)).toMatchObject({ outcome: 'refused', refusal: 'NO_PROFIT' });
  });

  test('that is unlikely to survive is refused, and one that is not certain goes in series', async () => {
    const { clock, desk, found } = setUp({ coordinator: { minSurvival: 0.5, serialBelow: 0.9 } });
    const with_ = (probability: number): Opportunity => ({ ...found, survival: { probability, arrivalMs: 20 } });
    expect(await desk.execute(with_(0.4))).toMatchObject({ refusal: 'UNLIKELY' });
    const running = desk.execute(with_(0.8));
    await clock.advance(1);
    const report = await finish(clock, running);
    expect(report.orders.map(({ symbol }) => symbol)).toEqual(['BTCUSDT', 'ETHBTC', 'ETHUSDT']);
  });
});

const runs = fc.record({
  seed: fc.integer({ min: 1, max: 1e9 }),
  rejectProbability: fc.constantFrom(0, 0.2, 0.6),
  snatchProbability: fc.constantFrom(0, 0.5, 1),
  lossProbability: fc.constantFrom(0, 0.3),
  latencyMs: fc.constantFrom({ min: 1, max: 1 }, { min: 0, max: 80 }, { min: 10, max: 900 }),
  plan: fc.constantFrom('parallel', 'serial', 'auto'),
  rounds: fc.array(fc.record({ waitMs: fc.integer({ min: 0, max: 300 }), isShownAnew: fc.boolean() }), {
    minLength: 1,
    maxLength: 8,
  }),
});

test('whatever goes wrong with cycles: no leg is sent twice, every unmatched leg is unwound or flagged, and all assets add up', async () => {
  const outcomes = new Set<string>();
  await fc.assert(
    fc.asyncProperty(runs, async ({ rounds, plan, seed, ...exchange }) => {
      const taken = new Set<string>();
      const opportunities = { route: (id: string) => !taken.has(id) && taken.add(id).size > 0, execute: () => true };
      const { clock, venue, desk, found, show } = setUp({
        seed,
        exchange,
        coordinator: { plan, orderTimeoutMs: 500, opportunities },
      });
      const ledger = new Map<string, bigint>();
      const book = (asset: string, amount: bigint): void => void ledger.set(asset, (ledger.get(asset) ?? 0n) + amount);
      venue.events({
        onEvent: (event) => {
          if (event.type !== 'order_filled') return;
          const row = ROWS.find(({ symbol }) => event.instrumentId.startsWith(symbol));
          const [price, size] = [parseFixed(event.lastPrice) ?? 0n, parseFixed(event.lastQuantity) ?? 0n];
          const sign = event.side === 'BUY' ? 1n : -1n;
          book(row?.base ?? '', sign * size * 10n ** 24n);
          book(row?.quote ?? '', -sign * price * size * 1_000_000n - price * size * 1000n);
        },
      });
      const reports: Promise<ExecutionReport>[] = [];
      for (const [index, { waitMs, isShownAnew }] of rounds.entries()) {
        if (isShownAnew) show();
        const nowNs = BigInt(Math.floor(clock.now() * 1e6));
        const asked = { ...found, id: `o${index}`, changedAtNs: nowNs, expiresAtNs: nowNs + 10n ** 9n };
        reports.push(desk.execute(asked));
        await clock.advance(waitMs);
      }
      await clock.advance(60_000);
      const flagged = new Set(desk.unmatched().map(({ opportunityId }) => opportunityId));
      for (const { opportunityId, refusal, outcome, orders } of await Promise.all(reports)) {
        outcomes.add(refusal ?? outcome);
        const legs = orders.filter(({ purpose }) => purpose === 'leg');
        expect(new Set(legs.map(({ symbol }) => symbol)).size).toBe(legs.length);
        if (refusal !== undefined || flagged.has(opportunityId) || outcome === 'unmatched') continue;
        // What is not flagged is in proportion, to within a lot of each leg.
        const shares = found.legs.map(({ symbol, side, quantity = '0' }) => {
          const held = orders
            .filter((order) => order.symbol === symbol)
            .reduce((sum, { side: own, filled }) => sum + (own === side ? Number(filled) : -Number(filled)), 0);
          return {
            share: held / Number(quantity),
            lot: symbol === 'ETHUSDT' ? 0.01 : 0.001,
            quantity: Number(quantity),
          };
        });
        const least = Math.min(...shares.map(({ share }) => share));
        for (const { share, lot, quantity } of shares) expect((share - least) * quantity).toBeLessThan(lot + 1e-9);
      }
      for (const [asset, amount] of ledger) {
        expect(asUnits(venue.account.balance(asset))).toBe(amount);
      }
    }),
    { numRuns: 300, seed: 12 },
  );
  expect([...outcomes]).toEqual(expect.arrayContaining(['executed', 'nothing', 'partial', 'unmatched', 'RESERVED']));
});

/** As the account counts: 42 places. */
function asUnits(text: string): bigint {
  const [whole = '', fraction = ''] = text.replace('-', '').split('.');
  const value = BigInt(whole + fraction.padEnd(42, '0'));
  return text.startsWith('-') ? -value : value;
}
