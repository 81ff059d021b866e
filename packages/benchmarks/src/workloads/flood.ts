import { Priority } from '@tradewind/core-types';
import type { BusUnderTest } from '../contenders/contender.ts';
import type { Receipts } from '../measuring/receipts.ts';
import { warmUp } from '../measuring/warm-up.ts';
import { drawUpAccount } from './settling.ts';
import type { Measurement, WorkloadSettings } from './workload.ts';

/** Messages as fast as a bus takes them. */
export interface Flood {
  readonly bus: BusUnderTest;
  readonly settings: WorkloadSettings;
  readonly topics: readonly string[];
  /** The ledger, which the handlers of the workload write. Its streams are the topics, by index. */
  readonly receipts: Receipts;
  /** How many deliveries a message on each topic must have. Default 1. */
  readonly deliveriesOf?: ((topicIndex: number) => number) | undefined;
  /** What all handlers together have counted; held against what is due. Default: the receipts are enough. */
  readonly delivered?: (() => number) | undefined;
}

/** Between two waits for the bus, at most: small against every queue's bound, large against the cost of waiting. */
const BATCH = 2000;
/** A bus that takes long for a batch gets smaller ones, or the slowest would get most of the time. */
const LONGEST_BATCH_MS = 10;
const SMALLEST_BATCH = 20;
const WARM_UP_MS = 25;
const US_PER_MS = 1000;
const NS_PER_US = 1000;

/** How many messages a flood may have: 25 million, more than any bus handles in a run of this package. */
export const MAX_FLOOD = 25_000_000;

/**
 * Publishes in batches, the topics in turn, and waits after each batch until the bus has handled it: a closed loop, which says how much a bus
 * can do and nothing about latency. CPU time is user and system time of the process, the receipts of the handlers included.
 */
export async function prepareFlood(flood: Flood): Promise<() => Promise<Measurement>> {
  const state = new FloodState(flood);
  const slice = Math.min(WARM_UP_MS, flood.settings.measureMs / WARM_UP_PARTS);
  await warmUp(() => state.sendFor(slice), { maxRuns: WARM_UP_RUNS });
  return () => measure(flood, state);
}

/** The warm-up is cut into parts that are small against the measured part. */
const WARM_UP_PARTS = 5;
const WARM_UP_RUNS = 8;

async function measure(flood: Flood, state: FloodState): Promise<Measurement> {
  const before = state.sent;
  const cpu = process.cpuUsage();
  const startMs = performance.now();
  await state.sendFor(flood.settings.measureMs);
  const wallMs = performance.now() - startMs;
  const { user, system } = process.cpuUsage(cpu);
  const messages = state.sent - before;
  const { bus, receipts, delivered } = flood;
  const account = await drawUpAccount({
    bus,
    receipts,
    sent: state.sent,
    refused: state.refused,
    deliveries: state.due,
  });
  const counted = delivered?.() ?? state.due;
  return {
    messages,
    metrics: {
      cpuNsPerMessage: ((user + system) * NS_PER_US) / messages,
      throughputPerSecond: (messages / wallMs) * US_PER_MS,
    },
    receipts: account.receipts,
    problems: [
      ...account.problems,
      ...(counted === state.due ? [] : [`made ${counted} deliveries where ${state.due} are due`]),
    ],
  };
}

class FloodState {
  readonly #flood: Flood;
  #nextTopic = 0;
  #batch = SMALLEST_BATCH;
  sent = 0;
  refused = 0;
  due = 0;

  constructor(flood: Flood) {
    this.#flood = flood;
  }

  async sendFor(ms: number): Promise<void> {
    const untilMs = performance.now() + ms;
    let nowMs = performance.now();
    do {
      const startMs = nowMs;
      this.#sendBatch();
      await this.#flood.bus.settle();
      nowMs = performance.now();
      const fitting = (this.#batch * LONGEST_BATCH_MS) / Math.max(nowMs - startMs, 0.001);
      this.#batch = Math.floor(Math.min(BATCH, 2 * this.#batch, Math.max(SMALLEST_BATCH, fitting)));
    } while (nowMs < untilMs && this.sent + BATCH <= MAX_FLOOD);
  }

  #sendBatch(): void {
    const { bus, topics, deliveriesOf } = this.#flood;
    for (let i = 0; i < this.#batch; i += 1) {
      const stream = this.#nextTopic;
      this.#nextTopic = stream + 1 === topics.length ? 0 : stream + 1;
      const probe = { index: this.sent, stream, intendedAtMs: 0 };
      if (bus.publish(topics[stream] as string, probe, Priority.NORMAL) === false) this.refused += 1;
      this.sent += 1;
      this.due += deliveriesOf === undefined ? 1 : deliveriesOf(stream);
    }
  }
}
