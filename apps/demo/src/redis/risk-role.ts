import {
  encodeTopicSegment,
  orderEventsTopic,
  Priority,
  splitInstrumentId,
  type SubmitOrder,
} from '@tradewind/core-types';
import { CHECK_TOPICS, EXECUTION_TOPICS } from '../bus-policy.ts';
import type { RoleBus, RunningRole } from './role-bus.ts';
import type { Flow } from './roles.ts';
import { denialOf } from './rules.ts';

/** Looks at every order before it leaves: lets it pass to its venue, or denies it to its strategy. */
export function runRisk({ inbox, outbox, journal }: RoleBus): RunningRole {
  inbox.subscribe(`${CHECK_TOPICS}*`, async (payload) => {
    const order = payload as SubmitOrder;
    const reason = denialOf(order);
    const flow: Flow = reason === undefined ? 'execute' : 'denied';
    if (reason === undefined) {
      const { venue } = splitInstrumentId(order.instrumentId);
      outbox.publish(`${EXECUTION_TOPICS}${encodeTopicSegment(venue)}`, order, CRITICAL);
    } else {
      const { strategyId, instrumentId, clientOrderId, tsInitNs } = order;
      const denied = {
        type: 'order_denied',
        tsEventNs: tsInitNs,
        tsInitNs,
        strategyId,
        instrumentId,
        clientOrderId,
        reason,
      };
      outbox.publish(orderEventsTopic(strategyId), denied, CRITICAL);
    }
    await outbox.flush();
    journal.note('out', flow, [order.clientOrderId]);
    journal.note('in', 'check', [order.clientOrderId]);
  });
  return { stop: () => undefined };
}

const CRITICAL = { priority: Priority.CRITICAL };
