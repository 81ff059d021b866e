// Nanoseconds of CPU time a decision, part by part: node --expose-gc --conditions=@tradewind/source bench/run.ts [--quick] [--only PART]
//
// CPU time of the process, the median of several rounds, beside an empty loop over the same calls where that matters.
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import type { BenchPart } from './measure.ts';
import { regimesBench } from './regimes.ts';
import { schedulingBench } from './scheduling.ts';

const PARTS: readonly BenchPart[] = [schedulingBench, regimesBench];

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false }, only: { type: 'string' } } });
const parts = PARTS.filter(({ name }) => values.only === undefined || name === values.only);
if (parts.length === 0) {
  throw new Error(`Expected a part, one of ${PARTS.map(({ name }) => name).join(', ')}; got "${values.only}".`);
}
console.log(
  `Node ${process.version}, ${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores${values.quick ? ', quick' : ''}`,
);
for (const part of parts) await part.run(values.quick);
