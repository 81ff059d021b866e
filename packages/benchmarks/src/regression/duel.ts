import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { BenchmarkError } from '../errors.ts';
import { median } from '../measuring/statistics.ts';
import { childEnvironment, childFlags } from '../running/child-process.ts';
import type { ChildTask } from '../running/run-child.ts';
import type { RoundPair } from './resample.ts';

/** Two sides of one workload, and the figure that is compared. */
export interface DuelTask {
  /** References of contenders, as a child process loads them. */
  readonly base: string;
  readonly head: string;
  /** One that may be measured again and again, as those that drive a bus as fast as it can may. */
  readonly workload: string;
  readonly metric: string;
  /** Slices of each side. */
  readonly slices: number;
  readonly seed: number;
}

/** What a side answers: that it is ready, and after each slice what it cost. */
export interface DuelAnswer {
  readonly figure: number;
  readonly problems: readonly string[];
}

const CHILD = fileURLToPath(
  import.meta.resolve(import.meta.url.endsWith('.ts') ? './duel-child.ts' : './duel-child.js'),
);
/** What a slice takes, in CPU time: so short that whatever slows the machine down for a while slows down both sides. */
const SLICE_MS = 10;
const LONGEST_ANSWER_MS = 60_000;

/**
 * One round: both sides in fresh processes, warm up side by side and then take turns, slice by slice. A neighbour that takes half of a core
 * doubles the CPU time of a message, for seconds; it meets both sides alike when they take turns every ten milliseconds.
 *
 * @returns The median cost of base, and that cost times the median ratio of neighbouring slices.
 * @throws BenchmarkError `RUN_FAILED` when a side failed or its receipts are wrong: a build that loses messages has no speed.
 */
export async function runDuel(task: DuelTask): Promise<RoundPair> {
  const base = new Side('base', task);
  const head = new Side('head', task);
  try {
    await Promise.all([base.answer(), head.answer()]);
    const costs: number[] = [];
    const ratios: number[] = [];
    for (let slice = 0; slice < task.slices; slice += 1) {
      // Who is first takes turns too.
      const [first, second] = slice % 2 === 0 ? [base, head] : [head, base];
      const one = await first.slice();
      const other = await second.slice();
      const [baseCost, headCost] = slice % 2 === 0 ? [one, other] : [other, one];
      costs.push(baseCost);
      ratios.push(headCost / baseCost);
    }
    const cost = median(costs);
    return [cost, cost * median(ratios)];
  } finally {
    base.end();
    head.end();
  }
}

class Side {
  readonly #name: 'base' | 'head';
  readonly #child: ChildProcess;
  #stderr = '';

  constructor(name: 'base' | 'head', task: DuelTask) {
    this.#name = name;
    const { workload, metric, seed } = task;
    const child: ChildTask & { readonly metric: string } = {
      contender: task[name],
      workload,
      metric,
      measureMs: SLICE_MS,
      seed,
    };
    this.#child = fork(CHILD, [JSON.stringify(child)], {
      execArgv: [...childFlags(task[name])],
      env: childEnvironment(),
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#child.stderr?.on('data', (text: Buffer) => {
      this.#stderr = `${this.#stderr}${text.toString()}`.slice(-MAX_STDERR_CHARACTERS);
    });
  }

  /** The next answer of this side. */
  async answer(): Promise<DuelAnswer> {
    const controller = new AbortController();
    const { signal } = controller;
    const timer = setTimeout(() => this.end(), LONGEST_ANSWER_MS);
    const ended = once(this.#child, 'exit', { signal }).then(() => {
      throw this.#failure(`ended: ${this.#stderr.trim()}`);
    });
    try {
      const [answer] = (await Promise.race([once(this.#child, 'message', { signal }), ended])) as [DuelAnswer];
      return answer;
    } finally {
      clearTimeout(timer);
      ended.catch(() => undefined);
      controller.abort();
    }
  }

  async slice(): Promise<number> {
    this.#child.send('slice');
    const { figure, problems } = await this.answer();
    if (problems.length === 0 && figure > 0) return figure;
    throw this.#failure(problems.join('; ') || 'gave no figure');
  }

  end(): void {
    this.#child.kill();
  }

  #failure(what: string): BenchmarkError {
    return new BenchmarkError('RUN_FAILED', {
      message: `The side ${this.#name} of a comparison ${what}.`,
      hint: 'Run the workload on that build alone and mend what it says first.',
    });
  }
}

const MAX_STDERR_CHARACTERS = 2000;
