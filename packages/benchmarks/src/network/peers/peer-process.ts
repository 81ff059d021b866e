import { fork, type ChildProcess } from 'node:child_process';
import { BenchmarkError } from '../../errors.ts';
import { childEnvironment, childFlags, moduleBeside } from '../../running/child-process.ts';
import type { FromPeer, PeerTask, ToPeer } from './protocol.ts';

type Kind = FromPeer['kind'];
type MessageOf<K extends Kind> = Extract<FromPeer, { readonly kind: K }>;

const PEER = moduleBeside(import.meta.url, './peer');
const CLOSE_MS = 10_000;

/** A process of a contender, seen from the run. */
export class PeerProcess {
  readonly #name: string;
  readonly #child: ChildProcess;
  readonly #heard: FromPeer[] = [];
  readonly #waiting: {
    readonly kind: Kind;
    readonly resolve: (message: FromPeer) => void;
    readonly reject: (error: Error) => void;
  }[] = [];
  #failure: Error | undefined;

  constructor(task: PeerTask) {
    this.#name = `${task.role} of ${task.contender}`;
    this.#child = fork(PEER, [JSON.stringify(task)], { execArgv: [...childFlags()], env: childEnvironment() });
    this.#child.on('message', (message) => this.#hear(message as FromPeer));
    this.#child.on('error', (error) => this.#fail(runFailed(`The ${this.#name} failed: ${error.message}`)));
    this.#child.once('exit', (code, signal) =>
      this.#fail(runFailed(`The ${this.#name} ended with ${signal ?? code}.`)),
    );
  }

  /** To a process that has ended it fails what is waited for, as its end does. */
  tell(message: ToPeer): void {
    this.#child.send(message, (error) => {
      if (error !== null)
        this.#fail(runFailed(`The ${this.#name} cannot be told "${message.kind}": ${error.message}.`));
    });
  }

  /**
   * The next message of this kind.
   *
   * @throws BenchmarkError `RUN_FAILED` when the process fails, ends, or does not say it in time.
   */
  async hear<K extends Kind>(kind: K, timeoutMs: number): Promise<MessageOf<K>> {
    const message = await new Promise<FromPeer>((resolve, reject) => {
      const known = this.#heard.findIndex((one) => one.kind === kind);
      const [found] = known >= 0 ? this.#heard.splice(known, 1) : [];
      if (found !== undefined) return resolve(found);
      if (this.#failure !== undefined) return reject(this.#failure);
      const timer = setTimeout(
        () => reject(runFailed(`Expected "${kind}" from the ${this.#name} within ${timeoutMs} ms.`)),
        timeoutMs,
      );
      const settle =
        <T>(done: (value: T) => void) =>
        (value: T): void => {
          clearTimeout(timer);
          done(value);
        };
      return void this.#waiting.push({ kind, resolve: settle(resolve), reject: settle(reject) });
    });
    return message as MessageOf<K>;
  }

  /** Ends without a word, as in a crash. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }

  /** Closes what the contender opened; a process that does not end by itself is killed. */
  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = new Promise((resolve) => this.#child.once('exit', resolve));
    const insist = setTimeout(() => this.kill(), CLOSE_MS);
    if (this.#child.connected) this.tell({ kind: 'close' });
    else this.kill();
    await gone;
    clearTimeout(insist);
  }

  #hear(message: FromPeer): void {
    if (message.kind === 'failed') return this.#fail(runFailed(`The ${this.#name} failed: ${message.message}`));
    const index = this.#waiting.findIndex(({ kind }) => kind === message.kind);
    const [waiting] = index >= 0 ? this.#waiting.splice(index, 1) : [];
    if (waiting === undefined) this.#heard.push(message);
    else waiting.resolve(message);
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const { reject } of this.#waiting.splice(0)) reject(this.#failure);
  }
}

function runFailed(message: string): BenchmarkError {
  return new BenchmarkError('RUN_FAILED', { message, hint: 'Run this contender alone to see more.' });
}
