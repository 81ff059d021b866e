// The benchmarks of core: node --expose-gc --conditions=@tradewind/source bench/run.ts [--quick] [--write] [--rounds N] [--targets | --others] [--only NAME,…] [--list]
//
// A complete run writes docs/benchmarks/core.md and core.json, and so does one of the workloads that have targets (--targets); one of the
// others (--others) writes core-others.md and core-others.json. One with --only prints its
// figures and writes nothing; one with --quick writes them only with --write. The page says which kind of run it was.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findWorkloads } from './harness/discover.ts';
import { fingerprint } from './harness/fingerprint.ts';
import { FULL_ROUNDS, markdown, summaryLines, type Report } from './harness/report.ts';
import { runRounds } from './harness/rounds.ts';
import { summarize } from './harness/statistics.ts';

const QUICK_ROUNDS = 1;
const DOCS = join(import.meta.dirname, '..', '..', '..', 'docs', 'benchmarks');

process.exitCode = await main();

function readOptions() {
  return parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      targets: { type: 'boolean', default: false },
      others: { type: 'boolean', default: false },
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
      `${error instanceof Error ? error.message : String(error)} The options are --quick, --write, --rounds N, --targets, --others, --only NAME,… and --list.`,
    );
    return 2;
  }
  const all = await findWorkloads();
  if (options.list) {
    for (const { workload } of all) console.log(`${workload.name.padEnd(28)} ${workload.title}`);
    return 0;
  }
  const names = options.only?.split(',') ?? all.map(({ workload }) => workload.name);
  const unknown = names.filter((name) => !all.some(({ workload }) => workload.name === name));
  const rounds = Number(options.rounds ?? (options.quick ? QUICK_ROUNDS : FULL_ROUNDS));
  if (unknown.length > 0 || !Number.isInteger(rounds) || rounds < 1) {
    console.error(
      `Expected names from --list and at least one round; got --only ${names.join(',')} --rounds ${options.rounds ?? rounds}.`,
    );
    return 2;
  }
  const chosen = all.filter(
    ({ workload }) =>
      names.includes(workload.name) &&
      (!options.targets || workload.targets.length > 0) &&
      (!options.others || workload.targets.length === 0),
  );
  const samples = await runRounds(chosen, { rounds, isQuick: options.quick, onRun: (text) => console.error(text) });
  const results = chosen.map(({ workload }) => summarize(workload, samples.get(workload.name) ?? {}));
  console.log(summaryLines(results).join('\n'));
  if (options.only === undefined && (!options.quick || options.write)) {
    const part = options.targets ? 'targets' : options.others ? 'others' : 'whole';
    write({ fingerprint: fingerprint(), rounds, isQuick: options.quick, part, results });
  }
  return 0;
}

function write(report: Report): void {
  mkdirSync(DOCS, { recursive: true });
  const name = report.part === 'others' ? 'core-others' : 'core';
  writeFileSync(join(DOCS, `${name}.json`), `${JSON.stringify(report, undefined, 2)}\n`);
  writeFileSync(join(DOCS, `${name}.md`), `${markdown(report)}\n`);
}
