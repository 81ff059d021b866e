import { Priority, type RoutableMessage, type RoutingDecision, type RoutingPlugin } from '@tradewind/core-types';
import { BufferedMessageBusClient } from '../../src/client/buffered-message-bus-client.ts';
import type { BufferedMessageBusClientOptions } from '../../src/client/options.ts';
import { LIFTED_VENUE, type Job } from '../fixtures/client-jobs.ts';
import { expectCount } from '../../../../tooling/bench/workload.ts';
import { WORKERS, type JobHandler, type JobQueue } from './client-queue.ts';

/** A client with one handler for everything. */
export interface TradewindQueue extends JobQueue {
  readonly client: BufferedMessageBusClient;
  /** Fails the run unless everything that was switched on has been at work for each message. */
  verify(pushed: number): void;
}

/** Priorities, ordering keys, expiry and a routing plugin; counters and latency histograms cannot be switched off. */
export function fullTradewind(handle: JobHandler, options: BufferedMessageBusClientOptions = {}): TradewindQueue {
  const plugin = new VenueLift();
  const client = clientOf(handle, { ...options, plugins: [plugin], pluginBudgetMicros: PLUGIN_BUDGET_MICROS });
  return {
    ...controls(client),
    push: (job) => {
      const { topic, priority, key, expiresAtMs } = job;
      if (!client.publish(topic, job, { priority, orderingKey: key, expiresAtMs })) throw refused(job);
    },
    verify: (pushed) => expectCount('messages that the plugin saw', plugin.seen, pushed),
  };
}

/** A topic and a payload, nothing else: one lane, and the topic is the key. */
export function plainTradewind(handle: JobHandler, options: BufferedMessageBusClientOptions = {}): TradewindQueue {
  const client = clientOf(handle, options);
  return {
    ...controls(client),
    push: (job) => {
      if (!client.publish(job.topic, job)) throw refused(job);
    },
    verify: () => undefined,
  };
}

/** Priorities and nothing else. */
export function prioritizedTradewind(
  handle: JobHandler,
  options: BufferedMessageBusClientOptions = {},
): TradewindQueue {
  const client = clientOf(handle, options);
  return {
    ...controls(client),
    push: (job) => {
      if (!client.publish(job.topic, job, { priority: job.priority })) throw refused(job);
    },
    verify: () => undefined,
  };
}

function clientOf(handle: JobHandler, options: BufferedMessageBusClientOptions): BufferedMessageBusClient {
  const client = new BufferedMessageBusClient({ workers: { min: WORKERS, max: WORKERS }, ...options });
  client.subscribe('data.*', (payload) => handle(payload as Job));
  return client;
}

function controls(client: BufferedMessageBusClient): Pick<TradewindQueue, 'client' | 'hold' | 'release'> {
  return { client, hold: () => client.pause(), release: () => client.resume() };
}

function refused({ topic }: Job): Error {
  return new Error(`Expected room for a message on ${topic}; the lane is full.`);
}

/** Lifts the NORMAL messages of one venue to HIGH. */
class VenueLift implements RoutingPlugin {
  readonly name = 'venue-lift';
  seen = 0;
  readonly #decision: RoutingDecision = { priority: Priority.HIGH, reason: `venue=${LIFTED_VENUE}: lifted to HIGH` };

  route(message: RoutableMessage): RoutingDecision | undefined {
    this.seen += 1;
    if (message.priority !== Priority.NORMAL) return undefined;
    return message.orderingKey?.startsWith(LIFTED_VENUE) === true ? this.#decision : undefined;
  }
}

/** Long enough that another process on the machine does not cut the plugin off: it is to be paid for every message. */
const PLUGIN_BUDGET_MICROS = 100_000;
