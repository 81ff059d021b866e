import { Priority } from '@tradewind/core-types';
import type { BusUnderTest } from '../contenders/contender.ts';
import type { Receipts } from '../measuring/receipts.ts';
import { warmUp } from '../measuring/warm-up.ts';
import { Refusals } from './refusals.ts';
import { drawUpAccount, settles } from './settling.ts';
import { LONGEST_WARM_UP_MS, SLICE_MS, WARM_UP } from './warm-bus.ts';
import type { MeasuredPart, Measurement, WorkloadSettings } from './workload.ts';

/** Messages as fast as a bus takes them. */
export interface Flood {
  readonly bus: BusUnderTest;
  readonly settings: WorkloadSettings;
  readonly topics: readonly string[];
  /** The ledger, which the handlers of the workload write. Its streams are the topics, by index. */
  readonly receipts: Receipts;
  /** How many deliveries a message on each topic must have. Default 1. */
  readonly deliveriesOf?: ((topicIndex: number) => number) | undefined;
  /** So many messages at most: what the ledger holds. Default {@link MAX_FLOOD}. The flood then ends early. */
  readonly limit?: number | undefined;
  /** What all handlers together have counted; held against what is due. Default: the receipts are enough. */
  readonly delivered?: (() => number) | undefined;
}

/** Between two waits for the bus: small against every queue's bound, and the same everywhere, since waiting has its cost too. */
const BATCH = 500;
/** Wall time may be this many times the CPU time that is asked for: on a machine with other work to do, or for a bus that sleeps. */
const LONGEST_WALL = 10;
const US_PER_MS = 1000;
const NS_PER_US = 1000;
const MS_PER_S = 1000;

/** How many messages a flood may have: 25 million, more than any bus handles in a run of this package. */
export const MAX_FLOOD = 25_000_000;

/**
 * Publishes in batches, the topics in turn, and waits after each batch until the bus has handled it: a closed loop, which says how much a bus
 * can do and nothing about latency. It goes on until the process has used so much CPU time: on a busy machine a bus then does as much as on
 * an idle one, and is as warm. CPU time is user and system time of the process, the receipts of the handlers included.
 */
export async function prepareFlood(flood: Flood): Promise<MeasuredPart> {
  const state = new FloodState(flood);
  const { warmUpMessages } = flood.settings;
  if (warmUpMessages === undefined) await warmUp(() => state.sendFor(SLICE_MS), WARM_UP);
  else await state.send(warmUpMessages, LONGEST_WARM_UP_MS);
  return Object.assign(() => measure(flood, state), {
    portions: {
      send: (messages: number) => state.send(messages, Number.POSITIVE_INFINITY),
      account: () => accountOf(flood, state),
    },
  });
}

async function measure(flood: Flood, state: FloodState): Promise<Measurement> {
  const before = state.sent;
  const cpu = process.cpuUsage();
  const startMs = performance.now();
  const { measureMs } = flood.settings;
  const wanted = Math.max(1, Math.round(measureMs / SLICE_MS));
  // A slow bus needs longer than a slice for a batch, and one that sleeps uses less of it.
  for (let slice = 0; slice < wanted && !state.isOver; slice += 1) {
    await state.sendFor(SLICE_MS);
    const used = process.cpuUsage(cpu);
    if (used.user + used.system >= measureMs * US_PER_MS) break;
  }
  const wallMs = performance.now() - startMs;
  const { user, system } = process.cpuUsage(cpu);
  const messages = state.sent - before;
  const account = await accountOf(flood, state);
  return {
    messages,
    metrics: {
      cpuNsPerMessage: ((user + system) * NS_PER_US) / messages,
      throughputPerSecond: (messages / wallMs) * MS_PER_S,
    },
    receipts: account.receipts,
    problems: [...account.problems, ...(messages === 0 ? [whyNothing(state)] : [])],
  };
}

function whyNothing({ isStuck }: FloodState): string {
  const why = isStuck ? 'came to a standstill in the warm-up' : 'warmed up until the ledger was full';
  return `${why}: nothing was measured`;
}

async function accountOf(
  { bus, receipts, delivered }: Flood,
  state: FloodState,
): Promise<Pick<Measurement, 'receipts' | 'problems'>> {
  const account = await drawUpAccount({
    bus,
    receipts,
    sent: state.sent,
    refusals: state.refusals,
    deliveries: state.due,
  });
  const counted = delivered?.() ?? state.due;
  return {
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
  sent = 0;
  readonly refusals: Refusals = new Refusals();
  due = 0;
  /** Whether the bus did not settle after a batch: nothing is sent after that. */
  isStuck = false;

  constructor(flood: Flood) {
    this.#flood = flood;
  }

  /** Whether no further batch can be sent: the ledger has no room for it, or the bus is stuck. */
  get isOver(): boolean {
    return this.isStuck || this.sent + BATCH > (this.#flood.limit ?? MAX_FLOOD);
  }

  /** Sends until so much CPU time is used, or it is over; returns how many messages that were. */
  async sendFor(cpuMs: number): Promise<number> {
    const before = this.sent;
    const start = process.cpuUsage();
    const untilMs = performance.now() + LONGEST_WALL * cpuMs;
    let used = start;
    while (
      !this.isOver &&
      used.user + used.system < cpuMs * US_PER_MS + start.user + start.system &&
      performance.now() < untilMs
    ) {
      await this.#sendBatch();
      used = process.cpuUsage();
    }
    return this.sent - before;
  }

  /** Sends whole batches until there were so many messages, or the CPU time is used. Returns how many messages that were: fewer when it is over. */
  async send(messages: number, mostCpuMs: number): Promise<number> {
    const before = this.sent;
    const start = process.cpuUsage();
    while (this.sent - before < messages && !this.isOver) {
      await this.#sendBatch();
      if (mostCpuMs === Number.POSITIVE_INFINITY) continue;
      const { user, system } = process.cpuUsage(start);
      if (user + system >= mostCpuMs * US_PER_MS) break;
    }
    return this.sent - before;
  }

  async #sendBatch(): Promise<void> {
    const { bus, topics, receipts, deliveriesOf } = this.#flood;
    for (let i = 0; i < BATCH; i += 1) {
      const stream = this.#nextTopic;
      this.#nextTopic = stream + 1 === topics.length ? 0 : stream + 1;
      const probe = { index: this.sent, stream, intendedAtMs: 0 };
      this.refusals.note(bus.publish(topics[stream] as string, probe, Priority.NORMAL));
      this.sent += 1;
      this.due += deliveriesOf === undefined ? 1 : deliveriesOf(stream);
    }
    this.isStuck = !(await settles(bus, () => receipts.received));
  }
}
