import type { MetricsSink, OpportunityBook } from '@tradewind/core-types';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ArbitrageDetector } from '../src/detection/arbitrage-detector.ts';
import type { DetectorOptions } from '../src/detection/detector-options.ts';
import type { NormalizedEvent } from '../src/market/normalized-event.ts';
import { isEnded, type Opportunity } from '../src/lifecycle/opportunity.ts';
import { OpportunityTracker } from '../src/lifecycle/opportunity-tracker.ts';
import { OpportunityPipeline } from '../src/lifecycle/opportunity-pipeline.ts';
import { SurvivalEstimator, fixedArrivals } from '../src/survival/survival-estimator.ts';
import { createSurvivalModel } from '../src/survival/survival-model.ts';
import { at, btcRow, oneGroup, quote } from './fixtures.ts';
import { hostileStreams } from './hostile-streams.ts';

function tracked(options: DetectorOptions, confirmAfterMs = 0) {
  const seen: Opportunity[] = [];
  const tracker = new OpportunityTracker({ producer: 'desk-1', confirmAfterMs, listener: (each) => seen.push(each) });
  const detector = new ArbitrageDetector({ ...options, observer: tracker });
  tracker.attach(detector);
  return { detector, tracker, seen };
}

const rows = [btcRow('A'), btcRow('B')];
const cheap = (atMs: number) => quote('A', { bid: ['90', '1'], ask: ['100', '1'], atMs });
const dear = (atMs: number) => quote('B', { bid: ['105', '1'], ask: ['110', '1'], atMs });
const level = (atMs: number) => quote('B', { bid: ['100', '1'], ask: ['110', '1'], atMs });

describe('the life of an opportunity', () => {
  test('goes from detected over confirmed and routed to executed', () => {
    const { detector, tracker, seen } = tracked(oneGroup(rows));
    detector.apply(cheap(0));
    detector.apply(dear(400));
    expect(tracker.route('desk-1#1')).toBe(true);
    expect(tracker.execute('desk-1#1')).toBe(true);
    expect(seen.map(({ id, state }) => `${id} ${state}`)).toEqual([
      'desk-1#1 detected',
      'desk-1#1 confirmed',
      'desk-1#1 routed',
      'desk-1#1 executed',
    ]);
    expect(seen[0]).toMatchObject({
      key: 'P|BTC|A:BTCUSDT>B:BTCUSDT',
      type: 'PRICE_SPREAD',
      urgency: 'MODERATE',
      detectedAtNs: at(400),
      expiresAtNs: at(1000),
      legs: [
        { venue: 'A', symbol: 'BTCUSDT', side: 'BUY' },
        { venue: 'B', symbol: 'BTCUSDT', side: 'SELL' },
      ],
    });
    // What the market still shows of it is no new life, and ends nothing a second time.
    detector.apply(level(500));
    expect(seen).toHaveLength(4);
  });

  test('is confirmed when it has been there long enough, and not before', () => {
    const { detector, tracker } = tracked(oneGroup(rows), 5);
    detector.apply(cheap(0));
    detector.apply(dear(1));
    tracker.tick();
    expect(tracker.route('desk-1#1')).toBe(false);
    detector.advance(at(5.999999));
    tracker.tick();
    expect(tracker.counts().confirmed).toBe(0);
    detector.advance(at(6));
    tracker.tick();
    expect(tracker.counts().confirmed).toBe(1);
  });

  test.each([
    ['invalidated', 'the market moves', (detector: ArbitrageDetector) => detector.apply(level(2))],
    ['expired', 'a quote grows too old', (detector: ArbitrageDetector) => detector.advance(at(1001))],
    [
      'invalidated',
      'a venue goes away',
      (detector: ArbitrageDetector) => detector.apply({ type: 'status', venue: 'A', status: 'down', tsRecv: at(3) }),
    ],
  ] as const)('ends as %s when %s', (state, _, end) => {
    const { detector, tracker, seen } = tracked(oneGroup(rows));
    detector.apply(cheap(0));
    detector.apply(dear(1));
    end(detector);
    expect(seen.at(-1)).toMatchObject({ id: 'desk-1#1', state });
    expect(tracker.find('desk-1#1')).toBeUndefined();
    expect(tracker.route('desk-1#1')).toBe(false);
  });

  test('begins anew, under a new id, when it opens again', () => {
    const { detector, seen } = tracked(oneGroup(rows));
    detector.apply(cheap(0));
    for (let round = 0; round < 3; round += 1) {
      detector.apply(dear(1 + 2 * round));
      detector.apply(level(2 + 2 * round));
    }
    expect(seen.filter(({ state }) => state === 'detected').map(({ id }) => id)).toEqual([
      'desk-1#1',
      'desk-1#2',
      'desk-1#3',
    ]);
    expect(new Set(seen.map(({ key }) => key)).size).toBe(1);
  });
});

test('in hostile streams each opportunity ends at most once, exactly once when its market does, and in the right order', () => {
  fc.assert(
    fc.property(
      hostileStreams('l1'),
      fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 30 }),
      ({ options, events }, acts) => {
        const { detector, tracker, seen } = tracked(options, 2);
        for (const [index, event] of events.entries()) {
          detector.apply(event);
          tracker.tick();
          const chosen = tracker.live()[0];
          if (chosen !== undefined && acts[index % acts.length] === 1) tracker.route(chosen.id);
          if (chosen !== undefined && acts[index % acts.length] === 2) tracker.execute(chosen.id);
        }
        const order = ['detected', 'confirmed', 'routed'];
        for (const [id, lives] of Map.groupBy(seen, (each) => each.id)) {
          const states = lives.map(({ state }) => state).filter((state, i, all) => state !== all[i - 1]);
          expect(states.filter(isEnded).length, id).toBe(tracker.find(id) === undefined ? 1 : 0);
          expect(states.filter((state) => !isEnded(state))).toEqual(
            order.slice(0, states.filter((each) => !isEnded(each)).length),
          );
          expect(isEnded(states.at(-1) ?? 'detected')).toBe(tracker.find(id) === undefined);
        }
        const { detected, executed, expired, invalidated } = tracker.counts();
        expect(detected).toBe(detector.counts().opened);
        expect(detected - executed - expired - invalidated).toBe(tracker.live().length);
      },
    ),
    { numRuns: 500, seed: 3 },
  );
});

test('with an estimator too each opportunity ends exactly once, and a replay is byte for byte the same', () => {
  const play = (options: DetectorOptions, events: readonly NormalizedEvent[]) => {
    const seen: Opportunity[] = [];
    const pipeline = new OpportunityPipeline({
      detector: options,
      tracker: { producer: 'desk-1', confirmAbove: 0.3, listener: (each) => seen.push(each) },
      survival: new SurvivalEstimator({ arrivals: fixedArrivals(5), model: createSurvivalModel() }),
    });
    for (const [index, event] of events.entries()) {
      pipeline.apply(event);
      const [chosen] = pipeline.tracker.live();
      if (chosen !== undefined && index % 3 === 0) pipeline.tracker.route(chosen.id);
      if (chosen !== undefined && index % 5 === 0) pipeline.tracker.execute(chosen.id);
    }
    return { seen, pipeline };
  };
  let confirmed = 0;
  let learned = 0;
  fc.assert(
    fc.property(hostileStreams('l1'), ({ options, events }) => {
      const { seen, pipeline } = play(options, events);
      for (const [id, lives] of Map.groupBy(seen, (each) => each.id)) {
        const ends = lives.filter(({ state }) => isEnded(state));
        expect(ends.length, id).toBe(pipeline.tracker.find(id) === undefined ? 1 : 0);
        expect(lives.findIndex(({ state }) => isEnded(state))).toBe(ends.length === 0 ? -1 : lives.length - 1);
      }
      confirmed += pipeline.tracker.counts().confirmed;
      learned += seen.filter(({ survival }) => survival !== undefined).length;
      expect(text(play(options, events).seen)).toBe(text(seen));
    }),
    { numRuns: 150, seed: 4 },
  );
  expect(confirmed).toBeGreaterThan(100);
  expect(learned).toBeGreaterThan(100);
});

function text(seen: readonly Opportunity[]): string {
  return JSON.stringify(seen, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
}

describe('what an operator sees of opportunities', () => {
  test('is a book of those that are alive, and how many entered each state', () => {
    const { detector, tracker } = tracked(oneGroup(rows));
    detector.apply(cheap(0));
    detector.apply(dear(400));
    const book: OpportunityBook = tracker;
    expect(book.live()).toEqual([expect.objectContaining({ id: 'desk-1#1', state: 'confirmed', type: 'PRICE_SPREAD' })]);
    expect(book.counts()).toMatchObject({ detected: 1, confirmed: 1, executed: 0 });
    const values = new Map<string, number>();
    const sink: MetricsSink = {
      describe: () => undefined,
      counter: (name, value, labels) => values.set(`${name} ${labels?.['state']}`, value),
      gauge: (name, value) => values.set(name, value),
      histogram: () => undefined,
    };
    tracker.collect(sink);
    expect(values.get('tradewind_arbitrage_opportunities')).toBe(1);
    expect(values.get('tradewind_arbitrage_opportunities_total confirmed')).toBe(1);
    expect(values.get('tradewind_arbitrage_opportunities_total executed')).toBe(0);
  });
});
