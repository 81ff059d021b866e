import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { BenchmarkError } from '../errors.ts';
import { childEnvironment, childFlags, moduleBeside } from '../running/child-process.ts';
import type { DuelAnswer, DuelChildTask, DuelRequest } from './duel-messages.ts';

/** How the process of a side is started. */
export interface DuelSideOptions {
  /** Flags of Node beside those that every child has. */
  readonly flags: readonly string[];
  /** The processor that it is pinned to. */
  readonly cpu?: number | undefined;
}

const CHILD = moduleBeside(import.meta.url, './duel-child');
const LONGEST_ANSWER_MS = 60_000;
const MAX_STDERR_CHARACTERS = 2000;

/** The process of one side of a duel, as its parent sees it. */
export class DuelSide {
  readonly #name: 'base' | 'head';
  readonly #child: ChildProcess;
  #stderr = '';

  constructor(name: 'base' | 'head', task: DuelChildTask, { flags, cpu }: DuelSideOptions) {
    this.#name = name;
    const node = [...childFlags(task.contender), ...flags];
    this.#child = fork(CHILD, [JSON.stringify(task)], {
      // `taskset` replaces itself by Node: the process is the same one, and so is its channel.
      ...(cpu === undefined
        ? { execArgv: node }
        : { execPath: 'taskset', execArgv: ['-c', String(cpu), process.execPath, ...node] }),
      env: childEnvironment(),
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#child.stderr?.on('data', (text: Buffer) => {
      this.#stderr = `${this.#stderr}${text.toString()}`.slice(-MAX_STDERR_CHARACTERS);
    });
  }

  /** The figure of the next answer. @throws BenchmarkError `RUN_FAILED` when the process ends, hangs, or tells of problems. */
  async answer(): Promise<number> {
    const { figure, problems } = await this.#next();
    if (problems.length === 0 && figure > 0) return figure;
    throw this.#failure(problems.join('; ') || 'gave no figure');
  }

  /** Sends a portion; nanoseconds of CPU time a message. @throws BenchmarkError `RUN_FAILED`. */
  send(messages: number): Promise<number> {
    this.#ask({ messages });
    return this.answer();
  }

  /** @throws BenchmarkError `RUN_FAILED` when messages were lost, repeated or reordered. */
  async checkReceipts(): Promise<void> {
    this.#ask({ messages: 0 });
    const { problems } = await this.#next();
    if (problems.length > 0) throw this.#failure(problems.join('; '));
  }

  /** Ends the process. */
  end(): void {
    this.#child.kill();
  }

  #ask(request: DuelRequest): void {
    this.#child.send(request);
  }

  async #next(): Promise<DuelAnswer> {
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

  #failure(what: string): BenchmarkError {
    return new BenchmarkError('RUN_FAILED', {
      message: `The side ${this.#name} of a comparison ${what}.`,
      hint: 'Run the workload on that build alone and mend what it says first.',
    });
  }
}
