import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CointegrationWindow } from '../../src/signals/statistical/cointegration-window.ts';
import { ceilRoot, floorRoot } from '../../src/signals/statistical/exact-root.ts';
import { criticalValue, normalDistribution, probabilityOf } from '../../src/signals/statistical/mackinnon.ts';
import { PairModel } from '../../src/signals/statistical/pair-model.ts';
import { statisticalSettings } from '../../src/signals/statistical/statistical-options.ts';
import { cointegrationOracle } from '../oracle/signals/cointegration-oracle.ts';
import { floorAt, ratio } from '../oracle/signals/ratio.ts';
import { normal, uniform, walk, type WalkOptions } from './random-walks.ts';

test('a window says after every sample what a regression from the beginning says, exactly', () => {
  const samples = fc.array(fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: -9, max: 9 })), {
    minLength: 10,
    maxLength: 40,
    size: 'max',
  });
  const setting = fc.record({ size: fc.constantFrom(10, 12, 20), lags: fc.constantFrom(0, 1, 2, 3), samples });
  let estimates = 0;
  fc.assert(
    fc.property(setting, ({ size, lags, samples: steps }) => {
      const window = new CointegrationWindow({ size, lags });
      const [xs, ys]: [bigint[], bigint[]] = [[], []];
      for (const [dx, dy] of steps) {
        xs.push((xs.at(-1) ?? 7_000_000_000_000_000_000_000n) + BigInt(dx));
        ys.push((ys.at(-1) ?? -5n) + BigInt(dy));
        window.push(xs.at(-1) as bigint, ys.at(-1) as bigint);
        const found = window.estimate();
        const expected = xs.length < size ? undefined : cointegrationOracle(xs.slice(-size), ys.slice(-size), lags);
        if (expected === undefined || found === undefined) {
          expect(found).toBe(expected);
          continue;
        }
        estimates += 1;
        const { scaleX, scaleY, constant, squares, statisticMillionths, reversion } = found;
        const scale = scaleY * scaleY;
        expect(ratio(-scaleX * expected.beta.d, 1n)).toEqual(ratio(scaleY * expected.beta.n, 1n));
        expect(-constant * expected.alpha.d).toBe(scaleY * expected.alpha.n);
        expect(squares * expected.squares.d).toBe(scale * expected.squares.n);
        expect(statisticMillionths).toBe(expected.statisticMillionths);
        expect(reversion).toBe(floorAt(expected.reversion, 12));
      }
    }),
    { numRuns: 300, seed: 3 },
  );
  expect(estimates).toBeGreaterThan(1000);
});

test('roots are exact', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 300n }), (value) => {
      const root = floorRoot(value);
      expect(root * root <= value && (root + 1n) * (root + 1n) > value).toBe(true);
      expect(ceilRoot(value)).toBe(root * root === value ? root : root + 1n);
    }),
  );
});

describe('the tables', () => {
  test('critical values are those of the paper', () => {
    // MacKinnon (2010), table 2, two variables with a constant, without end and for 100 observations.
    expect(criticalValue(0.05, Infinity)).toBe(-3.33613);
    expect(criticalValue(0.01, 100)).toBeCloseTo(-4.009_311_7, 7);
    expect(criticalValue(0.1, 100)).toBeCloseTo(-3.087_134, 7);
  });

  test('the probabilities of critical values are their significances', () => {
    for (const significance of [0.01, 0.05, 0.1] as const) {
      const probability = probabilityOf(criticalValue(significance, Infinity));
      expect(Math.abs(probability / significance - 1), String(significance)).toBeLessThan(0.03);
    }
    expect([probabilityOf(-30), probabilityOf(2)]).toEqual([0, 1]);
  });

  test('the normal distribution agrees with known values', () => {
    const known = [
      [0, 0.5],
      [1, 0.841_344_746_068_543],
      [-1.959_963_984_540_054, 0.025],
      [-5, 2.866_515_718_791_94e-7],
    ] as const;
    for (const [x, expected] of known) expect(Math.abs(normalDistribution(x) - expected)).toBeLessThan(1e-14);
  });
});

describe('simulated pairs, one estimate of 250 samples each', () => {
  const RUNS = 2000;
  const settings = statisticalSettings({ pairs: [], samples: 250 });

  function simulate(options: Omit<WalkOptions, 'samples'>) {
    const gauss = normal(uniform(20_260_101));
    let [rejected, accepted, halfLives] = [0, 0, 0];
    for (let run = 0; run < RUNS; run += 1) {
      const window = new CointegrationWindow({ size: settings.samples, lags: settings.lags });
      for (const [x, y] of walk(gauss, { ...options, samples: settings.samples })) window.push(x, y);
      const estimate = window.estimate();
      if (estimate === undefined) throw new Error('A random walk never stands still.');
      if (Number(estimate.statisticMillionths) / 1e6 <= criticalValue(0.05, settings.samples - 1)) rejected += 1;
      const model = PairModel.of(estimate, settings, { x: 1n, y: 1n });
      if (model !== undefined) [accepted, halfLives] = [accepted + 1, halfLives + model.halfLifeMs];
    }
    return { rejected: rejected / RUNS, accepted: accepted / RUNS, halfLifeSamples: halfLives / accepted / 1000 };
  }

  /** A share of 5 % is exceeded by so much in one of a thousand simulations: 3.09 standard deviations of the binomial distribution. */
  const BOUND = 0.05 + 3.09 * Math.sqrt((0.05 * 0.95) / RUNS);

  test.each([
    ['independent', 0],
    ['correlated', 0.7],
  ])('of %s random walks at most 5 % are taken for cointegrated', (name, correlation) => {
    const { rejected, accepted } = simulate({ correlation, persistence: 1 });
    console.info(`${name} random walks: test ${100 * rejected} %, models ${100 * accepted} % of ${RUNS}`);
    expect(rejected).toBeLessThan(BOUND);
    expect(accepted).toBeLessThanOrEqual(rejected);
    expect(accepted).toBeLessThan(correlation === 0 ? 0.04 : BOUND);
  });

  test('pairs that lose a fifth of their distance with every sample are nearly all found, with their half-life', () => {
    const { accepted, halfLifeSamples } = simulate({ correlation: 0, persistence: 0.8 });
    console.info(`cointegrated pairs: models ${100 * accepted} %, half-life ${halfLifeSamples} samples`);
    expect(accepted).toBeGreaterThan(0.95);
    // ln 2 / -ln 0.8 = 3.1; an estimate from so few samples is known to come out short.
    expect(halfLifeSamples).toBeGreaterThan(2.4);
    expect(halfLifeSamples).toBeLessThan(3.4);
  });
});
