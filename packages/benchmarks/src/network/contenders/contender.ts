import type { Tick } from '../ticks/ticks.ts';

/** Where the servers of a run are, and what it is about: sent to the processes as JSON. */
export interface Setting {
  /** Of redis-server on the loopback interface; 0 when the contender does not need it. */
  readonly redisPort: number;
  /** Of nats-server; 0 when the contender does not need it. */
  readonly natsPort: number;
  /** How many ticks go over. */
  readonly count: number;
  /** Switches of a contender, such as compression. */
  readonly flags: Readonly<Record<string, string | number | boolean>>;
}

/** Takes what comes, in the order in which it comes. */
export interface TickSink {
  take(tick: Tick): void;
  takeAll(ticks: readonly Tick[]): void;
}

/** What a producer process does with its ticks. */
export interface TickProducer {
  /** Publishes ticks 0 to `count - 1` as fast as this contender can; resolves when all are stored, or handed to a server that stores nothing. */
  flood(count: number): Promise<void>;
  /** Publishes one tick now; sending may happen in the background, together with others. */
  offer(n: number): void;
  /** Resolves when all offered ticks are stored. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

/** What a consumer process has opened. */
export interface TickConsumer {
  close(): Promise<void>;
}

/** One way of bringing ticks from one process to another. A module that exports one as `contender` can take part. */
export interface NetworkContender {
  /** The server between the processes. */
  readonly server: 'redis' | 'nats';
  /** Runs in the producer's process. */
  produce(setting: Setting): Promise<TickProducer>;
  /** Runs in the consumer's process; resolves when nothing that is published from now on can be missed. */
  consume(setting: Setting, sink: TickSink): Promise<TickConsumer>;
}
