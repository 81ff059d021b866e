import { BufferedMessageBusClient } from '@tradewind/core';
import { ManualClock } from '@tradewind/core/testing';
import { Priority, silentLogger, type LaneScheduler, type Part, type RoutingPlugin } from '@tradewind/core-types';
import { costOf, type SimulatedTopic, type Trace } from './trace.ts';

/** What a trace cost on a client. */
export interface BusResult {
  /** Of the messages that arrived after the first `from`. */
  readonly cost: number;
  /** How long 99 of 100 CRITICAL messages waited at most, in milliseconds; those that expired count with their whole allowance. */
  readonly criticalP99Ms: number;
  /** Messages that were handled or expired: all of them. */
  readonly settled: number;
  /** How often the client has cut the scheduler or a plugin off. */
  readonly cutOffs: number;
}

/** Who decides on the client; nobody: the client's own scheduler. */
export interface BusContender {
  readonly scheduler?: LaneScheduler | undefined;
  readonly plugin?: RoutingPlugin | undefined;
}

/**
 * Plays a trace through a `BufferedMessageBusClient` in simulated time: timers publish, and each handler is asynchronous and takes what the message takes.
 *
 * The messages have ordering keys of their own, so that nothing but lanes and workers holds them up. The client's own bound on starvation, which would
 * decide before any scheduler on loads like these, is raised to its maximum for everybody.
 */
export async function playOnBus(
  trace: Trace,
  contender: BusContender | ((clock: ManualClock) => BusContender),
  from: number,
): Promise<BusResult> {
  const messages = trace.topic.length;
  const clock = new ManualClock({ startMs: (trace.arrivedAtMs[0] as number) - 1 });
  const { scheduler, plugin } = typeof contender === 'function' ? contender(clock) : contender;
  const waitedMs = new Float64Array(messages).fill(Number.NaN);
  const expired = new Uint8Array(messages);
  const client = new BufferedMessageBusClient({
    clock,
    logger: silentLogger,
    workers: { min: trace.workers, max: trace.workers },
    maxStarvationMs: 60_000,
    scheduler,
    plugins: [...(plugin === undefined ? [] : [plugin]), expiryWatcher(trace, { waitedMs, expired })],
  });
  const subscription = client.subscribe('sim.*', (payload, meta) => {
    const message = payload as number;
    waitedMs[message] = clock.now() - meta.publishedAtMs;
    return new Promise<void>((resolve) => {
      clock.setTimer(resolve, trace.servedMs[message] as number);
    });
  });
  const publishFrom = (message: number): void => {
    if (message >= messages) return;
    const delayMs = Math.max(0, (trace.arrivedAtMs[message] as number) - clock.now());
    clock.setTimer(() => {
      const topic = topicOf(trace, message);
      const expiresAtMs = topic.allowanceMs === Infinity ? undefined : clock.now() + topic.allowanceMs;
      client.publish(topic.topic, message, { priority: topic.declared, orderingKey: String(message), expiresAtMs });
      publishFrom(message + 1);
    }, delayMs);
  };
  publishFrom(0);
  const lastMs = trace.arrivedAtMs[messages - 1] as number;
  await clock.advance(lastMs - clock.now() + DRAIN_MS);
  subscription[Symbol.dispose]();
  await client.close();
  return { ...resultOf(trace, { waitedMs, expired }, from), cutOffs: cutOffsOf(client) };
}

interface Fates {
  readonly waitedMs: Float64Array;
  readonly expired: Uint8Array;
}

/** Sequences on a client count from its first message on: the n-th one published is the n-th of the trace. */
function expiryWatcher(trace: Trace, { waitedMs, expired }: Fates): RoutingPlugin {
  let first: number | undefined;
  return {
    name: 'expiry-watcher',
    route(message): undefined {
      first ??= message.sequence;
    },
    observe(outcome): void {
      if (outcome.kind !== 'expired' || first === undefined) return;
      const message = outcome.sequence - first;
      expired[message] = 1;
      waitedMs[message] = topicOf(trace, message).allowanceMs;
    },
  };
}

function resultOf(trace: Trace, { waitedMs, expired }: Fates, from: number): Omit<BusResult, 'cutOffs'> {
  let cost = 0;
  let settled = 0;
  const critical: number[] = [];
  for (const [message, waited] of waitedMs.entries()) {
    if (Number.isNaN(waited)) continue;
    settled += 1;
    const topic = topicOf(trace, message);
    if (message >= from) cost += costOf(topic, waited, expired[message] === 1);
    if (topic.rightful === Priority.CRITICAL && message >= from) critical.push(waited);
  }
  critical.sort((a, b) => a - b);
  return { cost, settled, criticalP99Ms: critical[Math.floor(critical.length * 0.99)] ?? 0 };
}

/** A client and all below it: each part writes its own series. */
function cutOffsOf(part: Partial<Part>): number {
  let openings = 0;
  part.collect?.({
    describe: () => undefined,
    counter(name, value): void {
      if (name.endsWith('_circuit_openings_total')) openings += value;
    },
    gauge: () => undefined,
    histogram: () => undefined,
  });
  for (const below of part.parts?.() ?? []) openings += cutOffsOf(below);
  return openings;
}

function topicOf(trace: Trace, message: number): SimulatedTopic {
  return trace.topics[trace.topic[message] as number] as SimulatedTopic;
}

/** Enough for whatever waits when the last message has come. */
const DRAIN_MS = 600_000;
