// The benchmarks of monitoring: node --expose-gc --conditions=@tradewind/source bench/run.ts [--quick] [--write] [--rounds N] [--only NAME,…] [--list]
//
// A complete run writes docs/benchmarks/monitoring.md and monitoring.json.
import { join } from 'node:path';
import { runBenches } from '../../../tooling/bench/main.ts';

process.exitCode = await runBenches({
  subject: 'monitoring',
  page: 'monitoring',
  folder: join(import.meta.dirname, '..'),
  peers: ['prom-client'],
});
