import { BenchmarkError } from '../errors.ts';
import { median, pseudoMedian } from '../measuring/statistics.ts';
import { MAX_FLOOD } from '../workloads/flood.ts';
import { DuelSide } from './duel-side.ts';
import type { RoundPair } from './judge.ts';

/** Two sides of one workload. */
export interface DuelTask {
  /** References of contenders, as a child process loads them. */
  readonly base: string;
  readonly head: string;
  /** One that drives a bus as fast as it can, and so can be done in portions. */
  readonly workload: string;
  /** Portions of each side; taken in twos. */
  readonly slices: number;
  /** Both sides are warmed up with so many messages: 200,000 bring the buffered client to its lasting cost. */
  readonly warmUpMessages: number;
  readonly seed: number;
  /** The processor that both sides are pinned to. Default: wherever the system puts them. */
  readonly cpu?: number | undefined;
}

/** A slice takes about so much CPU time: so short that whatever slows the machine down for a while slows down both sides. */
const SLICE_MS = 3;
/** Of what is left for the slices after the warm-up, some is kept for scouting and for a last batch each. */
const SPARE_MESSAGES = 500_000;
const NS_PER_MS = 1e6;
const BATCH = 500;

/**
 * One round: both sides in fresh processes on one processor, warm, take turns slice by slice in the order ABBA, each slice the same number of
 * messages. A neighbour that takes half of a core doubles the CPU time of a message, for seconds; it meets both sides alike when they take
 * turns.
 *
 * What is left is how V8 happens to compile and hash in a process. Where it compiles on a thread of its own, the same build costs 10 % more or
 * less from process to process; so it does not here (`--single-threaded`), and both sides have the same seeds, other ones each round. The
 * work of compilers and collectors is in the figure as before, on the main thread. Who is started first and begins takes turns by the seed.
 *
 * @returns The median cost of base, and that cost times the ratio: the pseudo-median of the ratios of four slices each, two of either side.
 * @throws BenchmarkError `RUN_FAILED` when a side failed or its receipts are wrong: a build that loses messages has no speed.
 */
export async function runDuel(task: DuelTask): Promise<RoundPair> {
  const { workload, seed, cpu, warmUpMessages } = task;
  const options = { flags: steadyFlags(seed), cpu };
  const child = { workload, seed, warmUpMessages };
  const isBaseFirst = seed % 2 === 0;
  const start = (name: 'base' | 'head'): DuelSide => new DuelSide(name, { ...child, contender: task[name] }, options);
  const first = start(isBaseFirst ? 'base' : 'head');
  const second = start(isBaseFirst ? 'head' : 'base');
  try {
    const messages = portionOf(await Promise.all([first.answer(), second.answer()]), task);
    const ofFirst: number[] = [];
    const ofSecond: number[] = [];
    for (let slice = 0; slice < task.slices; slice += 2) {
      ofFirst.push(await first.send(messages));
      ofSecond.push(await second.send(messages), await second.send(messages));
      ofFirst.push(await first.send(messages));
    }
    await first.checkReceipts();
    await second.checkReceipts();
    const [ofBase, ofHead] = isBaseFirst ? [ofFirst, ofSecond] : [ofSecond, ofFirst];
    const cost = median(ofBase);
    return [cost, cost * ratioOfSlices(ofBase, ofHead)];
  } finally {
    first.end();
    second.end();
  }
}

/** How much more head costs: the pseudo-median of the ratios of four slices each, two of either side, in the order ABBA. */
function ratioOfSlices(base: readonly number[], head: readonly number[]): number {
  return Math.exp(pseudoMedian(logRatios(base, head)));
}

/** The logarithm of the ratio of each two slices of either side that ran in the order ABBA: who came after whom is evened out. */
function logRatios(base: readonly number[], head: readonly number[]): readonly number[] {
  const log = (slice: number): number => Math.log((head[slice] as number) / (base[slice] as number));
  return Array.from({ length: base.length / 2 }, (_, block) => (log(2 * block) + log(2 * block + 1)) / 2);
}

/**
 * No threads that compile; a young generation of one size, which otherwise grows when V8 sees fit, in one process sooner than in the next; and
 * seeds of V8's hashes and random numbers, of which 0 would mean any.
 */
function steadyFlags(seed: number): readonly string[] {
  const value = (Math.abs(Math.trunc(seed)) % MAX_SEED) + 1;
  return [
    '--single-threaded',
    `--min-semi-space-size=${SEMI_SPACE_MIB}`,
    `--max-semi-space-size=${SEMI_SPACE_MIB}`,
    `--hash-seed=${value}`,
    `--random-seed=${value}`,
  ];
}

/** How many messages a slice has: the same on both sides, whole batches. */
function portionOf(
  scouted: readonly number[],
  { slices, warmUpMessages }: Pick<DuelTask, 'slices' | 'warmUpMessages'>,
): number {
  const room = MAX_FLOOD - warmUpMessages - SPARE_MESSAGES;
  const messages = (SLICE_MS * NS_PER_MS) / median(scouted);
  const most = room / slices;
  if (most < BATCH) {
    throw new BenchmarkError('RUN_FAILED', {
      message: `Expected at most ${Math.max(0, Math.floor(room / BATCH))} slices after a warm-up of ${warmUpMessages} messages; got ${slices}.`,
      hint: 'More rounds tell more than more slices.',
    });
  }
  return Math.max(BATCH, Math.floor(Math.min(messages, most) / BATCH) * BATCH);
}

const MAX_SEED = 2 ** 30;
/** V8's own limit on 64-bit machines, and several times what a slice leaves behind: it is then collected once, at its end. */
const SEMI_SPACE_MIB = 16;
