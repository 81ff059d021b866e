import { Priority, isPriority, parsePriority, type Headers, type PublishOptions } from '@tradewind/core-types';
import type { PluginChain } from '../../routing/plugin-chain.ts';
import type { RoutingInput } from '../../routing/routing-message.ts';
import type { BurstClock } from '../draining/burst-clock.ts';
import { announcePublish, publishChannel } from '../observing/channels.ts';
import { MessageExtras, keyOf, type LaneEntry } from '../lanes/lane-entry.ts';
import type { OrderingKeys } from '../delivering/ordering-keys.ts';
import { ownHeaders } from './message-headers.ts';
import type { Outlet } from './outlet.ts';
import { payloadFault } from './payload-schemas.ts';
import { invalidPublishOption } from './publish-errors.ts';
import type { TopicRecord } from './topic-record.ts';

export interface ComposerOptions {
  /** The name of the client, for diagnostics. */
  readonly client: string;
  readonly chain: PluginChain;
  readonly keys: OrderingKeys;
  readonly time: BurstClock;
  /** The first is the default one. */
  readonly outlets: readonly [Outlet, ...Outlet[]];
  readonly onInvalid: (record: TopicRecord, outlet: Outlet, priority: Priority) => void;
}

/**
 * Turns the arguments of a publish into a lane entry, and asks the plugins where it goes.
 */
export class Composer {
  /** Where the entry composed last goes. */
  outlet: Outlet;
  /** Its lane. */
  priority: Priority = Priority.NORMAL;
  /** A plugin gave it up. */
  dropped = false;
  readonly #options: ComposerOptions;
  readonly #chain: PluginChain;
  readonly #time: BurstClock;
  readonly #default: Outlet;
  readonly #byPath: ReadonlyMap<string | undefined, Outlet>;
  /** Reused; undefined while plugins are asked, so that a publish from inside one gets another. */
  #input: MutableRoutingInput | undefined = new MutableRoutingInput();
  #sequence = 0;

  constructor(options: ComposerOptions) {
    this.#options = options;
    this.#chain = options.chain;
    this.#time = options.time;
    [this.#default] = options.outlets;
    this.outlet = this.#default;
    this.#byPath = new Map(options.outlets.map((outlet) => [outlet.path, outlet]));
  }

  /**
   * Fills the entry. Afterwards `outlet`, `priority` and `dropped` are those of this message, until the next call.
   *
   * @throws ValidationError `INVALID_PRIORITY`, `INVALID_OPTIONS`; BusError `INVALID_PAYLOAD`.
   */
  compose(entry: LaneEntry, record: TopicRecord, payload: unknown, options: PublishOptions | undefined): void {
    const priority = options?.priority ?? Priority.NORMAL;
    if (!isPriority(priority)) parsePriority(priority);
    entry.declaredPriority = priority;
    if (record.schemas !== undefined) this.#validate(record, payload, priority);
    entry.topic = record;
    entry.payload = payload;
    entry.publishedAtMs = this.#default.isImminent ? this.#time.recent() : this.#time.read();
    this.#sequence += 1;
    entry.sequence = this.#sequence;
    entry.expiresAtMs = Infinity;
    entry.key = undefined;
    entry.extras = undefined;
    if (options !== undefined) this.#readOptions(entry, options);
    if (entry.key === undefined) this.#useTopicAsKey(record);
    if (publishChannel.hasSubscribers) this.#announce(entry, record, priority);
    if (this.#chain.routes) {
      this.#route(entry, record, options?.demotable === true);
      return;
    }
    // Last: a schema or a listener that publishes has composed a message of its own meanwhile.
    this.outlet = this.#default;
    this.priority = priority;
    this.dropped = false;
  }

  #validate(record: TopicRecord, payload: unknown, priority: Priority): void {
    const fault = record.schemas === undefined ? undefined : payloadFault(record, record.schemas, payload);
    if (fault === undefined) return;
    this.#options.onInvalid(record, this.#default, priority);
    throw fault;
  }

  #announce(entry: LaneEntry, { topic }: TopicRecord, priority: Priority): void {
    const given = entry.extras?.headers;
    const headers = announcePublish({ client: this.#options.client, topic, payload: entry.payload, priority }, given);
    if (headers !== undefined) (entry.extras ??= new MessageExtras()).headers = headers;
  }

  #route(entry: LaneEntry, record: TopicRecord, demotable: boolean): void {
    const key = keyOf(entry);
    const declared = entry.declaredPriority;
    const input = this.#input ?? new MutableRoutingInput();
    this.#input = undefined;
    input.topic = record.topic;
    input.payload = entry.payload;
    input.sequence = entry.sequence;
    input.declaredPriority = declared;
    input.publishedAtMs = entry.publishedAtMs;
    input.orderingKey = entry.key?.text;
    input.expiresAtMs = entry.expiresAtMs === Infinity ? undefined : entry.expiresAtMs;
    input.headers = entry.extras?.headers;
    input.demotable = demotable;
    const verdict = this.#chain.route(input);
    input.payload = undefined;
    this.#input = input;
    entry.expiresAtMs = verdict.expiresAtMs;
    this.dropped = verdict.dropped;
    if (verdict.conflateBy !== undefined) (entry.extras ??= new MessageExtras()).conflateBy = verdict.conflateBy;
    this.outlet = verdict.path === undefined ? this.#default : (this.#byPath.get(verdict.path) ?? this.#default);
    const lane = this.#options.keys.laneFor(key, declared, verdict.priority);
    if (lane !== verdict.priority) this.#chain.noteDeferred(lane);
    this.priority = lane;
  }

  #useTopicAsKey(record: TopicRecord): void {
    if (record.key?.pinned === true) return;
    const key = this.#options.keys.obtain(record.topic);
    // A record without an id goes again; its key must not stay for it.
    key.pinned = record.id > 0;
    record.key = key;
  }

  /** Copies the options into the entry. One check each: an option that is none would be found much later, far from its publisher. */
  #readOptions(entry: LaneEntry, options: PublishOptions): void {
    if (typeof options !== 'object' || options === null) {
      throw invalidPublishOption('options', 'an object of options', options);
    }
    const { orderingKey, expiresAtMs, headers, correlationId } = options;
    if (orderingKey !== undefined) {
      if (typeof orderingKey !== 'string') throw invalidPublishOption('orderingKey', 'a string', orderingKey);
      entry.key = this.#options.keys.obtain(orderingKey);
    }
    if (expiresAtMs !== undefined) {
      if (typeof expiresAtMs !== 'number' || Number.isNaN(expiresAtMs)) {
        throw invalidPublishOption('expiresAtMs', 'milliseconds since the epoch', expiresAtMs);
      }
      entry.expiresAtMs = expiresAtMs;
    }
    if (headers !== undefined || correlationId !== undefined) entry.extras = extrasOf(headers, correlationId);
  }
}

function extrasOf(headers: Headers | undefined, correlationId: string | undefined): MessageExtras {
  if (correlationId !== undefined && typeof correlationId !== 'string') {
    throw invalidPublishOption('correlationId', 'a string', correlationId);
  }
  const extras = new MessageExtras();
  if (headers !== undefined) extras.headers = ownHeaders(headers);
  extras.correlationId = correlationId;
  return extras;
}

/** What the chain is told; one object for all messages. */
class MutableRoutingInput implements RoutingInput {
  topic = '';
  payload: unknown = undefined;
  sequence = 0;
  declaredPriority: Priority = Priority.NORMAL;
  publishedAtMs = 0.5;
  orderingKey: string | undefined = undefined;
  expiresAtMs: number | undefined = undefined;
  headers: Headers | undefined = undefined;
  demotable = false;
}
