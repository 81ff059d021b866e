import { BufferedMessageBusClient } from '@tradewind/core';
import type { Clock, LaneScheduler, LogFields, Logger, RoutingPlugin } from '@tradewind/core-types';
import { busReader } from './bus-metrics.ts';
import type { BusReader } from './bus-reading.ts';
import type { DemoTopics } from './events.ts';

/** What the demo's bus is made of. */
export interface BusOptions {
  readonly clock: Clock;
  readonly plugins: readonly RoutingPlugin[];
  /** Undefined: the client's own. */
  readonly scheduler: LaneScheduler | undefined;
  /** Told what the client logs as a warning or an error. */
  readonly onNotice: (text: string) => void;
}

/** The client, and how to read it. */
export interface DemoBus {
  readonly bus: BufferedMessageBusClient<DemoTopics>;
  readonly reader: BusReader;
}

/**
 * Makes the client: four lanes that refuse what they have no room for, since the one publisher of the demo waits for room.
 *
 * A handler that fails is not tried again: none of the demo's may fail, and one that does is to be seen.
 */
export function createBus({ clock, plugins, scheduler, onNotice }: BusOptions): DemoBus {
  const bus = new BufferedMessageBusClient<DemoTopics>({
    name: 'demo',
    clock,
    plugins,
    scheduler,
    pluginBudgetMicros: PLUGIN_BUDGET_MICROS,
    logger: noticeLogger(onNotice),
    retry: { maxAttempts: 1 },
  });
  return { bus, reader: busReader(bus) };
}

/** A demo is short, and the first calls of a program are slow ones: a plugin is not to be cut off for them. */
const PLUGIN_BUDGET_MICROS = 5_000;

function noticeLogger(onNotice: (text: string) => void): Logger {
  const notice = (_: LogFields, message: string): void => onNotice(message);
  return { debug: () => undefined, info: () => undefined, warn: notice, error: notice };
}
