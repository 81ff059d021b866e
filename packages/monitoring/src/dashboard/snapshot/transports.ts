import type { Reading } from '../collecting/collector.ts';
import { componentsOf } from '../../health/health-tree.ts';
import type { DeadLetterStoreRow, TransportRow, TransportsAnswer } from '../protocol/index.ts';
import type { WatchedBus } from '../sources/watched-bus.ts';
import { Figures } from './figures-of.ts';

/** The transports and paths of buses, and the stores of dead letters that can be looked into. */
export function transportsOf(buses: readonly WatchedBus[], readingOf: (bus: WatchedBus) => Reading): TransportsAnswer {
  const stores: DeadLetterStoreRow[] = [];
  const transports: TransportRow[] = [];
  for (const bus of buses) {
    for (const store of bus.faces().deadLetters.keys()) stores.push({ store: storeId(bus, store), bus: bus.name });
    transports.push(...rowsOf(bus, new Figures(readingOf(bus))));
  }
  return { transports, stores };
}

/** A store by the name that the page gives back. Names of stores are unique on a bus. */
export function storeId(bus: WatchedBus, store: string): string {
  return `${bus.name}:${store}`;
}

/** A transport that was given and the path over it are one row where they have one name. */
function* rowsOf(bus: WatchedBus, figures: Figures): Iterable<TransportRow> {
  const paths = new Set(figures.labels('tradewind_path_up').map(({ path = '' }) => path));
  const all = [...componentsOf(bus.monitoring.health())];
  for (const { component, name, status, reason, sinceMs } of all) {
    const isPath = paths.has(component);
    const path = component.startsWith(PREFIX) ? component.slice(PREFIX.length) : undefined;
    if (path === undefined ? !isPath || all.some((one) => one.component === PREFIX + component) : path.includes('/'))
      continue;
    const ownPath = path ?? name;
    const part = { part: component };
    const onPath = { path: ownPath, direction: 'out' };
    const hasPath = paths.has(ownPath);
    yield {
      bus: bus.name,
      component,
      name: ownPath,
      status,
      reason,
      sinceMs,
      lagEntries: figures.value('tradewind_transport_lag_entries', part),
      pendingEntries: figures.value('tradewind_transport_pending_entries', part),
      oldestPendingSeconds: figures.largest('tradewind_transport_oldest_pending_seconds', part),
      unsettledMessages: figures.value('tradewind_transport_unsettled_messages', part),
      sendingMessages: hasPath ? figures.value('tradewind_path_sending', onPath) : null,
      sentPerSecond: hasPath
        ? figures.rate('tradewind_messages_sent_total', onPath)
        : figures.rate('tradewind_transport_published_messages_total', part),
      receivedPerSecond: figures.rate('tradewind_transport_received_messages_total', part),
      failuresPerSecond: hasPath ? figures.rate('tradewind_path_failures_total', { path: ownPath }) : null,
      redeliveriesPerSecond:
        figures.rate('tradewind_transport_redelivered_messages_total', part) ??
        figures.rate('tradewind_transport_redeliveries_total', part),
      deadLetters: figures.value('tradewind_transport_dead_letters', part),
      figures: figures.ofPart(component),
    };
  }
}

const PREFIX = 'transports/';
