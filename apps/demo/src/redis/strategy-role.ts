import { Priority, type SubmitOrder } from '@tradewind/core-types';
import { CHECK_TOPICS } from '../bus-policy.ts';
import type { RoleBus, RunningRole } from './role-bus.ts';
import { STRATEGY_ID, wantedOrder, type NumberedEvent } from './rules.ts';

/** Looks at every quote and trade, and wants an order now and then. */
export function runStrategy({ inbox, outbox, journal }: RoleBus): RunningRole {
  const send = async (order: SubmitOrder, n: number): Promise<void> => {
    outbox.publish(`${CHECK_TOPICS}${STRATEGY_ID}`, order, { priority: Priority.CRITICAL });
    await outbox.flush();
    journal.note('out', 'check', [order.clientOrderId]);
    journal.note('in', 'market', [n]);
  };
  inbox.subscribe('data.*', (payload) => {
    const numbered = payload as NumberedEvent;
    const order = wantedOrder(numbered);
    // Most events lead to nothing: they are done with at once, without a promise.
    return order === undefined ? journal.note('in', 'market', [numbered.n]) : send(order, numbered.n);
  });
  inbox.subscribe('events.order.*', (payload) => {
    journal.note('in', 'denied', [(payload as { readonly clientOrderId: string }).clientOrderId]);
  });
  return { stop: () => undefined };
}
