import { seededRandom } from '@tradewind/core/testing';
import { describe, expect, test } from 'vitest';
import { Calibration } from '../../src/survival/calibration.ts';
import { LogisticModel } from '../../src/survival/logistic-model.ts';

const PRIOR = [
  { mean: 0, deviation: 1 },
  { mean: 0, deviation: 1 },
  { mean: 0, deviation: 1 },
];

/** Outcomes of a known law: the log odds are `0.5 + 2a - b`. */
function teach(model: LogisticModel, outcomes: number, calibration?: Calibration): void {
  const random = seededRandom(3);
  for (let i = 0; i < outcomes; i += 1) {
    const features = Float64Array.of(1, 4 * random.next() - 2, 4 * random.next() - 2);
    const odds = 0.5 + 2 * (features[1] as number) - (features[2] as number);
    const isGood = random.next() < 1 / (1 + Math.exp(-odds));
    calibration?.add(model.probability(features), isGood);
    model.learn(features, isGood);
  }
}

describe('the model', () => {
  test('says what its prior says before it has learned', () => {
    const model = new LogisticModel({ prior: [{ mean: Math.log(3), deviation: 1e-6 }], memory: 1 });
    expect(model.probability(Float64Array.of(1))).toBeCloseTo(0.75, 9);
  });

  test('finds the law behind 5,000 outcomes', () => {
    const model = new LogisticModel({ prior: PRIOR, memory: 1 });
    teach(model, 5000);
    const [constant = 0, first = 0, second = 0] = (model.snapshot().data as { readonly mean: readonly number[] }).mean;
    expect(Math.abs(constant - 0.5)).toBeLessThan(0.15);
    expect(Math.abs(first - 2)).toBeLessThan(0.2);
    expect(Math.abs(second + 1)).toBeLessThan(0.2);
  });

  test('is calibrated: forecasts made before their outcomes come true as often as they say', () => {
    const calibration = new Calibration();
    teach(new LogisticModel({ prior: PRIOR, memory: 1 }), 5000, calibration);
    expect(calibration.count).toBe(5000);
    expect(calibration.expectedError).toBeLessThan(0.03);
    for (const { meanProbability, share, count } of calibration.bins()) {
      // Within four standard deviations of a coin of that probability.
      const deviation = Math.sqrt((meanProbability * (1 - meanProbability)) / count);
      expect(Math.abs(share - meanProbability)).toBeLessThan(4 * deviation + 0.02);
    }
  });

  test('forgets: after the law has turned about, it follows', () => {
    const model = new LogisticModel({ prior: [{ mean: 0, deviation: 1 }], memory: 0.99 });
    const always = Float64Array.of(1);
    for (let i = 0; i < 1000; i += 1) model.learn(always, true);
    expect(model.probability(always)).toBeGreaterThan(0.9);
    for (let i = 0; i < 1000; i += 1) model.learn(always, false);
    expect(model.probability(always)).toBeLessThan(0.1);
  });

  test('restored from JSON it decides as the original does, to the last bit, and learns on alike', () => {
    const original = new LogisticModel({ prior: PRIOR, memory: 0.999 });
    teach(original, 300);
    const restored = new LogisticModel({ prior: PRIOR, memory: 0.999 });
    restored.restore(JSON.parse(JSON.stringify(original.snapshot())));
    const features = Float64Array.of(1, 0.3, -0.7);
    for (const model of [original, restored]) model.learn(features, true);
    expect(restored.probability(features)).toBe(original.probability(features));
    expect(restored.outcomes).toBe(301);
  });

  test.each([
    { version: 2, data: {} },
    { version: 1, data: null },
    { version: 1, data: { outcomes: 1, mean: [1], covariance: [1] } },
    { version: 1, data: { outcomes: 1, mean: [1, 2, 'x'], covariance: Array.from({ length: 9 }, () => 0) } },
  ])('a state that it cannot read throws and changes nothing: %o', (state) => {
    const model = new LogisticModel({ prior: PRIOR, memory: 1 });
    const before = JSON.stringify(model.snapshot());
    expect(() => model.restore(state)).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS', path: 'state' }));
    expect(JSON.stringify(model.snapshot())).toBe(before);
  });
});
