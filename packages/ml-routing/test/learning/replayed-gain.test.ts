import { describe, expect, test } from 'vitest';
import { Dice } from '../../eval/random.ts';
import { learned, strict } from '../../eval/scheduling/contenders.ts';
import { SCENARIOS, makeTrace, type Scenario } from '../../eval/scheduling/scenarios.ts';
import { simulate } from '../../eval/scheduling/simulation.ts';
import { ReplayTotals } from '../../src/learning/replayed-gain.ts';

describe('what learning has saved', () => {
  test('is a ratio of sums whose interval holds: at least 90 of 100 times at 95 %', () => {
    let held = 0;
    for (let seed = 1; seed <= 100; seed += 1) {
      const dice = new Dice(seed);
      const gain = new ReplayTotals();
      for (let window = 0; window < 60; window += 1) {
        const strictCost = dice.logNormal(100, 0.7);
        gain.observe(strictCost, strictCost * dice.between(0.8, 1), 0.1);
      }
      const { low, high } = gain.read().saved;
      if (low <= 0.1 && 0.1 <= high) held += 1;
    }
    expect(held).toBeGreaterThanOrEqual(90);
  });

  test('is nothing, exactly, while strict priority is in force; and says nothing of few windows', () => {
    const gain = new ReplayTotals();
    for (let window = 0; window < 7; window += 1) gain.observe(10, 10, 0);
    expect(gain.read().saved.high).toBe(Infinity);
    gain.observe(20, 20, 0);
    expect(gain.read()).toEqual({
      saved: { value: 0, low: 0, high: 0, standardError: 0 },
      windows: 8,
      predictionError: 0,
    });
  });

  test('on a load that is played under both it is near the saving that there really was', () => {
    const trace = makeTrace(SCENARIOS.find(({ name }) => name === 'mislabelled') as Scenario, 104, 14_000);
    const { router, ...contender } = learned(trace);
    const total = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0);
    const ratio = total(simulate(trace, contender).cost) / total(simulate(trace, strict()).cost);
    const { saved } = router.replayedGain();
    expect(saved.value).toBeGreaterThan(0.05);
    // Windows are samples, and their queues begin as they were left: the same order of magnitude is what may be asked.
    expect(Math.abs(1 - ratio - saved.value)).toBeLessThan(0.25);
  });
});
