import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { FromProgram, Task, ToProgram } from './tasks.ts';

type Kind = FromProgram['kind'];
type MessageOf<K extends Kind> = Extract<FromProgram, { readonly kind: K }>;

/** Far more than anything takes: it ends what hangs. */
const PATIENCE_MS = 90_000;

/** A program of a fault test, in a process of its own. */
export class ProgramProcess {
  readonly name: string;
  readonly #child: ChildProcess;
  readonly #heard: FromProgram[] = [];
  readonly #listeners: Set<() => void> = new Set();
  #failure: Error | undefined;
  readonly #gone: Promise<NodeJS.Signals | number | null>;

  constructor(task: Task) {
    this.name = task.name;
    this.#child = fork(join(import.meta.dirname, 'program.ts'), [JSON.stringify(task)], {
      execArgv: ['--conditions=@tradewind/source', '--no-warnings'],
    });
    this.#child.on('message', (message) => {
      const heard = message as FromProgram;
      if (heard.kind === 'failed') this.#failure ??= new Error(`${this.name} failed: ${heard.message}`);
      else this.#heard.push(heard);
      this.#wake();
    });
    this.#gone = new Promise((resolve) => {
      this.#child.once('exit', (code, signal) => {
        this.#failure ??= new Error(`${this.name} ended with ${signal ?? code}.`);
        this.#wake();
        resolve(signal ?? code);
      });
    });
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  tell(message: ToProgram): void {
    if (this.#child.connected) this.#child.send(message);
  }

  /** The next message of this kind, or the failure of the process. */
  async hear<K extends Kind>(kind: K, timeoutMs: number = PATIENCE_MS): Promise<MessageOf<K>> {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const index = this.#heard.findIndex((message) => message.kind === kind);
      const [found] = index >= 0 ? this.#heard.splice(index, 1) : [];
      if (found !== undefined) return found as MessageOf<K>;
      if (this.#failure !== undefined) throw this.#failure;
      const leftMs = deadline - performance.now();
      if (leftMs <= 0) throw new Error(`Expected "${kind}" from ${this.name} within ${timeoutMs} ms.`);
      // Until something changes.
      await this.#change(leftMs);
    }
  }

  /** Asks, and waits for the answer. */
  async ask<K extends Kind>(message: ToProgram, answer: K): Promise<MessageOf<K>> {
    this.tell(message);
    return this.hear(answer);
  }

  kill(signal: NodeJS.Signals = 'SIGKILL'): void {
    this.#child.kill(signal);
  }

  /** How it ended: the signal or the exit code. */
  whenGone(): Promise<NodeJS.Signals | number | null> {
    return this.#gone;
  }

  /** Ends in order, and says what was left. */
  async close(deadlineMs = 10_000): Promise<MessageOf<'closed'>> {
    const closed = await this.ask({ kind: 'close', deadlineMs }, 'closed');
    await this.#gone;
    return closed;
  }

  #change(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const finish = (): void => {
        clearTimeout(timer);
        this.#listeners.delete(finish);
        resolve();
      };
      const timer = setTimeout(finish, timeoutMs);
      this.#listeners.add(finish);
    });
  }

  #wake(): void {
    for (const listener of this.#listeners) listener();
  }
}
