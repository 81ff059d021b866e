import { seededRandom } from '@tradewind/core';
import type { Priority } from '@tradewind/core-types';
import type { BusUnderTest } from '../contenders/contender.ts';
import type { LoadShape } from '../load/load-shape.ts';
import type { HdrHistogram } from '../measuring/histogram.ts';
import { LatencyRecorder } from '../measuring/latency-recorder.ts';
import { runOpenLoop, type OpenLoopReport } from '../measuring/open-loop.ts';
import { Receipts } from '../measuring/receipts.ts';
import { REAL_TIME, type TimeSource } from '../measuring/time-source.ts';
import { loadRates, sendingProblems } from './load-rates.ts';
import { Refusals } from './refusals.ts';
import { drawUpAccount, settles, type Account } from './settling.ts';
import { warmUpBus } from './warm-bus.ts';
import type { WorkloadSettings } from './workload.ts';

/** Messages of one kind in an open loop. */
export interface PacedLoad {
  readonly shape: LoadShape;
  /** One or more; a message takes the next in turn. */
  readonly topics: readonly string[];
  readonly priority: Priority;
  /** How many messages the ledger has room for, where more are sent than planned. Default: as many as planned. */
  readonly room?: number | undefined;
}

/** What the arrivals are drawn from, and the time that they come by. */
export type RunSettings = Pick<WorkloadSettings, 'seed' | 'time'>;

/** The plan of a rehearsal: enough for what only an open loop runs. */
export const REHEARSAL_MS = 50;
/** More messages than a warm-up of 0.6 s of CPU time can have. */
export const REHEARSAL_ROOM = 5_000_000;

/** One kind of messages on its way: the plan, the ledger and the latencies. */
export class PacedRun {
  readonly receipts: Receipts;
  readonly #bus: BusUnderTest;
  readonly #load: PacedLoad;
  readonly #arrivalsMs: Float64Array;
  readonly #recorder: LatencyRecorder;
  readonly #time: TimeSource;
  /** What the bus did not take. */
  readonly refusals: Refusals = new Refusals();

  constructor(bus: BusUnderTest, load: PacedLoad, { seed, time = REAL_TIME }: RunSettings) {
    this.#bus = bus;
    this.#time = time;
    this.#recorder = new LatencyRecorder(time);
    this.#load = load;
    this.#arrivalsMs = load.shape.arrivalsMs(seededRandom(seed));
    const messages = Math.max(1, load.room ?? this.#arrivalsMs.length);
    this.receipts = new Receipts({ messages, streams: load.topics.length });
  }

  /** A run that warms a bus up: with a ledger for {@link PacedRun.offer}. */
  static forRehearsal(bus: BusUnderTest, load: PacedLoad, settings: RunSettings): PacedRun {
    return new PacedRun(bus, { ...load, room: REHEARSAL_ROOM }, settings);
  }

  /** Nanoseconds from the intended time of sending to the handler. */
  get latency(): HdrHistogram {
    return this.#recorder.histogram;
  }

  /** How many messages the plan has. */
  get planned(): number {
    return this.#arrivalsMs.length;
  }

  /** For the handler: enters the arrival, and the latency from the intended time until now. */
  arrived(probe: { readonly index: number; readonly stream: number; readonly intendedAtMs: number }): void {
    this.#recorder.record(probe.intendedAtMs);
    this.receipts.record(probe.index, probe.stream);
  }

  /** Sends everything at its time. */
  send(signal?: AbortSignal): Promise<OpenLoopReport> {
    return runOpenLoop({
      arrivalsMs: this.#arrivalsMs,
      signal,
      time: this.#time,
      send: (index, intendedAtMs) => this.#publish(index, intendedAtMs),
    });
  }

  /** Sends the message of this number at once, whatever the plan says: for warming up. */
  offer(index: number): void {
    this.#publish(index, this.#time.nowMs());
  }

  /** Warms the bus up, in a closed loop until it is steady and then once through the plan. Returns how many messages that were. */
  async rehearse(settings: Pick<WorkloadSettings, 'warmUpMessages'>): Promise<number> {
    const arrived = (): number => this.receipts.received;
    const offered = await warmUpBus(this.#bus, settings, { offer: (index) => this.offer(index), arrived });
    const { sent } = await this.send();
    await settles(this.#bus, arrived);
    return offered + sent;
  }

  /** Waits for the rest and draws up the account. A plan that was not sent completely is a problem of its own. */
  async account(report: OpenLoopReport, deliveries?: number | 'unchecked'): Promise<Account> {
    const account = await drawUpAccount({
      bus: this.#bus,
      receipts: this.receipts,
      sent: report.sent,
      refusals: this.refusals,
      deliveries,
    });
    return { ...account, problems: [...account.problems, ...sendingProblems(report)] };
  }

  /** Offered and achieved rate, and how late the sender was at most: see {@link loadRates}. */
  rates(report: OpenLoopReport, prefix = ''): Readonly<Record<string, number>> {
    const { durationMs } = this.#load.shape;
    const course = { report, durationMs, received: this.receipts.received, lastAtMs: this.#recorder.lastAtMs };
    return loadRates(course, prefix);
  }

  #publish(index: number, intendedAtMs: number): void {
    const { topics, priority } = this.#load;
    const stream = index % topics.length;
    this.refusals.note(this.#bus.publish(topics[stream] as string, { index, stream, intendedAtMs }, priority));
  }
}
