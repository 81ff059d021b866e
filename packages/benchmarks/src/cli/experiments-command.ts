import { resolve, join } from 'node:path';
import { experimentLines } from '../experiments/page.ts';
import type { Experiment } from '../experiments/experiment.ts';
import type { RecordedExperiment } from '../experiments/report.ts';
import { roundsOf, runRounds, type Attempts } from '../experiments/rounds.ts';
import { summarize } from '../experiments/verdicts.ts';
import { fingerprint } from '../measuring/fingerprint.ts';
import { NETWORK_CONTENDERS } from '../network/contenders/builtin.ts';
import { howToGet, installedServers, isInstalled } from '../network/servers/programs.ts';
import { ProgressLine } from '../output/progress-line.ts';
import { callersFolder } from './callers-folder.ts';
import { EXPERIMENT_SETS, type ExperimentSet } from './experiment-sets.ts';
import type { CommandLine } from './options.ts';
import { isStored, nothingStored, writeSet } from './write-set.ts';

type ExperimentsCommand = Extract<CommandLine, { readonly command: 'redis' | 'claims' }>;

const SEED = 1;
const MS_PER_MINUTE = 60_000;

/**
 * Runs a set of experiments, or some of it, and tells it. The exit code is 1 when a run failed or the time left an experiment out, 2 when there is
 * nothing to run it with.
 */
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
  const isWritten = options.write || options.redraw || options.out !== undefined;
  const folder = resolve(callersFolder(), options.out ?? join('docs', 'benchmarks'));
  if (options.redraw) {
    if (!isStored(set, folder)) return nothingStored(join(folder, `${set.file}.json`));
    writeSet(set, [], folder);
    console.error(`Wrote ${set.file}.md and its pictures to ${folder}.`);
    return 0;
  }
  if (!isInstalled('redis-server')) {
    console.error(howToGet('redis-server'));
    return 2;
  }
  // Without it only the contenders of NATS fail, and their rows say so.
  if (!isInstalled('nats-server')) console.error(howToGet('nats-server'));
  const chosen = set.experiments.filter(({ name }) => names.includes(name));
  const recorded = await run(set, chosen, options, (sofar) => {
    if (isWritten) writeSet(set, sofar, folder);
  });
  if (isWritten) console.error(`Wrote ${set.file}.md, its JSON and its pictures to ${folder}.`);
  const results = recorded.map(({ result }) => result);
  console.log(options.json ? JSON.stringify({ recorded }) : experimentLines(results).join('\n'));
  const leftOut = tellShortfalls(chosen, recorded);
  const isSound = results.every(({ contenders }) => contenders.every(({ failures }) => failures.length === 0));
  return isSound && leftOut === 0 ? 0 : 1;
}

/** Says on stderr what the time did not suffice for; returns how many experiments that left out altogether. */
function tellShortfalls(chosen: readonly Experiment[], recorded: readonly RecordedExperiment[]): number {
  for (const { result, rounds, roundsWanted = rounds } of recorded) {
    if (rounds < roundsWanted) console.error(`${result.name}: ${rounds} of ${roundsWanted} rounds, the time was over.`);
  }
  const leftOut = chosen.filter(({ name }) => !recorded.some(({ result }) => result.name === name));
  for (const { name } of leftOut) console.error(`${name}: left out, the time was over before it began.`);
  return leftOut.length;
}

/** Tells after each round what there is so far, and returns all of it: without the experiments that never began. */
async function run(
  set: ExperimentSet,
  chosen: readonly Experiment[],
  { quick, rounds: roundsAsked, minutes }: ExperimentsCommand,
  onRound: (recorded: readonly RecordedExperiment[]) => void,
): Promise<readonly RecordedExperiment[]> {
  const progress = new ProgressLine(process.stderr);
  const startMs = performance.now();
  const rounds = roundsAsked ?? (quick ? set.quickRounds : set.rounds);
  // What the command asks for goes before what is usual.
  const planned =
    roundsAsked === undefined ? chosen : chosen.map((experiment) => ({ ...experiment, fewerRounds: undefined }));
  const record = (attempts: ReadonlyMap<string, Attempts>): readonly RecordedExperiment[] => {
    const common = {
      ...environment(),
      isQuick: quick,
      tookMs: performance.now() - startMs,
      ...(roundsAsked === undefined ? {} : { roundsAsked }),
    };
    return planned.flatMap((experiment) => {
      const tried = attempts.get(experiment.name) ?? {};
      const all = Object.values(tried);
      const begun = Math.max(0, ...all.map(({ length }) => length));
      const wanted = roundsOf(experiment, rounds);
      if (begun === 0) return [];
      const runsTookMs = all.flat().reduce((sum, { tookMs }) => sum + tookMs, 0);
      return [
        {
          result: summarize(experiment, tried),
          ...common,
          runsTookMs,
          rounds: begun,
          roundsWanted: wanted,
          ...(wanted < rounds ? { whyFewer: experiment.fewerRounds?.why } : {}),
        },
      ];
    });
  };
  const attempts = await runRounds(planned, {
    rounds,
    budgetMs: minutes === undefined ? undefined : minutes * MS_PER_MINUTE,
    isQuick: quick,
    seed: SEED,
    onRun: ({ done, total, text }) => progress.show(done, total, text),
    onRound: (sofar) => onRound(record(sofar)),
  });
  progress.clear();
  const recorded = record(attempts);
  onRound(recorded);
  return recorded;
}

function environment(): Pick<RecordedExperiment, 'fingerprint' | 'servers'> {
  const packages = [...new Set(Object.values(NETWORK_CONTENDERS).flatMap((entry) => entry.packages))];
  return { fingerprint: fingerprint(packages), servers: installedServers() };
}
