import type { Handler, MessageMeta, Outcome, OutcomeKind, RoutingPlugin } from '@tradewind/core-types';
import { BufferedMessageBusClient, type BufferedMessageBusClientOptions } from '../../src/index.ts';
import { ManualClock } from '../../src/testing/manual-clock.ts';
import { settle } from '../../src/testing/settle.ts';
import { recordingLogger } from '../routing/routing-fixture.ts';

/** A retry policy whose delays a test can name: 100 ms, then 200 ms, then dead. */
export const RETRY = { maxAttempts: 3, initialDelayMs: 100, multiplier: 2, maxDelayMs: 1_000, jitter: 0 } as const;

/** So many times as many worlds as are usual. */
const SOAK = Number(process.env['TRADEWIND_SOAK'] ?? 1);

/**
 * For fast-check: a model that has not had all its runs when a test's time is nearly over has failed, and shows the smallest script found
 * so far. The seed is the test's own, and in a soak a new one each time; a failure prints it.
 */
export function modelRuns(numRuns: number, seed: number) {
  const runs = { numRuns: numRuns * SOAK, interruptAfterTimeLimit: 150_000 * SOAK, markInterruptAsFailure: true };
  return SOAK === 1 ? { ...runs, seed } : runs;
}

/** An outcome as it was when the plugin was told: the bus uses one object again and again. */
type RecordedOutcome = Readonly<Outcome>;

export class OutcomeRecorder {
  readonly all: RecordedOutcome[] = [];

  readonly plugin: RoutingPlugin = {
    name: 'outcome-recorder',
    observe: (outcome) => {
      this.all.push(copyOf(outcome));
    },
  };

  of(kind: OutcomeKind): readonly RecordedOutcome[] {
    return this.all.filter((outcome) => outcome.kind === kind);
  }

  count(kind: OutcomeKind): number {
    return this.of(kind).length;
  }
}

function copyOf(outcome: Outcome): RecordedOutcome {
  const { kind, producer, sequence, topic, priority, path, subscriptionId } = outcome;
  const { deliveryCount, publishedAtMs, waitedMs, handledMs, reason, error } = outcome;
  return {
    kind,
    producer,
    sequence,
    topic,
    priority,
    path,
    subscriptionId,
    deliveryCount,
    publishedAtMs,
    waitedMs,
    handledMs,
    reason,
    error,
  };
}

/**
 * A client on a manual clock whose outcomes and log lines are kept.
 *
 * 50 workers from the start, so that no test waits for the pool to grow unless it is about the pool.
 */
export function bench(options: BufferedMessageBusClientOptions = {}, clock: ManualClock = new ManualClock()) {
  const outcomes = new OutcomeRecorder();
  const logger = recordingLogger();
  const client = new BufferedMessageBusClient({
    clock,
    logger,
    retry: RETRY,
    workers: { min: 50, max: 50 },
    ...options,
    plugins: [...(options.plugins ?? []), outcomes.plugin],
  });
  return {
    client,
    clock,
    logger,
    outcomes,
    /** Lets everything run that needs no time to pass. */
    rest: (): Promise<void> => clock.settle(),
    /** Waits until everything accepted is handled or waits for a retry. */
    settled: (): Promise<void> => settle(clock, client),
  };
}

export interface Call<P = unknown> {
  readonly payload: P;
  readonly meta: MessageMeta;
  readonly succeed: () => void;
  readonly fail: (error: unknown) => void;
}

/** An asynchronous handler whose calls end when the test says so. */
export class HeldHandler<P = unknown> {
  /** Every call, in the order in which they began. */
  readonly started: Call<P>[] = [];
  readonly #open = new Set<Call<P>>();
  /** The most calls that were open at once. */
  peak = 0;

  readonly handler: Handler<P, MessageMeta> = (payload, meta) =>
    new Promise<void>((resolve, reject) => {
      const call: Call<P> = {
        payload,
        meta,
        succeed: () => {
          this.#open.delete(call);
          resolve();
        },
        fail: (error) => {
          this.#open.delete(call);
          // What is rejected with is the test's business: anything may be thrown.
          reject(error);
        },
      };
      this.started.push(call);
      this.#open.add(call);
      this.peak = Math.max(this.peak, this.#open.size);
    });

  /** The payloads of all calls so far. */
  get payloads(): readonly P[] {
    return this.started.map(({ payload }) => payload);
  }

  /** The payloads of the calls that have not ended. */
  get running(): readonly P[] {
    return [...this.#open].map(({ payload }) => payload);
  }

  /** The running call of a payload. */
  call(payload: P): Call<P> {
    const found = [...this.#open].find((call) => call.payload === payload);
    if (found === undefined)
      throw new Error(
        `Expected a running call with ${String(payload)}, running: ${this.running.map(String).join(', ')}`,
      );
    return found;
  }

  succeed(payload: P): void {
    this.call(payload).succeed();
  }

  fail(payload: P, error: unknown = new Error(`${String(payload)} failed`)): void {
    this.call(payload).fail(error);
  }

  succeedAll(): void {
    for (const call of this.#open) call.succeed();
  }
}

/** A handler that keeps `topic payload` of each call, and what it was told. */
export function recorder<P = unknown>() {
  const payloads: P[] = [];
  const metas: MessageMeta[] = [];
  const handler = (payload: P, meta: MessageMeta): void => {
    payloads.push(payload);
    metas.push(meta);
  };
  return { payloads, metas, handler };
}

/** The code of what a call throws. */
export function codeOfThrown(call: () => unknown): string | undefined {
  try {
    call();
  } catch (error) {
    return codeOf(error);
  }
  return 'nothing was thrown';
}

/** The code with which a promise rejects. */
export async function codeOfRejection(promise: Promise<unknown>): Promise<string | undefined> {
  try {
    await promise;
  } catch (error) {
    return codeOf(error);
  }
  return 'it was fulfilled';
}

export function codeOf(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : undefined;
}

/** The integers from `first` to `last`. */
export function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

/** For `toSorted`. */
export function byNumber(left: number, right: number): number {
  return left - right;
}

/** A promise, and whether it has been fulfilled by now. */
export function watched<T>(promise: Promise<T>): { readonly promise: Promise<T>; isFulfilled: boolean } {
  const state = { promise, isFulfilled: false };
  const note = async (): Promise<void> => {
    await promise;
    state.isFulfilled = true;
  };
  // Its rejection is the business of whoever awaits the promise.
  note().catch(() => undefined);
  return state;
}
