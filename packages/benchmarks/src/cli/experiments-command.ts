import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { experimentLines, experimentPage } from '../experiments/page.ts';
import { withNewer, type ExperimentReport, type RecordedExperiment } from '../experiments/report.ts';
import { runRounds } from '../experiments/rounds.ts';
import { summarize } from '../experiments/verdicts.ts';
import { fingerprint } from '../measuring/fingerprint.ts';
import { NETWORK_CONTENDERS } from '../network/contenders/builtin.ts';
import { howToGet, installedServers, isInstalled } from '../network/servers/programs.ts';
import { ProgressLine } from '../output/progress-line.ts';
import { callersFolder } from './callers-folder.ts';
import { EXPERIMENT_SETS, type ExperimentSet } from './experiment-sets.ts';
import type { CommandLine } from './options.ts';

type ExperimentsCommand = Extract<CommandLine, { readonly command: 'redis' | 'claims' }>;

const SEED = 1;

/** Runs a set of experiments, or some of it, and tells it. The exit code is 1 when a run failed, 2 when there is nothing to run it with. */
export async function experimentsCommand(options: ExperimentsCommand): Promise<number> {
  const set = EXPERIMENT_SETS[options.command];
  const names = options.workloads ?? set.experiments.map(({ name }) => name);
  const unknown = names.filter((name) => !set.experiments.some((experiment) => experiment.name === name));
  if (unknown.length > 0) {
    console.error(
      `Expected names from "${options.command} --list", such as ${set.experiments[0]?.name}; got ${unknown.join(', ')}.`,
    );
    return 2;
  }
  if (!isInstalled('redis-server')) {
    console.error(howToGet('redis-server'));
    return 2;
  }
  // Without it only the contenders of NATS fail, and their rows say so.
  if (!isInstalled('nats-server')) console.error(howToGet('nats-server'));
  const recorded = await run(set, names, options);
  const results = recorded.map(({ result }) => result);
  console.log(options.json ? JSON.stringify({ recorded }) : experimentLines(results).join('\n'));
  if (options.write || options.out !== undefined) {
    write(set, recorded, resolve(callersFolder(), options.out ?? join('docs', 'benchmarks')));
  }
  return results.every(({ contenders }) => contenders.every(({ failures }) => failures.length === 0)) ? 0 : 1;
}

async function run(
  set: ExperimentSet,
  names: readonly string[],
  { quick, rounds = quick ? set.quickRounds : set.rounds }: ExperimentsCommand,
): Promise<readonly RecordedExperiment[]> {
  const progress = new ProgressLine(process.stderr);
  const startMs = performance.now();
  const chosen = set.experiments.filter(({ name }) => names.includes(name));
  const attempts = await runRounds(chosen, {
    rounds,
    isQuick: quick,
    seed: SEED,
    onRun: ({ done, total, text }) => progress.show(done, total, text),
  });
  progress.clear();
  const packages = [...new Set(Object.values(NETWORK_CONTENDERS).flatMap((entry) => entry.packages))];
  const common = {
    fingerprint: fingerprint(packages),
    servers: installedServers(),
    rounds,
    isQuick: quick,
    tookMs: performance.now() - startMs,
  };
  return chosen.map((experiment) => ({
    result: summarize(experiment, attempts.get(experiment.name) ?? {}),
    ...common,
  }));
}

/** What was not run this time keeps its figures, and where they are from. */
function write(set: ExperimentSet, recorded: readonly RecordedExperiment[], folder: string): void {
  const path = join(folder, set.file);
  const before = existsSync(`${path}.json`)
    ? (JSON.parse(readFileSync(`${path}.json`, 'utf8')) as Partial<ExperimentReport>)
    : undefined;
  const names = set.experiments.map(({ name }) => name);
  const report = withNewer(before?.recorded === undefined ? undefined : { recorded: before.recorded }, recorded, names);
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${path}.json`, `${JSON.stringify(report, undefined, 2)}\n`);
  writeFileSync(`${path}.md`, `${experimentPage(set.text, report).trimEnd()}\n`);
  console.error(`Wrote ${path}.md and .json.`);
}
