import {
  PRIORITIES,
  isPriority,
  type CloseOptions,
  type OutgoingBatch,
  type Priority,
  type RejectedMessage,
  type Timer,
  type TransportMessage,
} from '@tradewind/core-types';
import type { Connections } from '../connection/ports.ts';
import type { RedisTransportError } from '../errors.ts';
import type { Keys } from '../keys.ts';
import type { Counters } from '../observing/counters.ts';
import type { RedisStreamSettings } from '../options.ts';
import type { Refusal } from '../wire/body.ts';
import { FlushGroup } from './flush-group.ts';
import { LaneOrder } from './lane-order.ts';
import { OpenBatch } from './open-batch.ts';
import type { SealedEntry } from './sealed-entry.ts';
import { Outlets } from './outlets.ts';
import { closedError, timedOut, topicFault, withFate, wrongPriority } from './publish-errors.ts';
import { Spooling } from './spooling.ts';
import type { StreamOutlet } from './stream-outlet.ts';

export interface PublisherParts {
  readonly connections: Connections;
  readonly settings: RedisStreamSettings;
  readonly keys: Keys;
  readonly counters: Counters;
}

/**
 * Stores batches in Redis, each message exactly once within the deduplication window, in the order of its lane and key.
 *
 * Workload: tens of thousands of messages a second in batches of up to 100; a message is looked at once, packed into the entry of its
 * stream at once, and costs neither promise nor closure; a batch costs one promise, an entry one command.
 */
export class Publisher {
  readonly #parts: PublisherParts;
  readonly #lanes: readonly LaneOrder[] = PRIORITIES.map((priority) => new LaneOrder(priority));
  /** One for all, or in Cluster, where shards may be at different nodes, one for each shard. */
  readonly #groups: readonly FlushGroup[];
  readonly #outlets: Outlets;
  /** Outlets of buffered lanes that wait for their time. */
  #held: StreamOutlet[] = [];
  #holdTimer: Timer | undefined;
  #deadlineTimer: Timer | undefined;
  #lastEpoch: number;
  readonly #spooling: Spooling | undefined;
  readonly #unsubscribe: () => void;
  #onEmpty: (() => void) | undefined;
  #closed = false;

  constructor(parts: PublisherParts) {
    this.#parts = parts;
    const { connections, settings, counters, keys } = parts;
    this.#lastEpoch =
      Math.floor(settings.clock.now()) * EPOCHS_PER_MS + Math.floor(settings.random.next() * EPOCHS_PER_MS);
    const groups = connections.isCluster ? settings.shards : 1;
    this.#groups = Array.from(
      { length: groups },
      () =>
        new FlushGroup(
          {
            commands: connections.commands,
            settings,
            counters,
            keys,
            nextEpoch: (after) => this.#nextEpoch(after),
            onStored: (entry) => this.#stored(entry),
            onRefused: (entry, failure) => this.#refused(entry, failure),
            onFailed: (entry, failure, definite) => {
              if (definite) this.#failed(entry, failure);
              else this.#beginSpooling();
            },
            onIdle: () => this.#spoolWhenIdle(),
          },
          settings.spool !== undefined,
        ),
    );
    this.#outlets = new Outlets({
      settings,
      keys,
      epoch: this.#lastEpoch,
      nextEpoch: (after) => this.#nextEpoch(after),
      onMade: (outlet) => this.#groupOf(outlet).register(outlet),
      onForgotten: (outlet) => this.#groupOf(outlet).unregister(outlet),
      onRefused: (of, rejected) => this.#notPacked(of, rejected),
    });
    this.#spooling = this.#createSpooling();
    this.#unsubscribe = connections.state.onChange((status) => {
      if (status === 'ready') for (const group of this.#groups) group.hurry();
    });
  }

  /** Why nothing is stored at the moment; undefined: all is well, or nothing was tried. */
  get failure(): RedisTransportError | undefined {
    for (const { failure } of this.#groups) if (failure !== undefined) return failure;
    return undefined;
  }

  /** Since when. */
  get failingSinceMs(): number {
    return Math.min(
      ...this.#groups.filter(({ failure }) => failure !== undefined).map((group) => group.failingSinceMs),
    );
  }

  /** Batches that are not stored yet. */
  get open(): number {
    let open = 0;
    for (const { size } of this.#lanes) open += size;
    return open;
  }

  /** Streams that it has written to and remembers. */
  get streams(): number {
    return this.#outlets.size;
  }

  /** Settles within `publishTimeoutMs`, as the contract of `Transport.publish` asks for. */
  publish(batch: OutgoingBatch): Promise<void> {
    if (this.#closed) return Promise.reject(closedError(false));
    const lane = isPriority(batch.priority) ? this.#lanes[batch.priority] : undefined;
    if (lane === undefined) return Promise.reject(wrongPriority(batch.priority));
    this.#spooling?.start();
    const dueAtMs = this.#parts.settings.clock.now() + this.#parts.settings.publishTimeoutMs;
    try {
      const promise = lane.known(batch, dueAtMs);
      this.#watch();
      if (promise !== undefined) {
        if (this.#spooling?.isActive === true) this.#spooling.write();
        for (const group of this.#groups) group.hurry();
        return promise;
      }
    } catch (error) {
      return Promise.reject(error);
    }
    const open = lane.add(batch, dueAtMs);
    this.#pack(batch, open);
    return open.promise;
  }

  /** Stores a message that belongs to no batch of the client. Undefined: not now, while messages go to disk. */
  publishAside(message: TransportMessage): Pick<OpenBatch, 'isDone'> | undefined {
    if (this.#closed || this.#spooling?.isActive === true) return undefined;
    const outlet = this.#outlets.of(message.topic, undefined, message.priority);
    if (outlet === undefined) return undefined;
    const batch = new OpenBatch({ priority: message.priority, batchSequence: 0, messages: [message] }, Infinity);
    outlet.add(message, batch, 0);
    batch.complete = true;
    this.#groupOf(outlet).list(outlet);
    return batch;
  }

  /** Waits until what was accepted is stored, or its time is over; what is left then is rejected. */
  async close(options?: CloseOptions): Promise<void> {
    if (this.#closed) return;
    this.#release();
    if (this.open > 0) await this.#emptied(options);
    this.#closed = true;
    const { clock } = this.#parts.settings;
    for (const timer of [this.#holdTimer, this.#deadlineTimer]) if (timer !== undefined) clock.clearTimer(timer);
    for (const group of this.#groups) group.close();
    this.#unsubscribe();
    await this.#spooling?.close();
    for (const lane of this.#lanes) lane.close(({ maybeStored }) => closedError(maybeStored));
  }

  #pack(batch: OutgoingBatch, open: OpenBatch): void {
    const { messages } = batch;
    for (let i = 0; i < messages.length; i += 1)
      this.#packOne(messages[i] as TransportMessage, batch.priority, open, i);
    open.complete = true;
    if (open.entries === 0) this.#lanes[batch.priority]?.done(open);
  }

  #packOne(message: TransportMessage, priority: Priority, open: OpenBatch, index: number): void {
    const { typesFilter } = this.#parts.settings;
    let outlet: StreamOutlet | undefined;
    let refusal: Refusal | undefined;
    try {
      if (typesFilter.size > 0 && isFiltered(message.payload, typesFilter)) {
        this.#parts.counters.filteredMessages += 1;
        return;
      }
      const { topic, orderingKey } = message;
      outlet = this.#outlets.of(topic, orderingKey, priority);
      refusal = outlet?.add(message, open, index);
    } catch {
      // Whatever it was: a batch that is neither stored nor rejected would hold up all that come behind it.
      refusal = UNREADABLE;
    }
    if (refusal !== undefined || outlet === undefined) {
      const { code, message: why } = refusal ?? { code: 'TOPIC_NOT_ALLOWED', message: topicFault(message.topic) };
      this.#parts.counters.publishRejected += 1;
      open.reject(index, code, why);
      return;
    }
    if (this.#spooling?.isActive === true) this.#spooling.write();
    else if (!outlet.isListed) this.#list(outlet);
  }

  /** What an outlet had taken could not be packed. */
  #notPacked(batch: OpenBatch, rejected: readonly RejectedMessage[]): void {
    this.#parts.counters.publishRejected += rejected.length;
    for (const { index, code, message } of rejected) batch.reject(index, code, message);
    if (batch.isDone) this.#done(batch);
  }

  #list(outlet: StreamOutlet): void {
    const { bufferIntervalMs, clock } = this.#parts.settings;
    if (bufferIntervalMs === 0 || outlet.priority < FIRST_BUFFERED || outlet.hasFull) {
      this.#groupOf(outlet).list(outlet);
      return;
    }
    if (outlet.isHeld) return;
    outlet.isHeld = true;
    this.#held.push(outlet);
    this.#holdTimer ??= clock.setTimer(() => this.#release(), bufferIntervalMs);
  }

  /** Sends what was held for a fuller entry. */
  #release(): void {
    if (this.#holdTimer !== undefined) this.#parts.settings.clock.clearTimer(this.#holdTimer);
    this.#holdTimer = undefined;
    const held = this.#held;
    this.#held = [];
    for (const outlet of held) {
      outlet.isHeld = false;
      this.#groupOf(outlet).list(outlet);
    }
  }

  #groupOf({ shard }: StreamOutlet): FlushGroup {
    return this.#groups[this.#parts.connections.isCluster ? shard : 0] as FlushGroup;
  }

  #createSpooling(): Spooling | undefined {
    const { settings, connections, counters } = this.#parts;
    const { spool } = settings;
    if (spool === undefined) return undefined;
    return new Spooling({
      connections,
      settings: { ...settings, spool },
      counters,
      outlets: () => this.#outlets.all(),
      onSpooled: (entry) => this.#stored(entry),
      onFull: (entry, failure) => this.#failed(entry, failure),
      onOver: () => {
        for (const group of this.#groups) group.resume();
      },
    });
  }

  /** Redis is away: what is on its way is waited for, and then all goes to disk. */
  #beginSpooling(): void {
    if (this.#spooling === undefined || !this.#spooling.isUsable) return;
    for (const group of this.#groups) group.suspend();
  }

  #spoolWhenIdle(): void {
    if (!this.#groups.every(({ isIdle }) => isIdle)) return;
    for (const group of this.#groups) group.rest();
    this.#spooling?.begin();
  }

  #stored({ parts }: SealedEntry): void {
    for (const { batch } of parts) {
      batch.entries -= 1;
      batch.stored += 1;
      if (batch.isDone) this.#done(batch);
    }
  }

  #refused({ parts, count }: SealedEntry, failure: RedisTransportError): void {
    this.#parts.counters.publishRejected += count;
    for (const { batch, indices } of parts) {
      batch.entries -= 1;
      batch.rejectAll(indices, failure);
      if (batch.isDone) this.#done(batch);
    }
  }

  #failed({ parts }: SealedEntry, failure: RedisTransportError): void {
    for (const { batch } of parts) this.#laneOf(batch)?.stop(batch, withFate(failure, batch));
  }

  #done(batch: OpenBatch): void {
    this.#laneOf(batch)?.done(batch);
    if (this.#onEmpty !== undefined && this.open === 0) this.#onEmpty();
  }

  #laneOf(batch: OpenBatch): LaneOrder | undefined {
    return this.#lanes[batch.priority];
  }

  #nextEpoch(after: number): number {
    this.#lastEpoch = Math.max(this.#lastEpoch, after) + 1;
    return this.#lastEpoch;
  }

  /** One timer for all batches: they all have the same time. */
  #watch(): void {
    const { clock, publishTimeoutMs } = this.#parts.settings;
    this.#deadlineTimer ??= clock.setTimer(this.#look, publishTimeoutMs, { background: true });
  }

  readonly #look = (): void => {
    this.#deadlineTimer = undefined;
    const { clock, publishTimeoutMs } = this.#parts.settings;
    const nowMs = clock.now();
    let nextMs = Infinity;
    for (const lane of this.#lanes) {
      for (let late = lane.overdue(nowMs); late !== undefined; late = lane.overdue(nowMs)) {
        lane.stop(late, timedOut(late, publishTimeoutMs, this.failure ?? this.#parts.connections.state.lastError));
      }
      nextMs = Math.min(nextMs, lane.nextDueAtMs);
    }
    if (nextMs === Infinity) return;
    this.#deadlineTimer = clock.setTimer(this.#look, Math.max(1, nextMs - nowMs), { background: true });
  };

  #emptied(options: CloseOptions | undefined): Promise<void> {
    const { clock } = this.#parts.settings;
    return new Promise((resolve) => {
      const finish = (): void => {
        this.#onEmpty = undefined;
        clock.clearTimer(timer);
        options?.signal?.removeEventListener('abort', finish);
        resolve();
      };
      const timer = clock.setTimer(finish, options?.deadlineMs ?? DEFAULT_CLOSE_MS);
      this.#onEmpty = finish;
      options?.signal?.addEventListener('abort', finish);
      if (options?.signal?.aborted === true) finish();
    });
  }
}

function isFiltered(payload: unknown, types: ReadonlySet<string>): boolean {
  const type: unknown = typeof payload === 'object' && payload !== null && 'type' in payload ? payload.type : undefined;
  return typeof type === 'string' && types.has(type);
}

const UNREADABLE: Refusal = {
  code: 'PAYLOAD_NOT_ENCODABLE',
  message: 'Expected a message that can be read, and reading it threw. Send a copy of its content.',
};
/** NORMAL; the lanes before it are never held. */
const FIRST_BUFFERED = 2;
const EPOCHS_PER_MS = 1_024;
const DEFAULT_CLOSE_MS = 5_000;
