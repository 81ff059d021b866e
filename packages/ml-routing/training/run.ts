// The weights of the market regime detector: node --conditions=@tradewind/source training/run.ts [--check]
//
// Trains them from simulated ticks and writes src/regimes/trained-weights.ts; with --check it writes nothing, and fails where what was trained is not what
// is there. About 20 seconds of CPU time.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FULL_TRAINING, checksumOf, trainRegimes } from './train-regimes.ts';

const file = join(import.meta.dirname, '../src/regimes/trained-weights.ts');
const before = process.cpuUsage();
const model = trainRegimes(FULL_TRAINING);
const { user, system } = process.cpuUsage(before);
const checksum = checksumOf(model);
console.log(`checksum ${checksum}, ${((user + system) / 1e6).toFixed(0)} s of CPU time on Node ${process.version}`);

if (process.argv.includes('--check')) {
  const { TRAINED_MODEL } = await import('../src/regimes/trained-weights.ts');
  const there = checksumOf(TRAINED_MODEL);
  if (there !== checksum)
    throw new Error(`Expected weights of checksum ${checksum}, came ${there}: run training/run.ts.`);
} else {
  const text = `import type { TrainedModel } from './trained-model.ts';

/** Written by training/run.ts from simulated ticks; do not edit. Checksum ${checksum}. */
export const TRAINED_MODEL: TrainedModel = ${JSON.stringify(model)};
`;
  writeFileSync(file, text);
  console.log(`written to ${file}: format it`);
}
