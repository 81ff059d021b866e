import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { covers, errorOf, judge } from '../../eval/evaluation/evaluate.ts';
import { WORLDS } from '../../eval/evaluation/worlds.ts';
import { Dice } from '../../eval/random.ts';
import { OffPolicyLog, type ChoicePolicy, type LoggedChoice } from '../../src/index.ts';
import { meanWithInterval, studentQuantile } from '../../src/feedback/confidence-interval.ts';

/** A log of two actions with known means, taken by given chances. */
function logOf(
  seed: number,
  choices: number,
  { chance, means }: { chance: number; means: readonly [number, number] },
): LoggedChoice[] {
  const dice = new Dice(seed);
  return Array.from({ length: choices }, () => {
    const feature = dice.between(-1, 1);
    const action = dice.next() < chance ? 1 : 0;
    const reward = means[action] + feature * feature + dice.normal();
    return { features: [feature], propensities: [1 - chance, chance], action, reward };
  });
}

function always(action: number): ChoicePolicy {
  return () => (action === 0 ? [1, 0] : [0, 1]);
}

describe('estimates of what another policy would have earned', () => {
  test('doubly robust and inverse propensity are unbiased, whatever the chances and means: over many logs the errors cancel', () => {
    const world = fc.record({
      chance: fc.double({ min: 0.1, max: 0.9, noNaN: true }),
      means: fc.tuple(fc.double({ min: -5, max: 5, noNaN: true }), fc.double({ min: -5, max: 5, noNaN: true })),
      seed: fc.integer({ min: 1, max: 1e6 }),
    });
    fc.assert(
      fc.property(world, ({ chance, means, seed }) => {
        const logs = 60;
        const errors = Array.from({ length: logs }, (_, each) => {
          const choices = logOf(seed + each * 7_919, 120, { chance, means });
          const { doublyRobust, ips } = new OffPolicyLog(choices).estimate(always(1));
          // The mean of the squared feature, which is uniform from -1 to 1, is a third.
          const truth = means[1] + 1 / 3;
          return { doublyRobust: doublyRobust.value - truth, ips: ips.value - truth };
        });
        for (const estimator of ['doublyRobust', 'ips'] as const) {
          const values = Float64Array.from(errors, (error) => error[estimator]);
          const mean = values.reduce((sum, value) => sum + value, 0) / logs;
          const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (logs - 1);
          // Five standard errors: chance alone goes beyond once in a million.
          expect(Math.abs(mean)).toBeLessThan(5 * Math.sqrt(variance / logs));
        }
      }),
      { numRuns: 20, seed: 1 },
    );
  });

  test('a model that is wrong does not make doubly robust wrong, and one that is right makes it narrower than inverse propensity', () => {
    const choices = logOf(3, 4_000, { chance: 0.2, means: [20, 21] });
    const { doublyRobust, ips } = new OffPolicyLog(choices).estimate(always(1));
    expect(covers(doublyRobust, 21 + 1 / 3)).toBe(true);
    expect(doublyRobust.standardError).toBeLessThan(ips.standardError / 4);
  });

  test('the policy that wrote the log is estimated at what it earned', () => {
    const choices = logOf(5, 2_000, { chance: 0.5, means: [1, 2] });
    const log = new OffPolicyLog(choices);
    const { ips, snips } = log.estimate(({ propensities }) => propensities);
    expect(ips).toEqual(log.logged());
    expect(snips.value).toBeCloseTo(log.logged().value, 12);
  });

  test('a gain is paired: it is far surer than the two values are', () => {
    const dice = new Dice(9);
    const choices = Array.from({ length: 4_000 }, () => {
      const common = dice.normal() * 50;
      const action = dice.next() < 0.5 ? 1 : 0;
      return { features: [common], propensities: [0.5, 0.5], action, reward: common + action + 0.1 * dice.normal() };
    });
    const { gain, t, candidate, relative, incumbent } = new OffPolicyLog(choices).compare(always(1), always(0));
    expect(covers(gain, 1)).toBe(true);
    expect(gain.standardError).toBeLessThan(candidate.standardError / 20);
    expect(t).toBeGreaterThan(20);
    expect(relative).toBeCloseTo(gain.value / Math.abs(incumbent.value), 12);
  });

  test('on a log of each world of the evaluation the error is small', () => {
    for (const world of WORLDS) {
      const judgements = judge(world, 1, 4_000);
      const errors = judgements.map(({ estimates, truth }) => errorOf(estimates.doublyRobust, truth));
      expect(errors.reduce((sum, error) => sum + error, 0) / errors.length, world.name).toBeLessThan(0.15);
    }
  });

  const GOOD: LoggedChoice = { features: [1], propensities: [0.5, 0.5], action: 0, reward: 1 };
  test.each([
    ['an empty log', [], 'choices'],
    ['a reward that is none', [{ ...GOOD, reward: Number.NaN }], 'choices[0].reward'],
    ['a feature that is none', [GOOD, { ...GOOD, features: [Infinity] }], 'choices[1].features'],
    ['propensities that do not add up', [{ ...GOOD, propensities: [0.5, 0.6] }], 'choices[0].propensities'],
    ['an action that could not be taken', [{ ...GOOD, propensities: [0, 1] }], 'choices[0].action'],
    ['fewer actions than before', [GOOD, { ...GOOD, propensities: [1] }], 'choices[1].propensities'],
  ])('%s is refused', (_, choices, path) => {
    expect(() => new OffPolicyLog(choices)).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS', path }));
  });

  test('a policy whose probabilities are none is refused', () => {
    const log = new OffPolicyLog([GOOD]);
    expect(() => log.estimate(() => [0.5, Number.NaN])).toThrow(
      expect.objectContaining({ path: 'policy(choices[0])' }),
    );
  });

  test('a handful of choices says nothing: the interval is infinite', () => {
    const { doublyRobust } = new OffPolicyLog([GOOD, GOOD]).estimate(always(0));
    expect([doublyRobust.low, doublyRobust.high]).toEqual([-Infinity, Infinity]);
  });
});

describe('intervals', () => {
  test("quantiles of Student's distribution are those of the tables", () => {
    expect(studentQuantile(0.975, 31)).toBeCloseTo(2.0395, 2);
    expect(studentQuantile(0.975, 10)).toBeCloseTo(2.2281, 2);
    expect(studentQuantile(0.025, 10)).toBeCloseTo(-2.2281, 2);
  });

  test('hold for terms that depend on their neighbours, where those of independent terms would not', () => {
    let held = 0;
    let heldIndependent = 0;
    for (let seed = 1; seed <= 200; seed += 1) {
      const dice = new Dice(seed);
      let level = 0;
      const terms = Float64Array.from({ length: 4_000 }, () => {
        level = 0.9 * level + dice.normal();
        return level;
      });
      const interval = meanWithInterval(terms, 0.95);
      const variance = terms.reduce((sum, term) => sum + term * term, 0) / terms.length;
      if (covers(interval, 0)) held += 1;
      if (Math.abs(interval.value) < 1.96 * Math.sqrt(variance / terms.length)) heldIndependent += 1;
    }
    // 95 % of 200, less three deviations.
    expect(held).toBeGreaterThanOrEqual(181);
    expect(heldIndependent).toBeLessThan(120);
  });
});
