import {
  barTopic,
  bookDeltasTopic,
  bookSnapshotTopic,
  encodeTopicSegment,
  fundingRateTopic,
  instrumentTopic,
  orderEventsTopic,
  quoteTopic,
  splitInstrumentId,
  tickerTopic,
  tradeTopic,
  type BufferedMessageBus,
  type PublishOptions,
} from '@tradewind/core-types';
import { CHECK_TOPICS, EXECUTION_TOPICS, KIND_POLICIES, kindOfPublication } from './bus-policy.ts';
import { EVENT_KINDS, type DemoEvent, type EventKind, type OrderCommandStep, type Publication } from './events.ts';
import type { ReactionLedger } from './timeline/reaction-ledger.ts';
import type { TimelinePublisher } from './timeline/timeline.ts';

/** How many events of each kind went onto the bus, as its writer counts them. */
export type PublishedCounts = Readonly<Record<EventKind, number>>;

/**
 * Puts what the timeline brings onto the bus: topic, priority and ordering key of each kind.
 *
 * Topics are built once per instrument and kept. A lane that is full is waited for: nothing that the timeline brought is given up.
 */
export class EventPublisher implements TimelinePublisher {
  readonly #bus: BufferedMessageBus;
  readonly #ledger: ReactionLedger;
  readonly #published: Record<EventKind, number>;
  readonly #routes = new Map<EventKind, Map<string, Route>>();
  #waits = 0;
  #orderEvents = 0;

  /** @param bus - Without its map of topics, which cannot follow a payload and the topic that is built for it through variables. */
  constructor(bus: BufferedMessageBus, ledger: ReactionLedger) {
    this.#bus = bus;
    this.#ledger = ledger;
    this.#published = Object.fromEntries(EVENT_KINDS.map((kind) => [kind, 0])) as Record<EventKind, number>;
  }

  /** Accepted by the bus, by kind. */
  get published(): PublishedCounts {
    return this.#published;
  }

  get total(): number {
    return EVENT_KINDS.reduce((sum, kind) => sum + this.#published[kind], 0);
  }

  /** How often a full lane had to be waited for. */
  get waits(): number {
    return this.#waits;
  }

  publish(publication: Publication, atMicros: number): Promise<void> | undefined {
    const kind = kindOfPublication(publication);
    this.#ledger.expect(publication, atMicros);
    const route = this.#route(publication, kind);
    const payload = this.#payloadOf(publication, kind);
    if (!this.#bus.publish(route.topic, payload, route.options)) return this.#publishPatiently(route, payload);
    this.#published[kind] += 1;
    return undefined;
  }

  async #publishPatiently({ kind, topic, options }: Route, payload: DemoEvent): Promise<void> {
    this.#waits += 1;
    await this.#bus.publishWhenReady(topic, payload, { ...options, timeoutMs: MAX_WAIT_MS });
    this.#published[kind] += 1;
  }

  /** Order events are numbered here: only now the order of the account's stream is known. */
  #payloadOf(publication: Publication, kind: EventKind): DemoEvent {
    if (publication.type === 'order_command') return publication.order;
    if (kind !== 'order_event') return publication as DemoEvent;
    this.#orderEvents += 1;
    return { ...publication, sequence: this.#orderEvents - 1 } as DemoEvent;
  }

  #route(publication: Publication, kind: EventKind): Route {
    let routes = this.#routes.get(kind);
    if (routes === undefined) {
      routes = new Map();
      this.#routes.set(kind, routes);
    }
    const stream = streamOf(publication);
    let route = routes.get(stream);
    if (route === undefined) {
      const options = { priority: KIND_POLICIES[kind].priority, orderingKey: orderingKeyOf(publication, kind) };
      route = { kind, topic: buildTopic(publication), options };
      routes.set(stream, route);
    }
    return route;
  }
}

/** Where the events of one stream go: built once, kept. */
interface Route {
  readonly kind: EventKind;
  readonly topic: string;
  readonly options: PublishOptions;
}

/** What tells the streams of one kind apart. */
function streamOf(publication: Publication): string {
  switch (publication.type) {
    case 'order_command':
      return publication.order.instrumentId;
    case 'order_latency':
      return `${publication.venue} ${publication.place}`;
    case 'bar':
      return publication.barType;
    default:
      return 'strategyId' in publication ? publication.strategyId : publication.instrumentId;
  }
}

/** Orders and fills are handled in one order, and so are a book's snapshots and deltas, although their topics differ. */
function orderingKeyOf(publication: Publication, kind: EventKind): string | undefined {
  if (publication.type === 'order_command' || kind === 'order_event') return 'orders';
  const isBook = publication.type === 'book_snapshot' || publication.type === 'book_deltas';
  return isBook ? `book ${publication.instrumentId}` : undefined;
}

function buildTopic(publication: Publication): string {
  switch (publication.type) {
    case 'quote':
      return quoteTopic(publication.instrumentId);
    case 'trade':
      return tradeTopic(publication.instrumentId);
    case 'ticker':
      return tickerTopic(publication.instrumentId);
    case 'book_snapshot':
      return bookSnapshotTopic(publication.instrumentId);
    case 'book_deltas':
      return bookDeltasTopic(publication.instrumentId);
    case 'instrument':
      return instrumentTopic(publication.instrumentId);
    case 'funding_rate':
      return fundingRateTopic(publication.instrumentId);
    case 'bar':
      return barTopic(publication.barType);
    case 'order_latency':
      return `measurements.latency.${encodeTopicSegment(publication.venue)}.${encodeTopicSegment(publication.place)}`;
    case 'order_command':
      return orderCommandTopic(publication);
    default:
      return orderEventsTopic(publication.strategyId);
  }
}

function orderCommandTopic({ step, order }: OrderCommandStep): string {
  if (step === 'check') return `${CHECK_TOPICS}${encodeTopicSegment(order.strategyId)}`;
  return `${EXECUTION_TOPICS}${encodeTopicSegment(splitInstrumentId(order.instrumentId).venue)}`;
}

/** A lane that has no room for so long has no reader any more. */
const MAX_WAIT_MS = 60_000;
