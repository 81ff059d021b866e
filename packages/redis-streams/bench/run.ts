// The benchmarks of redis-streams: node --conditions=@tradewind/source bench/run.ts [--quick] [--write] [--rounds N] [--only NAME,…] [--list]
//
// A complete run writes docs/benchmarks/redis-streams.md and .json. One with --only prints its figures and writes nothing; one with --quick
// writes them only with --write, and the page says that it was quick. It needs redis-server, nats-server and, for the CPU time of servers, Linux.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fingerprint } from './harness/fingerprint.ts';
import { markdown, summaryLines, type Report } from './harness/report.ts';
import { runRounds } from './harness/rounds.ts';
import { summarize } from './harness/statistics.ts';
import { WORKLOADS } from './workloads/index.ts';

const FULL_ROUNDS = 5;
const QUICK_ROUNDS = 1;
const DOCS = join(import.meta.dirname, '..', '..', '..', 'docs', 'benchmarks');

process.exitCode = await main();

function readOptions() {
  return parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      only: { type: 'string' },
      rounds: { type: 'string' },
      list: { type: 'boolean', default: false },
    },
  }).values;
}

async function main(): Promise<number> {
  let options: ReturnType<typeof readOptions>;
  try {
    options = readOptions();
  } catch (error) {
    console.error(
      `${error instanceof Error ? error.message : String(error)} The options are --quick, --write, --rounds N, --only NAME,… and --list.`,
    );
    return 2;
  }
  if (options.list) {
    for (const { name, title } of WORKLOADS) console.log(`${name.padEnd(28)} ${title}`);
    return 0;
  }
  const names = options.only?.split(',') ?? WORKLOADS.map(({ name }) => name);
  const unknown = names.filter((name) => !WORKLOADS.some((workload) => workload.name === name));
  const rounds = Number(options.rounds ?? (options.quick ? QUICK_ROUNDS : FULL_ROUNDS));
  if (unknown.length > 0 || !Number.isInteger(rounds) || rounds < 1) {
    console.error(
      `Expected names from --list and at least one round; got --only ${names.join(',')} --rounds ${options.rounds ?? rounds}.`,
    );
    return 2;
  }
  const chosen = WORKLOADS.filter(({ name }) => names.includes(name));
  const samples = await runRounds(chosen, { rounds, isQuick: options.quick, onRun: (text) => console.error(text) });
  const results = chosen.map((workload) => summarize(workload, samples.get(workload.name) ?? {}));
  console.log(summaryLines(results).join('\n'));
  if (options.only === undefined && (!options.quick || options.write)) {
    write({ fingerprint: fingerprint(), rounds, isQuick: options.quick, results });
  }
  return 0;
}

function write(report: Report): void {
  mkdirSync(DOCS, { recursive: true });
  writeFileSync(join(DOCS, 'redis-streams.json'), `${JSON.stringify(report, undefined, 2)}\n`);
  writeFileSync(join(DOCS, 'redis-streams.md'), `${markdown(report)}\n`);
}
