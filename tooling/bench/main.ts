import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findWorkloads } from './discover.ts';
import { fingerprint } from './fingerprint.ts';
import { FULL_ROUNDS, markdown, summaryLines, type Report } from './report.ts';
import { runRounds } from './rounds.ts';
import { summarize } from './statistics.ts';

const QUICK_ROUNDS = 1;
const DOCS = join(import.meta.dirname, '..', '..', 'docs', 'benchmarks');

/** Whose benchmarks they are. */
export interface BenchOptions {
  /** The folder of the package below `packages`, as `npm run bench --` takes it. */
  readonly subject: string;
  /** The name of its page in docs/benchmarks, without an ending. */
  readonly page: string;
  /** The path of the package, with the workloads in `bench/workloads`. */
  readonly folder: string;
  /** Packages whose versions the page names. */
  readonly peers: readonly string[];
}

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

/** Runs the benchmarks of a package as the command line says; returns the exit code. */
export async function runBenches(bench: BenchOptions): Promise<number> {
  let options: ReturnType<typeof readOptions>;
  try {
    options = readOptions();
  } catch (error) {
    console.error(
      `${error instanceof Error ? error.message : String(error)} The options are --quick, --write, --rounds N, --targets, --others, --only NAME,… and --list.`,
    );
    return 2;
  }
  const all = await findWorkloads(join(bench.folder, 'bench', 'workloads'));
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
  if (options.write && options.only !== undefined) {
    console.error(
      'Expected --write without --only: a page is written whole. Leave --only out, or read the figures here.',
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
    const { subject, page } = bench;
    write({
      subject,
      page,
      fingerprint: fingerprint(bench.folder, bench.peers),
      rounds,
      isQuick: options.quick,
      part,
      results,
    });
  }
  return 0;
}

function write(report: Report): void {
  mkdirSync(DOCS, { recursive: true });
  const name = report.part === 'others' ? `${report.page}-others` : report.page;
  writeFileSync(join(DOCS, `${name}.json`), `${JSON.stringify(report, undefined, 2)}\n`);
  writeFileSync(join(DOCS, `${name}.md`), `${markdown(report)}\n`);
}
