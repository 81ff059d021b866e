import type { Priority } from '@tradewind/core-types';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BusUnderTest, Probe, ProbeHandler } from '../contenders/contender.ts';
import type { HdrHistogram } from '../measuring/histogram.ts';
import { LatencyRecorder } from '../measuring/latency-recorder.ts';
import { Receipts, receiptProblems, type ReceiptReport } from '../measuring/receipts.ts';
import type { TimeSource } from '../measuring/time-source.ts';
import { REHEARSAL_MS, REHEARSAL_ROOM } from './paced-run.ts';
import { Refusals } from './refusals.ts';
import { settles } from './settling.ts';
import { warmUpBus } from './warm-bus.ts';
import type { Measurement, WorkloadSettings } from './workload.ts';

/** One run of several parts that publish to each other. */
export interface Scenario {
  /** Who listens to what; the same topics in the same order for every run of a scenario. */
  readonly listeners: readonly Listener[];
  /** Sends what begins a chain at once, the one of this number, whatever the plan says: for warming up. */
  offer(index: number): void;
  /** How many messages arrived so far, of all kinds. */
  arrived(): number;
  run(): Promise<Measurement>;
}

/** How long the plan of a scenario is, and what its ledgers hold where more is sent than planned. */
export interface ScenarioLength {
  readonly durationMs: number;
  /** Default: as many messages as are planned. */
  readonly room?: number | undefined;
}

/** One handler of a scenario. */
export interface Listener {
  readonly topic: string;
  readonly handler: ProbeHandler;
}

/** What is not there by then is lost. */
const GRACE_MS = 1000;
/** A repetition that comes later than this is not found. */
const QUIET_MS = 5;

/**
 * Subscribes once, warms the bus up with a scenario of its own until it is steady, rehearses a short plan with a second one, and returns the
 * measured run; each call is a run from the beginning.
 */
export async function prepareScenario(
  bus: BusUnderTest,
  settings: WorkloadSettings,
  make: (length: ScenarioLength) => Scenario,
): Promise<() => Promise<Measurement>> {
  let current = make({ durationMs: REHEARSAL_MS, room: REHEARSAL_ROOM });
  for (const [index, { topic }] of current.listeners.entries()) {
    bus.subscribe({ pattern: topic, handler: (probe) => current.listeners[index]?.handler(probe) });
  }
  await warmUpBus(bus, settings, { offer: (index) => current.offer(index), arrived: () => current.arrived() });
  // What is still on its way arrives in the rehearsal, whose account nobody reads.
  current = make({ durationMs: REHEARSAL_MS });
  await current.run();
  return () => {
    current = make({ durationMs: settings.measureMs });
    return current.run();
  };
}

/** How much a flow has room for. */
export interface FlowOptions {
  readonly name: string;
  readonly messages: number;
  readonly streams: number;
  /** Default: the real one. */
  readonly time?: TimeSource | undefined;
}

/**
 * Messages that handlers publish because of others: orders because of quotes. Each keeps the intended time of the quote that it goes back to,
 * so that the latency at the end of a chain counts all of it.
 */
export class Flow {
  readonly #recorder: LatencyRecorder;
  readonly #name: string;
  readonly #receipts: Receipts;
  #sent = 0;
  readonly #refusals = new Refusals();

  constructor({ name, messages, streams, time }: FlowOptions) {
    this.#recorder = new LatencyRecorder(time);
    this.#name = name;
    this.#receipts = new Receipts({ messages: Math.max(1, messages), streams });
  }

  /** Nanoseconds from the intended time of what a chain began with to the handler at its end. */
  get latency(): HdrHistogram {
    return this.#recorder.histogram;
  }

  /** Messages that arrived so far. */
  get received(): number {
    return this.#receipts.received;
  }

  /** Messages so far. */
  get sent(): number {
    return this.#sent;
  }

  /** Whether everything that was sent has arrived. */
  get isComplete(): boolean {
    return this.#receipts.received >= this.#sent - this.#refusals.count;
  }

  /** Publishes the next message; returns its number. */
  send(
    bus: BusUnderTest,
    topic: string,
    cause: { readonly stream: number; readonly intendedAtMs: number; readonly priority: Priority },
  ): number {
    const index = this.#sent;
    this.#sent += 1;
    const probe: Probe = { index, stream: cause.stream, intendedAtMs: cause.intendedAtMs };
    this.#refusals.note(bus.publish(topic, probe, cause.priority));
    return index;
  }

  /** For the handler at the end. */
  arrived({ index, stream, intendedAtMs }: Probe): void {
    this.#recorder.record(intendedAtMs);
    this.#receipts.record(index, stream);
  }

  report(): ReceiptReport {
    return this.#receipts.report(this.#sent);
  }

  /** What is wrong, a phrase each; a scenario in which the flow never began shows nothing about it. */
  problems(): readonly string[] {
    return [
      ...receiptProblems(this.report()),
      ...this.#refusals.problems(this.#sent),
      ...(this.#sent === 0 ? ['sent nothing'] : []),
    ].map((problem) => `${this.#name}: ${problem}`);
  }
}

/** Waits for chains to end: a handler of the last message that is known may publish one more, so a bus settles several times. */
export async function settleFlows(
  bus: BusUnderTest,
  flows: readonly Flow[],
  arrived: Scenario['arrived'],
): Promise<void> {
  let isSettled = await settles(bus, arrived);
  const untilMs = performance.now() + GRACE_MS;
  while (isSettled && !flows.every(({ isComplete }) => isComplete) && performance.now() < untilMs) {
    isSettled = await settles(bus, arrived);
    await sleep(1);
  }
  await sleep(QUIET_MS);
}
