import type * as core from '@tradewind/core';
import type { MetricsSink, RoutableMessage, RoutingPlugin } from '@tradewind/core-types';
import type { BusUnderTest, Contender, Probe } from './contender.ts';
import type { CoreModule } from './message-bus.ts';
import { Pending } from './pending.ts';

/** Room for whatever a run sends: the peers' queues have no bound, and a refused message would end the run. */
const CAPACITY = 1_000_000;
/** A batch is handed over at the latest after this time. */
const BATCH_DELAY_MS = 1;
/** Long enough that another process on the machine does not cut a plugin off in the middle of a run. */
const PLUGIN_BUDGET_MICROS = 100_000;

/** Our buffered client, as it comes but for the room in its lanes. Where a workload asks for the newest only, a routing plugin conflates by topic. */
export function bufferedClientContender(load: () => Promise<CoreModule>): Contender {
  return {
    name: 'BufferedMessageBusClient',
    packages: ['@tradewind/core'],
    features: ['patterns', 'queue', 'batches', 'conflation'],
    create: async () => {
      const { BufferedMessageBusClient } = await load();
      const lane = { capacity: CAPACITY };
      const conflater = new Conflater();
      const plain = clientUnderTest(
        new BufferedMessageBusClient({ lanes: { CRITICAL: lane, HIGH: lane, NORMAL: lane, LOW: lane } }),
      );
      const conflating = new BufferedMessageBusClient({
        lanes: { CRITICAL: lane, HIGH: lane, NORMAL: lane, LOW: lane },
        plugins: [conflater],
        pluginBudgetMicros: PLUGIN_BUDGET_MICROS,
      });
      return choosing(plain, clientUnderTest(conflating), () => supersededBy(conflating));
    },
  };
}

/**
 * A client with whatever options its maker gave it, routing plugins for example, as the workloads drive it. Whether it conflates is for its
 * options to say.
 */
export function clientUnderTest(client: core.BufferedMessageBusClient): BusUnderTest {
  // A flush hands batches over before they are full, so with a batch subscription settling waits for what is due and does not flush.
  let pending: Pending | undefined;
  return {
    subscribe: ({ pattern, handler }) => {
      client.subscribe(pattern, (probe: Probe) => handler(probe));
    },
    publish: (topic, probe, priority) => {
      pending?.enter();
      return client.publish(topic, probe, { priority });
    },
    settle: () => pending?.idle() ?? client.flush(),
    close: async () => {
      await client.close();
    },
    extras: {
      subscribeBatch: (pattern, handler, maxSize) => {
        const waiting = new Pending();
        pending = waiting;
        const take = (messages: readonly { readonly payload: unknown }[]): void => {
          handler(messages.map(({ payload }) => payload as Probe));
          for (let i = 0; i < messages.length; i += 1) waiting.leave();
        };
        client.subscribeBatch(pattern, take, { maxSize, maxDelayMs: BATCH_DELAY_MS });
      },
    },
  };
}

/** The first subscription says which of two buses it is to be: the plugin of the second costs every message, also where nobody conflates. */
function choosing(plain: BusUnderTest, conflating: BusUnderTest, superseded: () => number): BusUnderTest {
  let chosen = plain;
  return {
    subscribe: (subscription) => {
      if (subscription.conflate === true) chosen = conflating;
      chosen.subscribe(subscription);
    },
    publish: (topic, probe, priority) => chosen.publish(topic, probe, priority),
    settle: () => chosen.settle(),
    close: async () => {
      await plain.close();
      await conflating.close();
    },
    extras: { ...plain.extras, superseded },
  };
}

/** Messages whose place in a lane a newer one took, and deliveries that waited for their key and were superseded there: each counts once. */
function supersededBy(client: core.BufferedMessageBusClient): number {
  let total = 0;
  const sink: MetricsSink = {
    counter: (name, value) => {
      if (SUPERSEDED.has(name)) total += value;
    },
    describe: () => undefined,
    gauge: () => undefined,
    histogram: () => undefined,
  };
  client.collect(sink);
  return total;
}

const SUPERSEDED: ReadonlySet<string> = new Set([
  'tradewind_messages_superseded_total',
  'tradewind_deliveries_superseded_total',
]);

/** The newest message of a topic takes the place of the one that waits. */
class Conflater implements RoutingPlugin {
  readonly name = 'newest-per-topic';
  readonly #decision = { conflateBy: '', reason: 'only the newest of a topic is wanted' };

  route(message: RoutableMessage): { readonly conflateBy: string; readonly reason: string } {
    this.#decision.conflateBy = message.topic;
    return this.#decision;
  }
}
