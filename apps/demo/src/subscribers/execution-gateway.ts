import type { SubmitOrder } from '@tradewind/core-types';
import type { Feed } from '../feed.ts';
import { microsOf, type Desk } from './desk.ts';

/** Carries orders that the risk check let pass to their venues. */
export function startExecutionGateway(desk: Desk, feed: Feed): void {
  const latencyOf = (order: SubmitOrder): number =>
    feed.orderLatencyMicros(desk.listings.get(order.instrumentId)?.venue ?? '');
  const reactor = desk.ledger.reactor({
    name: 'execution gateway',
    delayMicros: (event) =>
      event.type === 'order_command' && event.step === 'execute' ? latencyOf(event.order) : undefined,
  });
  const count = desk.deliveries.open({
    subscriber: 'execution gateway',
    kinds: ['order_execution'],
    conflating: false,
  });
  desk.bus.subscribe('commands.orders.execute.+', (order, meta) => {
    count(order, meta);
    const arrivesAt = microsOf(desk, order.tsInitNs) + latencyOf(order);
    feed.execute(order, arrivesAt);
    desk.log.add({
      atMicros: microsOf(desk, order.tsInitNs),
      kind: 'order',
      text: `sent ${order.side} ${order.quantity} ${order.instrumentId} at ${order.price ?? 'market'}`,
    });
    reactor.settle(arrivesAt);
  });
}
