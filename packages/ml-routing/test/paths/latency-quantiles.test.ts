import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Dice } from '../../eval/random.ts';
import { LatencyQuantiles, QUANTILES } from '../../src/paths/latency-quantiles.ts';

const NOISE: Readonly<Record<string, (dice: Dice) => number>> = {
  normal: (dice) => dice.normal(),
  exponential: (dice) => dice.exponential(1) - 1,
  'heavy-tailed': (dice) => dice.logNormal(1, 1.5) - 1,
  scaled: (dice) => 30 * dice.normal() + 100,
};

test('each level is exceeded as often as it says, whatever the noise is', () => {
  fc.assert(
    fc.property(fc.constantFrom(...Object.values(NOISE)), fc.integer({ min: 1, max: 1_000_000 }), (draw, seed) => {
      const dice = new Dice(seed);
      const quantiles = new LatencyQuantiles(1);
      const exceeded = QUANTILES.map(() => 0);
      for (let i = 0; i < 12_000; i += 1) {
        const value = draw(dice);
        if (i >= 2_000)
          for (const [at, level] of QUANTILES.entries())
            if (value > quantiles.at(0, level)) exceeded[at] = (exceeded[at] ?? 0) + 1;
        quantiles.observe(0, value);
      }
      for (const [at, level] of QUANTILES.entries()) {
        const share = (exceeded[at] ?? 0) / 10_000;
        expect(share).toBeGreaterThan((1 - level) * 0.5);
        expect(share).toBeLessThan((1 - level) * 2);
      }
    }),
    { numRuns: 25 },
  );
});

test('they stay right through a drift that doubles the noise', () => {
  const dice = new Dice(7);
  const quantiles = new LatencyQuantiles(1);
  let exceeded = 0;
  for (let i = 0; i < 20_000; i += 1) {
    const value = dice.normal() * (1 + i / 20_000);
    if (value > quantiles.at(0, 0.99)) exceeded += 1;
    quantiles.observe(0, value);
  }
  expect(exceeded / 20_000).toBeGreaterThan(0.005);
  expect(exceeded / 20_000).toBeLessThan(0.02);
});
