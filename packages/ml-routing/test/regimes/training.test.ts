import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FEATURE_COUNT } from '../../src/regimes/features.ts';
import { MARKET_REGIMES } from '../../src/regimes/market-regime.ts';
import { TRAINED_MODEL } from '../../src/regimes/trained-weights.ts';
import { HOME_MARKET } from '../../eval/regimes/characters.ts';
import { record, seriesOf } from '../../training/examples.ts';
import { checksumOf, trainRegimes, type RegimeTraining } from '../../training/train-regimes.ts';

// The whole training takes half a minute of CPU time: `training/run.ts --check` repeats it and compares. This one takes two seconds.
const SMALL: RegimeTraining = { seeds: [1, 2, 3, 4, 5], validation: [41], observations: 900, hidden: 8, epochs: 2 };

test('training is repeatable to the last digit, and learns', () => {
  const model = trainRegimes(SMALL);
  expect(checksumOf(trainRegimes(SMALL))).toBe(checksumOf(model));
  const { shown, regime, length } = seriesOf(record(HOME_MARKET, 51, 900), model.offsets, model);
  let right = 0;
  for (let at = 120; at < length; at += 1) {
    const row = shown.subarray(at * MARKET_REGIMES.length, (at + 1) * MARKET_REGIMES.length);
    if (row.indexOf(Math.max(...row)) === regime[at]) right += 1;
  }
  expect(right / (length - 120)).toBeGreaterThan(0.5);
});

test('the weights of the package are those that the training wrote', () => {
  const file = join(import.meta.dirname, '../../src/regimes/trained-weights.ts');
  expect(readFileSync(file, 'utf8')).toContain(`Checksum ${checksumOf(TRAINED_MODEL)}.`);
  expect(TRAINED_MODEL.classifier.mean).toHaveLength(FEATURE_COUNT);
  for (const row of TRAINED_MODEL.filter.transition) {
    expect(row.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 5);
  }
});
