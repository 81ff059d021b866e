// Nanoseconds of CPU time a decision: node --expose-gc --conditions=@tradewind/source bench/run.ts [--quick]
//
// CPU time of the process, the median of several rounds, beside an empty loop over the same calls where that matters. One file a part.
import { cpus } from 'node:os';
import { quick } from './measuring.ts';
import { benchPaths } from './paths.ts';
import { benchScheduling } from './scheduling.ts';

console.log(
  `Node ${process.version}, ${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores${quick ? ', quick' : ''}`,
);
await benchScheduling();
await benchPaths();
