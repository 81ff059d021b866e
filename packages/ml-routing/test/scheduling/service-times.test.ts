import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Dice } from '../../eval/random.ts';
import { ServiceTimes } from '../../src/scheduling/service-times.ts';

function learn(times: ServiceTimes, count: number, draw: () => number): void {
  for (let i = 0; i < count; i += 1) times.observe(0, draw());
}

describe('service times', () => {
  test('the mean is learned of log-normal, exponential and constant times alike', () => {
    const dice = new Dice(5);
    for (const draw of [() => dice.logNormal(2, 0.5), () => dice.exponential(2), () => 2]) {
      const means = Array.from({ length: 20 }, () => {
        const times = new ServiceTimes(1);
        learn(times, 600, draw);
        return times.meanMs[0] ?? 0;
      });
      const mean = means.reduce((sum, each) => sum + each, 0) / means.length;
      expect(mean).toBeGreaterThan(1.8);
      expect(mean).toBeLessThan(2.2);
    }
  });

  test('a jump by a factor of five is found, and followed within 40 observations', () => {
    const dice = new Dice(6);
    const times = new ServiceTimes(1);
    learn(times, 500, () => dice.logNormal(1, 0.5));
    expect(times.changes).toBe(0);
    learn(times, 40, () => dice.logNormal(5, 0.5));
    expect(times.changes).toBeGreaterThan(0);
    expect(times.meanMs[0]).toBeGreaterThan(3.5);
  });

  test('one absurd time moves the mean by less than a tenth', () => {
    const times = new ServiceTimes(1);
    const dice = new Dice(7);
    learn(times, 500, () => dice.logNormal(1, 0.5));
    const before = times.meanMs[0] ?? 0;
    times.observe(0, 1e9);
    expect(Math.abs((times.meanMs[0] ?? 0) / before - 1)).toBeLessThan(0.1);
  });

  test('whatever it is fed, means stay finite and above zero; what is no time changes nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.double(), { maxLength: 200 }), (fed) => {
        const times = new ServiceTimes(1);
        for (const servedMs of fed) times.observe(0, servedMs);
        expect(times.meanMs[0]).toBeGreaterThan(0);
        expect(Number.isFinite(times.meanMs[0])).toBe(true);
        const before = times.meanMs[0];
        for (const poison of [Number.NaN, Infinity, -1]) times.observe(0, poison);
        expect(times.meanMs[0]).toBe(before);
      }),
    );
  });

  test('say by how much predictions are off: nothing for what is always the same, the mean deviation for what alternates', () => {
    const alternating = (low: number, high: number): number => {
      const times = new ServiceTimes(1);
      for (let i = 0; i < 20_000; i += 1) {
        const servedMs = i % 2 === 0 ? low : high;
        times.judge(0, servedMs);
        times.observe(0, servedMs);
      }
      return times.relativeError;
    };
    expect(alternating(2, 2)).toBeLessThan(0.01);
    // About the mean of 1.5 each is 0.5 off.
    expect(alternating(1, 2)).toBeGreaterThan(0.3);
    expect(alternating(1, 2)).toBeLessThan(0.36);
  });
});
