import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Guardian } from './guardian.ts';
import { LOG_FILE } from './server-options.ts';
import { RedisTestingError } from './testing-error.ts';

const POLL_MS = 10;
const GRACE_MS = 5000;
const LOG_TAIL_LINES = 10;
/** What a server and what a Sentinel logs once its port is its own. */
const READY = /Ready to accept connections|Sentinel ID is/u;

/** What to start, and where. */
export interface ServerProgram {
  readonly program: string;
  readonly args: readonly string[];
  readonly port: number;
  readonly directory: string;
  readonly startTimeoutMs: number;
}

/** One server as a process of the system: started, signalled, killed, and started again on the same port and data. */
export class ServerProcess {
  readonly #what: ServerProgram;
  readonly #guardian: Guardian;
  #child: ChildProcess | undefined;

  constructor(what: ServerProgram, guardian: Guardian) {
    this.#what = what;
    this.#guardian = guardian;
  }

  get pid(): number | undefined {
    return this.isRunning ? this.#child?.pid : undefined;
  }

  get isRunning(): boolean {
    const child = this.#child;
    return child !== undefined && child.exitCode === null && child.signalCode === null;
  }

  /** Resolves once it answers: data that it loads at its start is there then. */
  async start(): Promise<void> {
    const { program, args, directory, port } = this.#what;
    if (this.isRunning) return;
    const logBytes = this.#logBytes();
    // In a session of its own: an interrupt at the terminal is for the test, which stops its servers itself.
    const child = spawn(program, args, { cwd: directory, stdio: 'ignore', detached: true });
    this.#child = child;
    const failed = new Promise<never>((_, reject) => {
      child.once('error', (error) => reject(this.#missing(error)));
      child.once('exit', (code, signal) => {
        if (child.pid !== undefined) this.#guardian.remove(child.pid);
        reject(this.#exited(code, signal));
      });
    });
    failed.catch(() => undefined);
    if (child.pid !== undefined) this.#guardian.add(child.pid);
    child.unref();
    await Promise.race([failed, this.#untilReady(port, logBytes)]);
  }

  /** Sends a signal; throws when the server does not run. */
  signal(signal: NodeJS.Signals): void {
    const pid = this.pid;
    if (pid === undefined) {
      throw new RedisTestingError(
        'SERVER_NOT_RUNNING',
        `Expected a running server on port ${this.#what.port} to send ${signal} to. Call restart() first.`,
      );
    }
    process.kill(pid, signal);
  }

  /** Ends it with a signal and resolves when it is gone; a server that ignores the signal is killed after 5 s. */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.#child;
    if (child === undefined || !this.isRunning) return;
    child.ref();
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    // A stopped process only notices SIGTERM when it goes on.
    child.kill('SIGCONT');
    const insist = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
    await gone;
    clearTimeout(insist);
  }

  /** The last lines of its log. */
  logTail(): string {
    const file = join(this.#what.directory, LOG_FILE);
    if (!existsSync(file)) return '(no log)';
    return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-LOG_TAIL_LINES).join('\n');
  }

  #logBytes(): number {
    const file = join(this.#what.directory, LOG_FILE);
    return existsSync(file) ? statSync(file).size : 0;
  }

  /** Whether it has said so since its log was so long. Who answers on a port may be somebody else, whose port it was before. */
  #saysReady(since: number): boolean {
    const file = join(this.#what.directory, LOG_FILE);
    return existsSync(file) && READY.test(readFileSync(file).toString('latin1', since));
  }

  async #untilReady(port: number, logBytes: number): Promise<void> {
    const deadline = performance.now() + this.#what.startTimeoutMs;
    while (performance.now() < deadline) {
      // Asking again and again is the point.
      if (this.#saysReady(logBytes) && (await answers(port))) return;
      await delay(POLL_MS);
    }
    throw new RedisTestingError(
      'SERVER_NOT_READY',
      `Expected the server on port ${port} to answer within ${this.#what.startTimeoutMs} ms. Its log ends:\n${this.logTail()}`,
    );
  }

  #missing(cause: Error): RedisTestingError {
    const { program } = this.#what;
    return new RedisTestingError(
      'SERVER_MISSING',
      `Expected the program "${program}", could not run it: ${cause.message}. Install Redis, for example with "apt-get install redis-server".`,
      cause,
    );
  }

  #exited(code: number | null, signal: NodeJS.Signals | null): RedisTestingError {
    return new RedisTestingError(
      'SERVER_EXITED',
      `Expected the server on port ${this.#what.port} to run, it ended with ${signal ?? `exit code ${code}`}. Its log ends:\n${this.logTail()}`,
    );
  }
}

/** Whether a server there takes commands: it may also ask for a password, but it must not be loading. */
function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    const finish = (isReady: boolean): void => {
      socket.destroy();
      resolve(isReady);
    };
    socket.setTimeout(1000, () => finish(false));
    socket.once('error', () => finish(false));
    socket.once('connect', () => socket.write('PING\r\n'));
    socket.once('data', (data) => {
      const text = data.toString('latin1');
      finish(text.startsWith('+PONG') || text.startsWith('-NOAUTH') || text.startsWith('-MASTERDOWN'));
    });
  });
}
