import type { PayloadSchema } from '@tradewind/core-types';
import type { Route } from '../../matching/route.ts';
import type { ClientSubscription } from '../subscribing/client-subscription.ts';
import type { OrderingKey } from '../delivering/ordering-keys.ts';

/** What the client knows about a topic: looked up once per publish, or once for all by a handle. */
export class TopicRecord {
  readonly topic: string;
  /** Stands for the topic in a scheduler's columns; 0 beyond the bound of the table. */
  readonly id: number;
  /** The kept route; ask the index whether it still holds. */
  route: Route<ClientSubscription> | undefined = undefined;
  /** The ordering key of its messages that have none of their own; set before the first one. */
  key: OrderingKey | undefined = undefined;
  /** The schemas whose patterns match it; undefined when there are none. */
  readonly schemas: readonly PayloadSchema[] | undefined;

  constructor(topic: string, id: number, schemas: readonly PayloadSchema[] | undefined) {
    this.topic = topic;
    this.id = id;
    this.schemas = schemas;
  }
}
