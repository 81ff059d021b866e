// The benchmarks of core: node --expose-gc --conditions=@tradewind/source bench/run.ts [--quick] [--write] [--rounds N] [--targets | --others] [--only NAME,…] [--list]
//
// A complete run writes docs/benchmarks/core.md and core.json, and so does one of the workloads that have targets (--targets); one of the
// others (--others) writes core-others.md and core-others.json. One with --only prints its
// figures and writes nothing; one with --quick writes them only with --write. The page says which kind of run it was.
import { join } from 'node:path';
import { runBenches } from '../../../tooling/bench/main.ts';

process.exitCode = await runBenches({
  subject: 'core',
  page: 'core',
  folder: join(import.meta.dirname, '..'),
  peers: ['eventemitter3', 'eventemitter2', 'mqemitter', 'qlobber', 'fastq', 'p-queue', 'rxjs'],
});
