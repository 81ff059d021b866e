import { seededRandom } from '@tradewind/core';
import type { Random } from '@tradewind/core-types';
import { COUNT, INTEGER, POSITIVE, checkNumber, invalidOption } from '../checks.ts';
import type { Contender } from '../contenders/contender.ts';
import { fingerprint, type Fingerprint } from '../measuring/fingerprint.ts';
import type { ShownMetric, Workload } from '../workloads/workload.ts';
import { cellOf, type ComparisonCell } from './cells.ts';
import { loadContender, loadWorkload } from './modules.ts';
import { whyNot, type BenchmarkResult } from './run-benchmark.ts';
import { runChild } from './run-child.ts';

/** Which contenders run which workloads, and how often. */
export interface ComparisonOptions {
  /** Names of built-in contenders, or `file:` URLs of modules that export `contender`. At least one. */
  readonly contenders: readonly string[];
  /** Names of built-in workloads, or `file:` URLs of modules that export `workload`; some with contenders or a time of their own. At least one. */
  readonly workloads: readonly (string | ComparisonTask)[];
  /** How often each contender runs each workload. Default 3. */
  readonly rounds?: number | undefined;
  /** Begins no further round when the rounds so far let it end later than this; there is always one. Default: no bound. */
  readonly budgetMs?: number | undefined;
  /** Begins no further run after this time: what the first round has not come to is `left-out`, and its cells say so. Default: no bound. */
  readonly limitMs?: number | undefined;
  /** About how long a measured part takes. Default 500 ms. */
  readonly measureMs?: number | undefined;
  /** Draws the order of the runs; each round has a seed of its own, the same for all contenders. Default 1. */
  readonly seed?: number | undefined;
  /** Told before each run. */
  readonly onProgress?: ((progress: ComparisonProgress) => void) | undefined;
  /** Ends the comparison: it rejects with the run that was under way. */
  readonly signal?: AbortSignal | undefined;
}

/** A workload that not all contenders are to run, or that takes another time than the others. */
export interface ComparisonTask {
  readonly workload: string;
  /** Of the contenders, those that run it. Default: all. */
  readonly contenders?: readonly string[] | undefined;
  /** Default: that of the comparison. */
  readonly measureMs?: number | undefined;
}

/** How far a comparison is. */
export interface ComparisonProgress {
  readonly done: number;
  readonly total: number;
  readonly workload: string;
  readonly contender: string;
}

/** All contenders in one workload. */
export interface WorkloadComparison {
  readonly workload: string;
  readonly work: string;
  readonly shows: readonly ShownMetric[];
  /** About how long the measured part took. */
  readonly measureMs: number;
  readonly cells: readonly ComparisonCell[];
}

/** A complete comparison. Plain data. */
export interface ComparisonResult {
  readonly fingerprint: Fingerprint;
  /** How many rounds were begun: fewer than `roundsWanted` when the budget was over. */
  readonly rounds: number;
  /** How many were asked for; results that were stored before it was kept have none. */
  readonly roundsWanted?: number | undefined;
  /** Runs of rounds that were begun which the limit left no time for. */
  readonly runsLeftOut?: number | undefined;
  readonly measureMs: number;
  readonly seed: number;
  readonly tookMs: number;
  readonly workloads: readonly WorkloadComparison[];
}

interface Entrant {
  readonly reference: string;
  readonly contender: Contender;
}

interface Task {
  readonly reference: string;
  readonly workload: Workload;
  readonly measureMs: number;
  readonly entrants: readonly Entrant[];
}

/**
 * Runs contenders side by side: round after round, workload after workload, the contenders of a workload in direct succession and in an
 * order drawn anew each time, every run in a fresh process. Whatever disturbs the machine for a while then disturbs all of them.
 *
 * A run that fails, or whose receipts are wrong, does not end the comparison: its cell says so.
 *
 * @throws ValidationError `INVALID_OPTIONS`; BenchmarkError `UNKNOWN_CONTENDER`, `UNKNOWN_WORKLOAD`, `INVALID_MODULE`.
 */
export async function runComparison(options: ComparisonOptions): Promise<ComparisonResult> {
  const { rounds, measureMs, seed, budgetMs, limitMs } = readOptions(options);
  const entrants = await Promise.all(
    options.contenders.map(async (reference) => ({ reference, contender: await loadContender(reference) })),
  );
  const tasks = await Promise.all(options.workloads.map((task) => taskOf(task, entrants, measureMs)));
  const startMs = performance.now();
  const results = new Map<string, BenchmarkResult[]>();
  const random = seededRandom(seed);
  let round = 0;
  let runsLeftOut = 0;
  const elapsedMs = (): number => performance.now() - startMs;
  // The next round is taken to last as long as the average one so far; there is always a first one.
  const hasRoom = (): boolean => round === 0 || (elapsedMs() <= limitMs && elapsedMs() * (1 + 1 / round) <= budgetMs);
  for (; round < rounds && hasRoom(); round += 1) {
    const plan = planRound(tasks, random);
    for (const [index, { task, entrant }] of plan.entries()) {
      if (elapsedMs() > limitMs) {
        runsLeftOut = plan.length - index;
        break;
      }
      const names = { workload: task.workload.name, contender: entrant.contender.name };
      const key = cellKey(task, entrant);
      // What is not installed will not be there in the next round.
      if (results.get(key)?.at(-1)?.outcome === 'cannot') continue;
      options.onProgress?.({ done: round * plan.length + index, total: rounds * plan.length, ...names });
      const child = {
        contender: entrant.reference,
        workload: task.reference,
        measureMs: task.measureMs,
        seed: seed + round,
      };
      const result = await runChild(child, options.signal).catch((error: unknown) => {
        if (options.signal?.aborted === true) throw error;
        return failed(names, error);
      });
      results.set(key, [...(results.get(key) ?? []), result]);
    }
  }
  return {
    fingerprint: fingerprint(packagesOf(entrants, tasks)),
    rounds: round,
    roundsWanted: rounds,
    runsLeftOut,
    measureMs,
    seed,
    tookMs: elapsedMs(),
    workloads: tasks.map((task) => ({
      workload: task.workload.name,
      work: task.workload.work,
      shows: task.workload.shows,
      measureMs: task.measureMs,
      cells: task.entrants.map((entrant) =>
        cellOf(task.workload, entrant.contender, results.get(cellKey(task, entrant)) ?? []),
      ),
    })),
  };
}

function packagesOf(entrants: readonly Entrant[], tasks: readonly Task[]): readonly string[] {
  return [
    ...new Set([
      ...entrants.flatMap(({ contender }) => contender.packages),
      ...tasks.flatMap(({ workload }) => workload.packages ?? []),
    ]),
  ];
}

interface Bounds {
  readonly rounds: number;
  readonly measureMs: number;
  readonly seed: number;
  readonly budgetMs: number;
  readonly limitMs: number;
}

function readOptions(options: ComparisonOptions): Bounds {
  const bound = (path: 'budgetMs' | 'limitMs'): number => {
    const given = options[path];
    return given === undefined || given === Number.POSITIVE_INFINITY
      ? Number.POSITIVE_INFINITY
      : checkNumber(path, given, POSITIVE);
  };
  checkDistinct('contenders', options.contenders, (reference) => reference);
  checkDistinct('workloads', options.workloads, (task) => (typeof task === 'string' ? task : task.workload));
  return {
    rounds: checkNumber('rounds', options.rounds ?? 3, COUNT),
    measureMs: checkNumber('measureMs', options.measureMs ?? 500, POSITIVE),
    seed: checkNumber('seed', options.seed ?? 1, INTEGER),
    budgetMs: bound('budgetMs'),
    limitMs: bound('limitMs'),
  };
}

/** One that stands twice would be run twice as often as the others, under one name. */
function checkDistinct<T>(path: string, entries: readonly T[], nameOf: (entry: T) => string): void {
  if (!Array.isArray(entries) || entries.length === 0)
    throw invalidOption(path, 'a list with at least one entry', entries);
  if (new Set(entries.map(nameOf)).size < entries.length) throw invalidOption(path, 'entries that differ', entries);
}

interface PlannedRun {
  readonly task: Task;
  readonly entrant: Entrant;
}

async function taskOf(given: string | ComparisonTask, entrants: readonly Entrant[], measureMs: number): Promise<Task> {
  const task = typeof given === 'string' ? { workload: given } : given;
  const { workload: reference, contenders } = task;
  const own = entrants.filter((entrant) => contenders?.includes(entrant.reference) ?? true);
  const stranger = contenders?.find((name) => own.every((entrant) => entrant.reference !== name));
  if (stranger !== undefined) throw invalidOption(`workloads: ${reference}`, 'some of the contenders', stranger);
  return {
    reference,
    workload: await loadWorkload(reference),
    measureMs: checkNumber('measureMs', task.measureMs ?? measureMs, POSITIVE),
    entrants: own,
  };
}

/** The contenders of a workload in direct succession and random order; those that cannot do it are left out. */
function planRound(tasks: readonly Task[], random: Random): readonly PlannedRun[] {
  return tasks.flatMap((task) => {
    const able = task.entrants.filter(({ contender }) => whyNot(contender, task.workload).length === 0);
    return shuffled(able, random).map((entrant) => ({ task, entrant }));
  });
}

/** In random order (R. Fisher and F. Yates; R. Durstenfeld's form). */
export function shuffled<T>(items: readonly T[], random: Random): readonly T[] {
  const order = [...items];
  for (let last = order.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random.next() * (last + 1));
    [order[last], order[other]] = [order[other] as T, order[last] as T];
  }
  return order;
}

function cellKey(task: Task, entrant: Entrant): string {
  return JSON.stringify([task.reference, entrant.reference]);
}

function failed(names: { workload: string; contender: string }, error: unknown): BenchmarkResult {
  const problems = [error instanceof Error ? error.message : String(error)];
  return { ...names, outcome: 'failed', problems, metrics: {}, fingerprint: fingerprint() };
}
