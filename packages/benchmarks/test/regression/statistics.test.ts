import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { seededRandom } from '@tradewind/core';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findChangePoints } from '../../src/regression/change-points.ts';
import { judge, judgePairs, LATENCY_LIMITS, type RoundPair } from '../../src/regression/judge.ts';
import { mannWhitney } from '../../src/regression/mann-whitney.ts';
import { drawn, type SelfTestResult } from '../../src/regression/self-test.ts';
import { parseCpuList } from '../../src/regression/pinning.ts';
import { selfTestPage } from '../../src/output/self-test-page.ts';
import { pseudoMedian } from '../../src/measuring/statistics.ts';
import { measureOut } from '../../src/regression/planting.ts';
import { signedRank } from '../../src/regression/signed-rank.ts';
import { resampleVerdicts } from '../../src/regression/resample.ts';

const figures = fc.array(fc.double({ min: 0.1, max: 10, noNaN: true }), { minLength: 8, maxLength: 30 });

/** Figures of a noisy machine: log-normal, and one in twenty three times as slow. */
function noisy(count: number, median: number, seed: number): readonly number[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => {
    const normal = Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
    return median * Math.exp(0.04 * normal) * (random.next() < 0.05 ? 3 : 1);
  });
}

describe('the Mann-Whitney test', () => {
  test('counts the pairs in which the second figure is greater, ties as halves', () => {
    fc.assert(
      fc.property(figures, figures, (a, b) => {
        const pairs = a.flatMap((x) => b.map((y) => (y > x ? 1 : y === x ? 0.5 : 0)) as number[]);
        expect(mannWhitney(a, b).u).toBeCloseTo(
          pairs.reduce((sum, pair) => sum + pair, 0),
          6,
        );
      }),
    );
  });

  test('gives the published figures', () => {
    // D. Altman's and other textbooks' normal approximation, computed with R: wilcox.test(b, a, alternative = "greater", exact = FALSE).
    const a = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
    const b = [6, 7, 8, 9, 10, 11, 12, 13, 14, 15];
    expect(mannWhitney(a, b).u).toBe(87.5);
    expect(mannWhitney(a, b).p).toBeCloseTo(0.00252, 4);
    expect(mannWhitney(a, a).p).toBeGreaterThan(0.45);
    expect(mannWhitney([1, 1, 1], [1, 1, 1]).p).toBe(0.5);
  });

  test('has its level: of 2,000 comparisons of the same distribution about one in a hundred is below 0.01', () => {
    let below = 0;
    for (let i = 0; i < 2000; i += 1)
      if (mannWhitney(noisy(30, 1, 2 * i), noisy(30, 1, 2 * i + 1)).p < 0.01) below += 1;
    expect(below).toBeGreaterThan(5);
    expect(below).toBeLessThan(38);
  });
});

describe('a judgement', () => {
  test('wants certainty and size: 5 % is slower, 1 % is the same however certain, and faster is told too', () => {
    const base = noisy(60, 100, 1);
    expect(judge(base, noisy(60, 105, 2)).verdict).toBe('slower');
    expect(judge(base, noisy(60, 95, 3)).verdict).toBe('faster');
    const exact = Array.from({ length: 60 }, (_, i) => 100 + i / 1e6);
    expect(
      judge(
        exact,
        exact.map((value) => value * 1.01),
      ),
    ).toMatchObject({ verdict: 'same' });
    expect(
      judge(
        exact,
        exact.map((value) => value * 1.01),
      ).p,
    ).toBeLessThan(0.001);
  });

  test('of latency has wider limits', () => {
    expect(judge(noisy(60, 100, 1), noisy(60, 112, 2), LATENCY_LIMITS).verdict).toBe('same');
    expect(judge(noisy(60, 100, 1), noisy(60, 130, 2), LATENCY_LIMITS).verdict).toBe('slower');
  });
});

describe('the signed-rank test', () => {
  test('gives the published figures', () => {
    // Wilcoxon's own example, Darwin's fifteen pairs of plants; R: wilcox.test(d, alternative = "greater", exact = FALSE) gives p = 0.02252.
    const darwin = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48];
    expect(signedRank(darwin)).toBeCloseTo(0.0214, 2);
    // Counted: of all 2^15 ways to give signs to its ranks, those that are at least as far above zero.
    const sizes = darwin.map(Math.abs).toSorted((x, y) => x - y);
    const ranks = darwin.map((value) => (sizes.indexOf(Math.abs(value)) + sizes.lastIndexOf(Math.abs(value))) / 2 + 1);
    const positive = ranks.reduce((sum, rank, i) => sum + ((darwin[i] ?? 0) > 0 ? rank : 0), 0);
    let ways = 0;
    for (let signs = 0; signs < 2 ** 15; signs += 1) {
      let sum = 0;
      for (const [i, rank] of ranks.entries()) if ((signs & (1 << i)) !== 0) sum += rank;
      if (sum >= positive) ways += 1;
    }
    expect(signedRank(darwin)).toBeCloseTo(ways / 2 ** 15, 10);
    expect(signedRank(darwin.map((difference) => -difference))).toBeGreaterThan(0.95);
    expect(signedRank([0, 0, 0])).toBe(0.5);
  });

  test('is exact for few differences, ties included, and agrees with its approximation for many', () => {
    // All of ten above zero: one way in 2^10. The least one below: one of two.
    const ten = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
    expect(signedRank(ten)).toBeCloseTo(1 / 1024, 10);
    expect(signedRank([-1, ...ten.slice(1)])).toBeCloseTo(2 / 1024, 10);
    // Two equal sizes share the rank 1.5: of the four ways to give signs to them two reach half of the sum.
    expect(signedRank([1, -1])).toBe(0.75);
    const many = noisy(50, 1, 3).map((value) => value - 0.99);
    const more = [...many, 1e-12];
    expect(signedRank(more)).toBeCloseTo(signedRank(many), 2);
  });

  test('has its level: of 2,000 samples around zero about one in a hundred is below 0.01', () => {
    let below = 0;
    for (let i = 0; i < 2000; i += 1) {
      const other = noisy(30, 1, 9000 + i);
      if (signedRank(noisy(30, 1, i).map((value, k) => Math.log(value / (other[k] ?? 1)))) < 0.01) below += 1;
    }
    expect(below).toBeGreaterThan(5);
    expect(below).toBeLessThan(38);
  });

  test('finds 5 % in rounds whose two sides are disturbed alike, where an unpaired test finds nothing', () => {
    // The machine gets slower and slower, to three times the cost: both sides of a round alike.
    const pairs = noisy(40, 100, 1).map((base, i): RoundPair => {
      const factor = 1 + i / 20;
      return [base * factor, (noisy(40, 105, 2)[i] ?? 1) * factor];
    });
    expect(judgePairs(pairs).verdict).toBe('slower');
    const sides = [pairs.map(([base]) => base), pairs.map(([, head]) => head)] as const;
    expect(judge(...sides).verdict).toBe('same');
  });
});

describe('a planted slowdown is measured out', () => {
  test('until it costs what it is to, also where a part of the loop runs beside the messages', async () => {
    for (const [hidden, cost] of [
      [0, 0.004],
      [3, 0.025],
      [0, 0.0002],
      [40, 0.01],
    ] as const) {
      const tried: number[] = [];
      const plant = await measureOut(0.05, async (steps) => {
        tried.push(steps);
        return 1 + Math.max(0, steps - hidden) * cost;
      });
      expect(Math.abs(plant.ratio - 1.05)).toBeLessThanOrEqual(0.005);
      expect(plant.steps).toBe(tried.at(-1));
    }
  });

  test('and tells the closest one where the figures never come near', async () => {
    let next = 0;
    const ratios = [1.2, 1.01, 1.07, 1.3, 0.9, 1.02, 1.4, 1.2];
    const plant = await measureOut(0.05, async () => ratios[next++] ?? Number.NaN);
    expect(plant.ratio).toBe(1.07);
    expect(next).toBe(ratios.length);
  });
});

test('the pseudo-median is the median of the means of all pairs, and one outlier hardly moves it', () => {
  // Means: 1, 1.5, 2.5, 2, 3, 4.
  expect(pseudoMedian([1, 2, 4])).toBe(2.25);
  expect(pseudoMedian([1, 1.01, 0.99, 1.02, 50])).toBeCloseTo(1.015, 2);
  expect(pseudoMedian([])).toBeNaN();
});

test('lists of processors are read as Linux writes them', () => {
  expect(parseCpuList('0-2,5')).toEqual([0, 1, 2, 5]);
  expect(parseCpuList('3')).toEqual([3]);
  expect(parseCpuList('')).toEqual([]);
});

describe('resampling 1,000 comparisons of 60 rounds', () => {
  // A machine that drifts by 30 % in the course of the rounds, both sides alike.
  const drift = noisy(60, 1, 5).map((_, i) => 1 + (0.3 * i) / 60);
  const pairs: readonly RoundPair[] = noisy(60, 100, 6).map(
    (base, i) => [base * (drift[i] ?? 1), (noisy(60, 100, 7)[i] ?? 1) * (drift[i] ?? 1)] as const,
  );

  test('finds no slowdown in rounds of the same build more often than one in a hundred', () => {
    const { comparisons, slower } = resampleVerdicts({ pairs, isSameBuild: true });
    expect(comparisons).toBe(1000);
    expect(slower).toBeLessThanOrEqual(10);
  });

  test('finds a planted 30 % in nearly all, and a planted 5 % the more often the more rounds there are', () => {
    const found = (plantedRatio: number, rounds: number): number =>
      resampleVerdicts({ pairs, isSameBuild: true, plantedRatio, rounds }).slower;
    expect(found(1.3, 60)).toBeGreaterThan(990);
    expect(found(1.05, 120)).toBeGreaterThan(found(1.05, 30));
  });

  test('repeats with its seed', () => {
    const options = { pairs, isSameBuild: true, plantedRatio: 1.03 };
    expect(resampleVerdicts({ ...options, seed: 4 })).toEqual(resampleVerdicts({ ...options, seed: 4 }));
  });
});

describe('change points', () => {
  test('are where the level changed, up or down, and nowhere else', () => {
    const series = [...noisy(20, 100, 1), ...noisy(20, 120, 2), ...noisy(20, 90, 3)];
    const found = findChangePoints(series);
    expect(found).toHaveLength(2);
    expect(Math.abs((found[0]?.index ?? 0) - 20)).toBeLessThanOrEqual(2);
    expect(Math.abs((found[1]?.index ?? 0) - 40)).toBeLessThanOrEqual(2);
    expect(found[0]?.ratio).toBeCloseTo(1.2, 1);
    expect(found[1]?.ratio).toBeCloseTo(0.75, 1);
  });

  test('are rare in a steady series, and one outlier is none', () => {
    let found = 0;
    for (let seed = 0; seed < 100; seed += 1) if (findChangePoints(noisy(40, 100, seed)).length > 0) found += 1;
    expect(found).toBeLessThanOrEqual(3);
    expect(findChangePoints([...noisy(10, 100, 1), 1000, ...noisy(10, 100, 2)])).toEqual([]);
    expect(findChangePoints([1, 2, 3])).toEqual([]);
  });
});

test('the page about the self-test is what the stored rounds give', () => {
  const docs = join(import.meta.dirname, '..', '..', '..', '..', 'docs', 'benchmarks');
  const stored = JSON.parse(readFileSync(join(docs, 'regression-runs.json'), 'utf8')) as SelfTestResult;
  for (const rate of stored.rates) {
    const of = (kind: 'same' | 'slowed') =>
      stored.runs
        .filter((run) => run.kind === kind)
        .flatMap(({ verdicts }) => verdicts.filter(({ contender }) => contender === rate.contender));
    const [same, slowed] = [of('same'), of('slowed')];
    const pairs = same.flatMap((verdict) => verdict.pairs);
    const slowedPairs = slowed.flatMap((verdict) => verdict.pairs);
    expect(drawn({ ...stored, pairs, slowedPairs, seed: 1 })).toEqual({
      falseAlarms: rate.falseAlarms,
      foundMultiplied: rate.foundMultiplied,
      foundSlowed: rate.foundSlowed,
    });
    // The verdicts of the real comparisons are those of their rounds, at the level of a comparison with four figures.
    for (const { pairs: rounds, verdict, p, ratio } of [...same, ...slowed]) {
      expect(judgePairs(rounds, { maxP: 0.01 / 4, minRatio: 1.02 })).toMatchObject({ verdict, p, ratio });
    }
  }
  expect(readFileSync(join(docs, 'regression-runs.md'), 'utf8')).toBe(selfTestPage(stored));
  // ln 1.1 is 0.0953, once up and once down.
  const pairs: readonly RoundPair[] = [
    [100, 110],
    [110, 100],
  ];
  const runs = stored.runs.map((run) => ({ ...run, verdicts: run.verdicts.map((verdict) => ({ ...verdict, pairs })) }));
  expect(selfTestPage({ ...stored, runs })).toContain('scatter by 9.5 % on MessageBus and 9.5 % on');
});
