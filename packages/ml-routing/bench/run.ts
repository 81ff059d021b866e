// Nanoseconds a decision: node --expose-gc --conditions=@tradewind/source bench/run.ts [--quick] [--write] [--rounds N] [--only NAME,…] [--list]
//
// Every part of the package has a file of workloads of its own in bench/workloads, found by its name. A complete run writes docs/benchmarks/ml-routing.md
// and ml-routing.json. One with --only prints its figures and writes nothing; one with --quick writes them only with --write.
import { join } from 'node:path';
import { runBenches } from '../../../tooling/bench/main.ts';

process.exitCode = await runBenches({
  subject: 'ml-routing',
  page: 'ml-routing',
  folder: join(import.meta.dirname, '..'),
  peers: [],
});
