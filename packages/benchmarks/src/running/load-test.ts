import { isPriority, Priority } from '@tradewind/core-types';
import type { Contender } from '../contenders/contender.ts';
import type { LoadShape } from '../load/load-shape.ts';
import { fingerprint, type Fingerprint } from '../measuring/fingerprint.ts';
import type { HistogramJson } from '../measuring/histogram.ts';
import type { ReceiptReport } from '../measuring/receipts.ts';
import { ResourceSampler, type ResourceUse } from '../measuring/resources.ts';
import { spin } from '../workloads/spin.ts';
import { latencyMetrics } from '../workloads/latency-metrics.ts';
import { PacedRun } from '../workloads/paced-run.ts';
import { INTEGER, NOT_NEGATIVE, POSITIVE, checkNumber, invalidOption, type NumberRule } from '../checks.ts';
import { onFreshBus } from './on-fresh-bus.ts';

/** A bus and the load that it is put under. */
export interface LoadTestOptions {
  /** Your bus, with its plugins and options, behind the face of a contender; or one of ours. */
  readonly contender: Contender;
  readonly shape: LoadShape;
  /** Messages take them in turn; each gets a subscriber. Default one topic, `data.quotes.BINANCE.BTCUSDT`. */
  readonly topics?: readonly string[] | undefined;
  /** Default NORMAL. */
  readonly priority?: Priority | undefined;
  /** How long the handler works on each message, in microseconds. Default 0. */
  readonly handlerUs?: number | undefined;
  /** Draws the arrivals. Default 1. */
  readonly seed?: number | undefined;
  /** Stops sending when aborted; what was sent is accounted for, and a problem says after how many messages that was. */
  readonly signal?: AbortSignal | undefined;
}

/** What a bus did under a load. Plain data. */
export interface LoadTestResult {
  readonly shape: string;
  /** Why the figures must not be believed; empty when every message came once and in order, all were sent, and the bus settled and closed. */
  readonly problems: readonly string[];
  readonly offeredPerSecond: number;
  readonly achievedPerSecond: number;
  /** Percentiles in microseconds from the intended time of sending to the handler, mean, maximum, and how late the sender was at most. */
  readonly metrics: Readonly<Record<string, number>>;
  readonly receipts: ReceiptReport;
  /** Nanoseconds. */
  readonly latency: HistogramJson;
  readonly resources: ResourceUse;
  readonly fingerprint: Fingerprint;
}

/**
 * Puts a bus under a load in this process and accounts for every message. There is no warm-up: begin with a short test whose result is
 * thrown away, or with a ramp.
 *
 * A `publish` that throws ends the test with what it threw; one that returns false, or a promise that rejects, refuses the message, which is a problem of the result.
 *
 * @throws ValidationError `INVALID_OPTIONS`; whatever the contender throws.
 */
export async function loadTest(options: LoadTestOptions): Promise<LoadTestResult> {
  const { contender, shape, topics = [DEFAULT_TOPIC], priority = Priority.NORMAL, handlerUs = 0 } = options;
  checkLoadTest(options);
  return onFreshBus(contender, async (bus) => {
    const run = new PacedRun(bus, { shape, topics, priority }, { seed: options.seed ?? 1 });
    for (const pattern of topics) {
      bus.subscribe({
        pattern,
        handler: (probe) => {
          run.arrived(probe);
          if (handlerUs > 0) spin(handlerUs);
        },
      });
    }
    const sampler = new ResourceSampler();
    const report = await run.send(options.signal);
    const account = await run.account(report);
    const resources = await sampler.stop();
    const { offeredPerSecond = 0, achievedPerSecond = 0, ...rest } = run.rates(report);
    return {
      shape: shape.name,
      problems: account.problems,
      offeredPerSecond,
      achievedPerSecond,
      metrics: { ...latencyMetrics(run.latency), ...rest },
      receipts: account.receipts,
      latency: run.latency.toJSON(),
      resources,
      fingerprint: fingerprint(contender.packages),
    };
  });
}

/** What a caller without types, or with figures of his own, may get wrong: it would hang the test or put the blame on the bus. */
function checkLoadTest(options: LoadTestOptions): void {
  const { contender, shape, topics = [DEFAULT_TOPIC], priority = Priority.NORMAL, handlerUs = 0, seed = 1 } = options;
  if (typeof contender?.create !== 'function')
    throw invalidOption('contender', 'a Contender: what makes a bus', contender);
  if (typeof shape?.arrivalsMs !== 'function')
    throw invalidOption('shape', 'a LoadShape, such as constantLoad()', shape);
  checkNumber('shape.durationMs', shape.durationMs, POSITIVE);
  if (!Array.isArray(topics) || topics.length === 0)
    throw invalidOption('topics', 'a list of at least one topic', topics);
  // Each has a subscriber: a topic that stands twice would be delivered twice.
  if (new Set(topics).size < topics.length) throw invalidOption('topics', 'topics that differ', topics);
  checkNumber('priority', priority, PRIORITY);
  checkNumber('handlerUs', handlerUs, NOT_NEGATIVE);
  checkNumber('seed', seed, INTEGER);
}

const PRIORITY: NumberRule = { expected: 'a Priority, 0 to 3', isFine: (value) => isPriority(value) };
const DEFAULT_TOPIC = 'data.quotes.BINANCE.BTCUSDT';
