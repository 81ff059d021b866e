// The benchmarks of the detector: node --expose-gc --conditions=@tradewind/source bench/run.ts [--quick] [--write] [--rounds N] [--only NAME,…] [--list]
//
// A complete run writes docs/benchmarks/arbitrage.md and arbitrage.json. One with --only prints its figures and writes nothing; one with --quick
// writes them only with --write.
import { join } from 'node:path';
import { runBenches } from '../../../tooling/bench/main.ts';

process.exitCode = await runBenches({
  subject: 'arbitrage-routing',
  page: 'arbitrage',
  folder: join(import.meta.dirname, '..'),
  peers: [],
});
