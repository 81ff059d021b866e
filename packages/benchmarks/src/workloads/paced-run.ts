import { seededRandom } from '@tradewind/core';
import type { Priority } from '@tradewind/core-types';
import type { BusUnderTest } from '../contenders/contender.ts';
import type { LoadShape } from '../load/load-shape.ts';
import { HdrHistogram, PERCENTILES } from '../measuring/histogram.ts';
import { runOpenLoop, type OpenLoopReport } from '../measuring/open-loop.ts';
import { Receipts } from '../measuring/receipts.ts';
import { drawUpAccount, type Account } from './settling.ts';

/** Messages of one kind in an open loop. */
export interface PacedLoad {
  readonly shape: LoadShape;
  /** One or more; a message takes the next in turn. */
  readonly topics: readonly string[];
  readonly priority: Priority;
}

/** One kind of messages on its way: the plan, the ledger and the latencies. */
export class PacedRun {
  readonly latency: HdrHistogram = new HdrHistogram();
  readonly receipts: Receipts;
  readonly #bus: BusUnderTest;
  readonly #load: PacedLoad;
  readonly #arrivalsMs: Float64Array;
  #refused = 0;
  #lastAtMs = Number.NaN;

  constructor(bus: BusUnderTest, load: PacedLoad, seed: number) {
    this.#bus = bus;
    this.#load = load;
    this.#arrivalsMs = load.shape.arrivalsMs(seededRandom(seed));
    this.receipts = new Receipts({ messages: Math.max(1, this.#arrivalsMs.length), streams: load.topics.length });
  }

  /** How many messages the plan has. */
  get planned(): number {
    return this.#arrivalsMs.length;
  }

  /** For the handler: enters the arrival, and the latency from the intended time until now. */
  arrived(probe: { readonly index: number; readonly stream: number; readonly intendedAtMs: number }): void {
    this.#lastAtMs = performance.now();
    this.receipts.record(probe.index, probe.stream);
    this.latency.record((this.#lastAtMs - probe.intendedAtMs) * NS_PER_MS);
  }

  /** Sends everything at its time. */
  send(signal?: AbortSignal): Promise<OpenLoopReport> {
    const { topics, priority } = this.#load;
    const bus = this.#bus;
    return runOpenLoop({
      arrivalsMs: this.#arrivalsMs,
      signal,
      send: (index, intendedAtMs) => {
        const stream = index % topics.length;
        if (bus.publish(topics[stream] as string, { index, stream, intendedAtMs }, priority) === false) {
          this.#refused += 1;
        }
      },
    });
  }

  /** Waits for the rest and draws up the account. A plan that was not sent completely is a problem of its own. */
  async account(report: OpenLoopReport, deliveries?: number | 'unchecked'): Promise<Account> {
    const account = await drawUpAccount({
      bus: this.#bus,
      receipts: this.receipts,
      sent: report.sent,
      refused: this.#refused,
      deliveries,
    });
    const unsent = report.planned - report.sent;
    return unsent === 0
      ? account
      : {
          ...account,
          problems: [...account.problems, `kept the sender from sending ${unsent} of ${report.planned} messages`],
        };
  }

  /** Offered and achieved rate; the achieved one counts until the last arrival. */
  rates(report: OpenLoopReport): Readonly<Record<string, number>> {
    return {
      offeredPerSecond: (report.planned / this.#load.shape.durationMs) * MS_PER_S,
      achievedPerSecond:
        (this.receipts.received / Math.max(this.#lastAtMs - report.startMs, this.#load.shape.durationMs)) * MS_PER_S,
      longestSendDelayUs: report.longestDelayMs * US_PER_MS,
    };
  }
}

/** The percentiles of a histogram of nanoseconds in microseconds, mean and maximum: `p50Us`, …, or with a prefix `criticalP50Us`, …. */
export function latencyMetrics(latency: HdrHistogram, prefix = ''): Readonly<Record<string, number>> {
  const name = (text: string): string =>
    prefix === '' ? text : `${prefix}${text.charAt(0).toUpperCase()}${text.slice(1)}`;
  return Object.fromEntries([
    ...PERCENTILES.map((percent) => [
      name(`p${String(percent).replace('.', '')}Us`),
      latency.percentile(percent) / NS_PER_US,
    ]),
    [name('meanUs'), latency.mean / NS_PER_US],
    [name('maxUs'), latency.max / NS_PER_US],
  ]) as Readonly<Record<string, number>>;
}

const NS_PER_MS = 1e6;
const NS_PER_US = 1000;
const US_PER_MS = 1000;
const MS_PER_S = 1000;
