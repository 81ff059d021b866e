import { seededRandom } from '@tradewind/core/testing';
import { describe, expect, test } from 'vitest';
import { ArbitrageDetector } from '../../src/detection/arbitrage-detector.ts';
import type { Opportunity } from '../../src/lifecycle/opportunity.ts';
import { OpportunityPipeline } from '../../src/lifecycle/opportunity-pipeline.ts';
import type { NormalizedEvent } from '../../src/market/normalized-event.ts';
import { SURVIVAL_FEATURES } from '../../src/survival/survival-features.ts';
import { SurvivalEstimator, fixedArrivals } from '../../src/survival/survival-estimator.ts';
import { createSurvivalModel } from '../../src/survival/survival-model.ts';
import { btcRow, oneGroup, quote, snapshot } from '../fixtures.ts';

const ARRIVAL_MS = 20;

function setUp({ confirmAbove = 0.8, source = 'l1' }: { confirmAbove?: number; source?: 'l1' | 'l2' } = {}) {
  const seen: Opportunity[] = [];
  const survival = new SurvivalEstimator({ arrivals: fixedArrivals(ARRIVAL_MS), model: createSurvivalModel() });
  const pipeline = new OpportunityPipeline({
    detector: oneGroup([btcRow('A'), btcRow('B')], { source }),
    tracker: { producer: 'desk', confirmAbove, listener: (each) => seen.push(each) },
    survival,
  });
  return { pipeline, survival, seen };
}

const ask = (atMs: number, size = '1', price = '100') => quote('A', { bid: ['90', '5'], ask: [price, size], atMs });
const bid = (atMs: number, size = '1', price = '105') => quote('B', { bid: [price, size], ask: ['110', '5'], atMs });
const clock = (atMs: number): NormalizedEvent => ({
  ...quote('A', { bid: undefined, ask: undefined, atMs }),
  type: 'ticker',
});

describe('the probability of survival', () => {
  test('without experience is near (age + 10 ms) / (age + 10 ms + travel), and confirms what has lasted', () => {
    const { pipeline, seen } = setUp({ confirmAbove: 0.7 });
    pipeline.apply(ask(0));
    pipeline.apply(bid(1));
    const probabilityAt = (): number => pipeline.tracker.live()[0]?.survival?.probability ?? Number.NaN;
    expect(Math.abs(probabilityAt() - 1 / 3)).toBeLessThan(0.08);
    expect(seen.map(({ state }) => state)).toEqual(['detected']);
    pipeline.apply(clock(31));
    expect(Math.abs(probabilityAt() - 40 / 60)).toBeLessThan(0.08);
    pipeline.apply(clock(101));
    expect(seen.at(-1)).toMatchObject({ state: 'confirmed', survival: { arrivalMs: ARRIVAL_MS } });
  });

  test('an update is told with the estimate of its own figures, not of those before', () => {
    const { pipeline, seen } = setUp({ confirmAbove: 0.01 });
    pipeline.apply(ask(0));
    pipeline.apply(bid(1));
    const before = seen.at(-1)?.survival?.probability;
    pipeline.apply(bid(101, '1', '104'));
    expect(seen.map(({ state }) => state)).toEqual(['detected', 'confirmed', 'confirmed']);
    const told = seen.at(-1);
    expect(told).toMatchObject({ figures: { sellLimit: '104' }, legs: [{}, { limit: '104' }] });
    expect(told?.survival?.probability).toBe(pipeline.tracker.live()[0]?.survival?.probability);
    expect(told?.survival?.probability).not.toBe(before);
  });

  test('a forecast that finds no room is not learned from, and counted', () => {
    const survival = new SurvivalEstimator({ arrivals: fixedArrivals(1e6), model: createSurvivalModel() });
    const detector = new ArbitrageDetector(oneGroup([btcRow('A'), btcRow('B')]));
    survival.attach(detector);
    detector.apply(ask(0));
    const leg = { slot: 0, side: 'BUY', limit: 1n, quantity: 1n } as const;
    const dropped = (): unknown => {
      const counters = new Map<string, number>();
      const ignore = (): void => {};
      const counter = (name: string, value: number): void => void counters.set(name, value);
      survival.collect({ describe: ignore, gauge: ignore, histogram: ignore, counter });
      return counters.get('tradewind_arbitrage_forecasts_dropped_total');
    };
    // 16,384 orders may be waited for; each of these forecasts is of one.
    for (let i = 0; i < 16_384; i += 1) survival.assess({ id: `${i}`, key: 'k', legs: [leg], ageMs: 0, edgePpm: 1 });
    expect(dropped()).toBe(0);
    survival.assess({ id: 'one too many', key: 'k', legs: [leg], ageMs: 0, edgePpm: 1 });
    expect(dropped()).toBe(1);
  });

  test('the orders of an opportunity stand in its legs', () => {
    const { pipeline } = setUp();
    pipeline.apply(ask(0, '0.7'));
    pipeline.apply(bid(1, '2'));
    expect(pipeline.tracker.live()[0]?.legs).toEqual([
      { venue: 'A', symbol: 'BTCUSDT', side: 'BUY', limit: '100', quantity: '0.7', quotedAtNs: clock(0).tsRecv },
      { venue: 'B', symbol: 'BTCUSDT', side: 'SELL', limit: '105', quantity: '0.7', quotedAtNs: clock(1).tsRecv },
    ]);
  });

  test.each([
    ['nothing changes', (atMs: number) => clock(atMs), 1],
    ['the price of a leg moves away', (atMs: number) => bid(atMs, '1', '104'), 0],
    ['a leg has less than is asked for', (atMs: number) => ask(atMs, '0.999'), 0],
    ['a leg is better in price and size', (atMs: number) => ask(atMs, '1.001', '99'), 1],
    [
      'a venue goes away',
      (atMs: number): NormalizedEvent => ({ type: 'status', venue: 'A', status: 'down', tsRecv: clock(atMs).tsRecv }),
      0,
    ],
  ])('an outcome is judged by what the books are when the orders arrive: %s', (_, change, share) => {
    const { pipeline, survival } = setUp();
    pipeline.apply(ask(0));
    pipeline.apply(bid(1));
    pipeline.apply(change(20.9));
    expect(survival.calibration.count).toBe(0);
    // The next event is later than the arrival at 21 ms: the books before it count, not what it brings.
    pipeline.apply(bid(21.1, '9', '90'));
    expect(survival.calibration.bins()[0]).toMatchObject({ count: 1, share });
  });

  test('in books the depth within the limits counts', () => {
    const { pipeline, survival } = setUp({ source: 'l2' });
    const asks = [
      ['100', '0.5'],
      ['101', '0.5'],
    ] as const;
    pipeline.apply(snapshot('A', { bids: [['90', '1']], asks, atMs: 0 }));
    pipeline.apply(snapshot('B', { bids: [['105', '1']], asks: [['110', '1']], atMs: 1 }));
    pipeline.apply(snapshot('A', { bids: [['90', '1']], asks: [['101', '1']], atMs: 10 }));
    pipeline.apply(clock(21.1));
    expect(survival.calibration.bins()[0]).toMatchObject({ share: 1 });
  });

  test('learns what kills opportunities: those of a nervous venue fare worse, and it says so', () => {
    const { pipeline, survival } = setUp();
    play(pipeline, 400);
    expect(survival.calibration.count).toBeGreaterThan(1000);
    const [calm, nervous] = [forecast(pipeline, 1_000_000, false), forecast(pipeline, 2_000_000, true)];
    expect(calm - nervous).toBeGreaterThan(0.2);
  });

  test('restored from JSON it forecasts as the original, to the last bit', () => {
    const [original, restored] = [setUp(), setUp()];
    play(original.pipeline, 50);
    restored.survival.restore(JSON.parse(JSON.stringify(original.survival.snapshot())));
    const fresh = setUp();
    const [first, second, untaught] = [original, restored, fresh].map(({ pipeline, survival }) => {
      // A pipeline of its own, so that the market is new to all three.
      const other = setUp();
      other.survival.restore(JSON.parse(JSON.stringify(survival.snapshot())));
      expect(pipeline.tracker.live()).toHaveLength(0);
      return forecast(other.pipeline, 0, false);
    });
    expect(second).toBe(first);
    expect(untaught).not.toBe(first);
  });

  test.each([
    { version: 9, data: {} },
    { version: 1, data: { records: [['a', 1]] } },
    { version: 1, data: { records: [] } },
  ])('a state that it cannot read throws: %o', (state) => {
    expect(() => setUp().survival.restore(state)).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS' }));
  });

  test('what became of real orders is learned once', () => {
    const { pipeline, survival, seen } = setUp({ confirmAbove: 0.1 });
    pipeline.apply(ask(0));
    pipeline.apply(bid(1));
    expect(seen.at(-1)?.state).toBe('confirmed');
    const outcomes = (): number =>
      (survival.snapshot().data as { readonly model: { readonly outcomes: number } }).model.outcomes;
    survival.executed('desk#1', true);
    survival.executed('desk#1', true);
    survival.executed('unknown#1', true);
    expect(outcomes()).toBe(1);
  });
});

test('each feature has its name', () => {
  expect(SURVIVAL_FEATURES).toHaveLength(25);
  expect(new Set(SURVIVAL_FEATURES).size).toBe(25);
});

test('a replay is byte for byte the same, forecasts included', () => {
  const texts = [0, 1].map(() => {
    const { pipeline, seen } = setUp({ confirmAbove: 0.5 });
    play(pipeline, 100);
    return JSON.stringify(seen, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
  });
  expect(texts[0]?.length).toBeGreaterThan(100_000);
  expect(texts[1]).toBe(texts[0]);
});

/** Opportunities one after the other: among nervous quotes they are gone after some milliseconds, among calm ones they last. */
function play(pipeline: OpportunityPipeline, rounds: number): void {
  const random = seededRandom(9);
  for (let round = 0; round < rounds; round += 1) {
    const startMs = round * 1000;
    const isNervous = random.next() < 0.5;
    open(pipeline, startMs, isNervous);
    const lifeMs = isNervous ? 2 + 10 * random.next() : 50 + 200 * random.next();
    for (let ms = 1; ms < 300; ms += 2) {
      const atMs = startMs + 401 + ms;
      pipeline.apply(ms < lifeMs ? clock(atMs) : bid(atMs, '1', '90'));
    }
  }
}

/** Quotes that cross nothing, many or few, and then a spread. */
function open(pipeline: OpportunityPipeline, startMs: number, isNervous: boolean): void {
  const every = isNervous ? 4 : 100;
  for (let ms = 0; ms < 400; ms += every) {
    const price = isNervous && ms % 8 === 0 ? '90.5' : '90';
    pipeline.apply(bid(startMs + ms, '1', price));
  }
  pipeline.apply(ask(startMs + 400));
  pipeline.apply(bid(startMs + 401));
}

function forecast(pipeline: OpportunityPipeline, startMs: number, isNervous: boolean): number {
  open(pipeline, startMs, isNervous);
  return pipeline.tracker.live()[0]?.survival?.probability ?? Number.NaN;
}
