import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { RedisStreamOptions } from '../../../src/index.ts';
import { HandledLog, HandledLogs } from './handled-log.ts';
import { ProgramProcess } from './program-process.ts';
import type { ConsumerTask, ProducerTask } from './tasks.ts';

type ConsumerSetting = Partial<Omit<ConsumerTask, 'role' | 'transport' | 'log'>> & {
  readonly transport?: Partial<RedisStreamOptions> | undefined;
};
type ProducerSetting = Partial<Omit<ProducerTask, 'role' | 'transport'>> & {
  readonly transport?: Partial<RedisStreamOptions> | undefined;
};

/** Short enough for tests to see claims happen, long enough for a busy machine to renew in time. */
export const CLAIM_IDLE_MS = 1500;

/** The programs of one test, their logs, and what the transport of all of them is told. Everything ends with the test. */
export class FaultBench {
  readonly #connection: RedisStreamOptions['connection'];
  readonly #options: Partial<RedisStreamOptions>;
  readonly #directory: string = mkdtempSync(join(tmpdir(), 'tradewind-faults-'));
  readonly #programs: ProgramProcess[] = [];
  readonly #logs: HandledLog[] = [];

  constructor(connection: RedisStreamOptions['connection'], options: Partial<RedisStreamOptions> = {}) {
    this.#connection = connection;
    this.#options = options;
  }

  /** Starts a publisher and resolves when it is connected. */
  async producer(setting: ProducerSetting = {}): Promise<ProgramProcess> {
    const program = this.#start({
      name: `producer-${this.#programs.length}`,
      keys: 20,
      ...setting,
      role: 'producer',
      transport: this.#transport(setting.transport),
    });
    await program.hear('ready');
    return program;
  }

  /** A log of the answers that come back to a producer. */
  answersLog(name: string): HandledLog {
    return new HandledLog(join(this.#directory, `${name}.answers`));
  }

  /** Starts a handler of the group `desk`, with a log, and resolves when its subscription is in force. */
  async consumer(
    setting: ConsumerSetting = {},
  ): Promise<{ readonly program: ProgramProcess; readonly log: HandledLog }> {
    const name = setting.name ?? `consumer-${this.#programs.length}`;
    const log = new HandledLog(join(this.#directory, `${name}.log`));
    this.#logs.push(log);
    const program = this.#start({
      group: 'desk',
      ...setting,
      name,
      role: 'consumer',
      log: log.file,
      transport: this.#transport(setting.transport),
    });
    await program.hear('ready');
    return { program, log };
  }

  /** All that the handlers of all consumers have done so far. */
  handled(): HandledLogs {
    return new HandledLogs(this.#logs);
  }

  /** Resolves when the handlers together have done so many different messages; a generous bound ends what hangs. */
  async untilHandled(distinct: number, timeoutMs = 90_000): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const count = this.handled().distinct.size;
      if (count >= distinct) return;
      if (performance.now() > deadline) {
        throw new Error(`Expected ${distinct} messages handled, got ${count} within ${timeoutMs} ms.`);
      }
      // Looking again and again is the point.
      await delay(100);
    }
  }

  /** Kills what still runs and removes the logs. */
  async end(): Promise<void> {
    for (const program of this.#programs) program.kill();
    await Promise.all(this.#programs.map((program) => program.whenGone()));
    rmSync(this.#directory, { recursive: true, force: true });
  }

  #transport(own: Partial<RedisStreamOptions> = {}): RedisStreamOptions {
    return { connection: this.#connection, claimIdleMs: CLAIM_IDLE_MS, ...this.#options, ...own };
  }

  #start(task: ConsumerTask | ProducerTask): ProgramProcess {
    const program = new ProgramProcess(task);
    this.#programs.push(program);
    return program;
  }
}
