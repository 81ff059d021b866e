import type { TopicMeta } from '@tradewind/core-types';
import { kindOf } from '../bus-policy.ts';
import { EVENT_KINDS, type EventKind } from '../events.ts';

/** What a subscriber has declared, and what it got. */
export interface DeliveryAccount {
  readonly subscriber: string;
  /** The kinds that its pattern is to bring it, all of them. */
  readonly kinds: readonly EventKind[];
  /** Whether it has asked for the newest only. */
  readonly conflating: boolean;
  /** Handler calls by kind. */
  readonly delivered: Readonly<Record<EventKind, number>>;
}

interface OpenAccount extends DeliveryAccount {
  readonly delivered: Record<EventKind, number>;
}

/** Counts by the subscriber's own hand, independent of the bus: handler calls by kind. */
export class DeliveryCounts {
  readonly #accounts: OpenAccount[] = [];
  #unknown = 0;

  get accounts(): readonly DeliveryAccount[] {
    return this.#accounts;
  }

  /** Messages that are no event of the demo, such as dead letters. */
  get unknown(): number {
    return this.#unknown;
  }

  get total(): number {
    let total = 0;
    for (const { delivered } of this.#accounts) for (const kind of EVENT_KINDS) total += delivered[kind];
    return total;
  }

  /** Opens a subscriber's account. The function it returns is called first thing by its handler. */
  open(account: Omit<DeliveryAccount, 'delivered'>): (event: { readonly type: string }, meta: TopicMeta) => void {
    const delivered = Object.fromEntries(EVENT_KINDS.map((kind) => [kind, 0])) as Record<EventKind, number>;
    this.#accounts.push({ ...account, delivered });
    return (event, { topic }) => {
      const kind = kindOf(event, topic);
      if (kind === undefined) this.#unknown += 1;
      else delivered[kind] += 1;
    };
  }
}
