import type { DataAdapter } from '@tradewind/core-types';
import { BufferedMessageBusClient, InMemoryBroker, MessageBus } from '@tradewind/core';
import { Remediator, createMonitoring, watchFeed, type Monitoring, type MonitoringLevel } from '../../src/index.ts';

/** A venue of which nobody asks anything. */
const quietVenue: DataAdapter = {
  venue: 'KRAKEN',
  capabilities: () => ({ kinds: [], bookDepths: [], eventTimes: false, venueSequences: false }),
  connect: async () => undefined,
  subscribe: () => Promise.reject(new Error('Nobody subscribes here.')),
  close: async () => undefined,
};

/** One of everything that core and this package measure. */
export function wholeSystem(level: MonitoringLevel): Monitoring & { readonly client: BufferedMessageBusClient } {
  const transport = new InMemoryBroker().transport();
  const plugins = [{ name: 'still', route: () => undefined }];
  const client = new BufferedMessageBusClient({ paths: { wire: transport }, plugins });
  const bus = new MessageBus();
  const patient = createMonitoring({ bus, process: false });
  const monitoring = createMonitoring({
    bus: client,
    transports: { wire: transport },
    feeds: [watchFeed(quietVenue)],
    parts: { inner: bus, remediation: new Remediator({ monitoring: patient, rules: [] }) },
    level,
  });
  return Object.assign(monitoring, { client });
}
