import { Priority } from '@tradewind/core-types';
import { EVENT_KINDS, type EventKind, type Publication } from './events.ts';

/** How a kind of event travels. */
export interface KindPolicy {
  readonly priority: Priority;
  /** Whether only the newest matters: a subscription may have it conflated. What is not conflatable reaches every subscriber. */
  readonly conflatable: boolean;
}

/** What the desk wants of the bus: orders before prices, prices before depth, depth before everything else. */
export const KIND_POLICIES: Readonly<Record<EventKind, KindPolicy>> = {
  order_check: { priority: Priority.CRITICAL, conflatable: false },
  order_execution: { priority: Priority.CRITICAL, conflatable: false },
  order_event: { priority: Priority.CRITICAL, conflatable: false },
  quote: { priority: Priority.HIGH, conflatable: false },
  trade: { priority: Priority.HIGH, conflatable: false },
  book_deltas: { priority: Priority.NORMAL, conflatable: false },
  book_snapshot: { priority: Priority.NORMAL, conflatable: false },
  bar: { priority: Priority.NORMAL, conflatable: false },
  ticker: { priority: Priority.LOW, conflatable: true },
  instrument: { priority: Priority.LOW, conflatable: false },
  funding_rate: { priority: Priority.LOW, conflatable: false },
  order_latency: { priority: Priority.LOW, conflatable: false },
};

/** Where orders wait for the risk check. */
export const CHECK_TOPICS = 'commands.orders.check.';
/** Where orders go on to their venues. */
export const EXECUTION_TOPICS = 'commands.orders.execute.';

/** The kind that a message is counted as; undefined for what is none of the demo's, such as a dead letter. */
export function kindOf(event: { readonly type: string }, topic: string): EventKind | undefined {
  if (event.type === 'submit_order') return topic.startsWith(CHECK_TOPICS) ? 'order_check' : 'order_execution';
  return KIND_OF_TYPE.get(event.type);
}

/** The kind that a publication is counted as. */
export function kindOfPublication(publication: Publication): EventKind {
  if (publication.type === 'order_command') return publication.step === 'check' ? 'order_check' : 'order_execution';
  const kind = KIND_OF_TYPE.get(publication.type);
  if (kind === undefined)
    throw new RangeError(`Expected an event of the demo, received one of type ${publication.type}.`);
  return kind;
}

const ORDER_EVENT_TYPES = [
  'order_submitted',
  'order_accepted',
  'order_triggered',
  'order_pending_cancel',
  'order_pending_replace',
  'order_canceled',
  'order_expired',
  'order_denied',
  'order_rejected',
  'order_cancel_rejected',
  'order_replace_rejected',
  'order_updated',
  'order_filled',
] as const;

const KIND_OF_TYPE: ReadonlyMap<string, EventKind> = new Map<string, EventKind>([
  ...EVENT_KINDS.map((kind) => [kind, kind] as const),
  ...ORDER_EVENT_TYPES.map((type) => [type, 'order_event'] as const),
]);
