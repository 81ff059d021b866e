import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MARKET_REGIMES, MarketRegimeDetector } from '../../src/index.ts';
import { START_MS } from '../../eval/regimes/market.ts';
import { RegimeFilter } from '../../src/regimes/regime-filter.ts';
import { INSTRUMENT, show } from './ticks.ts';

const anyNumber = fc.oneof(
  fc.double(),
  fc.double({ min: 90, max: 110, noNaN: true }),
  fc.constantFrom(0, -0, 1e-320, 1e308),
);
const anyTime = fc.oneof(
  fc.double(),
  fc.integer({ min: 0, max: 400_000 }).map((ms) => START_MS + ms),
);
const anyTick = fc.record({
  kind: fc.constantFrom('quote', 'trade'),
  atMs: anyTime,
  figures: fc.tuple(anyNumber, anyNumber, anyNumber, anyNumber),
});

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

describe('the detector', () => {
  test('whatever comes, probabilities are finite and sum to one, and the state can be kept', () => {
    fc.assert(
      fc.property(fc.array(anyTick, { maxLength: 300 }), fc.boolean(), (ticks, warm) => {
        const detector = warm ? show({ seed: 5, observations: 40 }) : new MarketRegimeDetector();
        for (const { kind, atMs, figures } of ticks) {
          const [a, b, c, d] = figures;
          if (kind === 'quote') {
            detector.observeQuote({ instrumentId: INSTRUMENT, atMs, bidPrice: a, askPrice: b, bidSize: c, askSize: d });
          } else detector.observeTrade({ instrumentId: INSTRUMENT, atMs, price: a, size: b });
        }
        detector.advance(START_MS + 500_000);
        for (const id of [INSTRUMENT, undefined]) {
          const { probabilities, features, reading } = detector.explain(id);
          const values = Object.values(probabilities);
          expect(total(values)).toBeCloseTo(1, 9);
          expect(values.every((value) => value >= 0 && value <= 1)).toBe(true);
          expect(Object.values(features).every(Number.isFinite)).toBe(true);
          expect(reading.confidence).toBeLessThanOrEqual(1);
        }
        const snapshot = detector.state.snapshot();
        new MarketRegimeDetector().state.restore(JSON.parse(JSON.stringify(snapshot)));
      }),
      { numRuns: 60 },
    );
  });

  test('prices and sizes times anything give the same probabilities', () => {
    fc.assert(
      fc.property(fc.constantFrom(1e-6, 0.001, 1_000, 1e6), fc.integer({ min: 3_000, max: 3_010 }), (scale, seed) => {
        const plain = show({ seed, observations: 200 }).explain(INSTRUMENT);
        const scaled = show({ seed, observations: 200, scale }).explain(INSTRUMENT);
        expect(scaled.reading.regime).toBe(plain.reading.regime);
        for (const regime of MARKET_REGIMES) {
          expect(scaled.probabilities[regime]).toBeCloseTo(plain.probabilities[regime], 4);
        }
      }),
      { numRuns: 12 },
    );
  });

  test('the same ticks give the same state, down to the last bit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 4_000, max: 5_000 }), (seed) => {
        const once = show({ seed, observations: 120 }).state.snapshot();
        expect(show({ seed, observations: 120 }).state.snapshot()).toEqual(once);
      }),
      { numRuns: 10 },
    );
  });
});

describe('the filter', () => {
  const regimes = 4;
  const row = fc.array(fc.double({ min: 0.01, max: 1, noNaN: true }), { minLength: regimes, maxLength: regimes });
  const settings = fc.record({
    transition: fc
      .array(row, { minLength: regimes, maxLength: regimes })
      .map((rows) => rows.map((each) => each.map((value) => value / total(each)))),
    logPrior: row.map((each) => each.map((value) => Math.log(value / total(each)))),
    evidence: fc.double({ min: 0.01, max: 1, noNaN: true }),
    sharpness: fc.double({ min: 0.1, max: 2, noNaN: true }),
  });
  const score = fc.oneof(fc.double(), fc.double({ min: -10, max: 10, noNaN: true }));
  const scores = fc.array(fc.array(score, { minLength: regimes, maxLength: regimes }), { maxLength: 50 });

  test('posteriors sum to one and stay finite, whatever the scores are', () => {
    fc.assert(
      fc.property(settings, scores, fc.double({ min: 0, max: 1, noNaN: true }), (of, steps, weight) => {
        const filter = new RegimeFilter(of);
        const posterior = new Float64Array(regimes);
        const shown = new Float64Array(regimes);
        filter.start(posterior);
        for (const each of steps) {
          filter.step(posterior, Float64Array.from(each), weight);
          filter.fade(posterior, 3);
          filter.calibrate(posterior, shown);
          for (const values of [posterior, shown]) {
            expect(total(Array.from(values))).toBeCloseTo(1, 9);
            expect(values.every((value) => value > 0 && value <= 1)).toBe(true);
          }
        }
      }),
    );
  });

  test('it is what summing over all paths of the hidden chain gives', () => {
    fc.assert(
      fc.property(
        settings,
        fc.array(fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: regimes, maxLength: regimes }), {
          minLength: 1,
          maxLength: 4,
        }),
        (of, steps) => {
          const filter = new RegimeFilter(of);
          const posterior = new Float64Array(regimes);
          filter.start(posterior);
          const start = Array.from(posterior);
          for (const each of steps) filter.step(posterior, Float64Array.from(each), 1);
          const exact = sumOverPaths(of, start, steps);
          for (let regime = 0; regime < regimes; regime += 1) {
            expect(posterior[regime]).toBeCloseTo(exact[regime] ?? Number.NaN, 6);
          }
        },
      ),
    );
  });

  test('what is usual in the long run stays where nothing is learned', () => {
    fc.assert(
      fc.property(settings, (of) => {
        const filter = new RegimeFilter(of);
        const posterior = new Float64Array(regimes);
        filter.start(posterior);
        const start = Array.from(posterior);
        filter.step(posterior, Float64Array.from(of.logPrior), 1);
        for (let regime = 0; regime < regimes; regime += 1) {
          expect(posterior[regime]).toBeCloseTo(start[regime] ?? Number.NaN, 6);
        }
      }),
    );
  });
});

/** The posterior by brute force: every path of regimes, weighed by its transitions and likelihoods. */
function sumOverPaths(
  of: {
    readonly transition: readonly (readonly number[])[];
    readonly logPrior: readonly number[];
    readonly evidence: number;
  },
  start: readonly number[],
  steps: readonly (readonly number[])[],
): readonly number[] {
  const regimes = start.length;
  const masses = Array.from({ length: regimes }, () => 0);
  const paths = regimes ** (steps.length + 1);
  for (let path = 0; path < paths; path += 1) {
    let code = path;
    let regime = code % regimes;
    let mass = start[regime] ?? 0;
    for (const step of steps) {
      code = Math.floor(code / regimes);
      const next = code % regimes;
      const likelihood = Math.exp(of.evidence * ((step[next] ?? 0) - (of.logPrior[next] ?? 0)));
      mass *= (of.transition[regime]?.[next] ?? 0) * likelihood;
      regime = next;
    }
    masses[regime] = (masses[regime] ?? 0) + mass;
  }
  const all = total(masses);
  return masses.map((mass) => mass / all);
}
