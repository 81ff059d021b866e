import {
  PRIORITIES,
  type BatchReceiver,
  type CloseOptions,
  type Consumer,
  type Health,
  type Priority,
  type ReceivedMessage,
  type SettlementFailure,
} from '@tradewind/core-types';
import { reconnectDelayMs } from '../connection/backoff.ts';
import { RedisTransportError } from '../errors.ts';
import { log } from '../observing/log.ts';
import { batchOfSome } from './entry-batch.ts';
import { letterOf } from './failures.ts';
import { LaneGate } from './lane-gate.ts';
import type { OpenEntry } from './open-entry.ts';
import type { ConsumerIdentity, ConsumingParts } from './parts.ts';
import { PatternFilter } from './pattern-filter.ts';
import { Pauses, deadlineOf, pause } from './pausing.ts';
import { compareIds, infoOf, text } from './replies.ts';
import type { StreamName } from './shard-streams.ts';
import { UngroupedLoop } from './ungrouped-loop.ts';
import { UngroupedOpening } from './ungrouped-opening.ts';
import { UngroupedStream } from './ungrouped-stream.ts';

/** What a consumer without a group is made of. */
export interface UngroupedConsumerParts extends ConsumingParts {
  readonly identity: ConsumerIdentity;
  readonly receiver: BatchReceiver;
  readonly filter: PatternFilter;
  /** All streams of the transport as they are now; with `streamPerTopic` there may be more later. */
  readonly streams: () => Promise<readonly StreamName[]>;
  readonly externalStreams: readonly string[];
  readonly from: 'now' | 'oldest';
}

/**
 * Reads streams without a group: everything from its start on, at its own pace. Its position, and what is open, is known to this process alone:
 * what it leaves unsettled when it closes is given up.
 */
export class UngroupedConsumer implements Consumer {
  readonly #parts: UngroupedConsumerParts;
  readonly #loops = new Map<string, UngroupedLoop>();
  readonly #streams = new Map<string, UngroupedStream>();
  readonly #gates = PRIORITIES.map(() => new LaneGate());
  readonly #failures = new Map<UngroupedLoop, { attempts: number; readonly sinceMs: number }>();
  readonly #opening: UngroupedOpening;
  readonly #pauses: Pauses;
  readonly #unwatch: () => void;
  #filter: PatternFilter;
  #isStarted = false;
  #closing: Promise<void> | undefined = undefined;
  #idle: (() => void) | undefined = undefined;

  constructor(parts: UngroupedConsumerParts) {
    this.#parts = parts;
    this.#filter = parts.filter;
    this.#opening = new UngroupedOpening(parts, () => this.#filter);
    this.#pauses = new Pauses(parts.settings.clock);
    this.#unwatch = parts.connections.state.onChange((status) => {
      if (status === 'ready') this.#pauses.endAll();
    });
  }

  get open(): number {
    let open = 0;
    for (const stream of this.#streams.values()) for (const entry of stream.open) open += entry.inHand;
    return open;
  }

  /** Takes its positions and begins to read. */
  async start(): Promise<void> {
    const { from, streams, externalStreams, settings } = this.#parts;
    const names = await streams();
    const keys = [...names.map(({ key }) => key), ...externalStreams];
    const positions = from === 'now' ? await Promise.all(keys.map((key) => this.#lastId(key))) : [];
    for (const [i, { key, priority }] of names.entries())
      this.#add({ key, priority, isExternal: false, position: positions[i] ?? FIRST_ID });
    for (const [i, key] of externalStreams.entries())
      this.#add({
        key,
        priority: EXTERNAL_PRIORITY,
        isExternal: true,
        position: positions[names.length + i] ?? FIRST_ID,
      });
    this.#isStarted = true;
    for (const loop of this.#loops.values()) loop.start();
    if (settings.streamPerTopic) void this.#discover();
  }

  async setPatterns(patterns: readonly string[]): Promise<void> {
    this.#filter = new PatternFilter(patterns);
  }

  close(options: CloseOptions = {}): Promise<void> {
    this.#closing ??= this.#close(options);
    return this.#closing;
  }

  /** Undefined when it is well. */
  trouble(): Health | undefined {
    for (const { sinceMs } of this.#failures.values())
      return { status: 'degraded', reason: `${this.#parts.identity.consumer} cannot read`, sinceMs };
    return undefined;
  }

  async #close(options: CloseOptions): Promise<void> {
    this.#unwatch();
    for (const loop of this.#loops.values()) loop.stop();
    this.#pauses.endAll();
    const deadline = deadlineOf(this.#parts.settings.clock, options);
    if (this.open > 0) {
      const idle = new Promise<void>((resolve) => {
        this.#idle = resolve;
      });
      await Promise.race([idle, deadline.passed]);
    }
    deadline.cancel();
    for (const stream of this.#streams.values()) for (const entry of stream.open) entry.revoke();
  }

  /** With a stream for each topic: looks for new topics, and reads them from their beginning. */
  async #discover(): Promise<void> {
    const { settings, streams } = this.#parts;
    while (this.#closing === undefined) {
      await pause(settings.clock, Math.min(settings.claimIdleMs / 4, MAX_DISCOVERY_MS), true);
      const names = await streams().catch(() => []);
      for (const { key, priority } of names) {
        if (this.#streams.has(key) || this.#closing !== undefined) continue;
        this.#add({ key, priority, isExternal: false, position: FIRST_ID });
      }
    }
  }

  #add(options: {
    readonly key: string;
    readonly priority: Priority;
    readonly isExternal: boolean;
    readonly position: string;
  }): void {
    const stream: UngroupedStream = new UngroupedStream({
      ...options,
      onFailed: (entry, index, failure) => this.#failed(stream, entry, index, failure),
      onSettled: () => {
        if (this.#idle !== undefined && this.open === 0) this.#idle();
      },
    });
    this.#streams.set(stream.key, stream);
    const loop = this.#loopOf(stream);
    loop.streams.push(stream);
    loop.wake();
  }

  /** In Cluster a command reads within one slot: what shares a hash tag and a lane shares a loop. */
  #loopOf({ key, priority }: UngroupedStream): UngroupedLoop {
    const tag = key.includes('}') ? key.slice(0, key.indexOf('}') + 1) : key;
    const name = this.#parts.connections.isCluster ? `${tag}/${priority}` : `${priority}`;
    const known = this.#loops.get(name);
    if (known !== undefined) return known;
    const { connections, settings, receiver } = this.#parts;
    const loop: UngroupedLoop = new UngroupedLoop({
      reader: connections.reader(key),
      receiver,
      gate: this.#gates[priority] as LaneGate,
      clock: settings.clock,
      readCount: settings.readCount,
      blockMs: Math.max(1, Math.floor(settings.blockMs)),
      open: (stream, entry) => this.#opening.open(stream, entry),
      onFailed: (_, error) => this.#readFailed(loop, priority, error),
      onRead: () => {
        this.#failures.delete(loop);
      },
    });
    this.#loops.set(name, loop);
    if (this.#isStarted) loop.start();
    return loop;
  }

  #failed(stream: UngroupedStream, entry: OpenEntry, index: number, failure: SettlementFailure): void {
    const { settings, counters } = this.#parts;
    if (failure.next === 'deadLetter' || entry.deliveriesOf(index) >= settings.maxDeliveries) {
      void this.#bury(entry, index, failure);
      return;
    }
    const loop = this.#loopOf(stream);
    loop.hold();
    entry.countRedelivery([index]);
    settings.clock.setTimer(() => {
      const isWanted = !entry.revoked && this.#closing === undefined;
      if (isWanted) counters.redeliveredMessages += 1;
      else entry.giveBack([index]);
      loop.redeliver(isWanted ? batchOfSome(entry, [index]) : undefined);
    }, settings.redeliveryDelayMs);
  }

  /** Puts a message aside; while that fails it is tried again, as long as the process lives. */
  async #bury(entry: OpenEntry, index: number, failure: SettlementFailure): Promise<void> {
    const { deadLetters, settings, counters } = this.#parts;
    const message = entry.messages[index] as ReceivedMessage;
    try {
      await deadLetters.write(letterOf(message, failure, entry.deliveriesOf(index), settings.clock.now()));
      counters.deadLettered += 1;
      entry.settle(index);
    } catch {
      settings.clock.setTimer(() => {
        if (!entry.revoked) void this.#bury(entry, index, failure);
      }, UNWRITTEN_DELAY_MS);
    }
  }

  async #readFailed(loop: UngroupedLoop, priority: Priority, error: unknown): Promise<void> {
    const { settings } = this.#parts;
    const failure = this.#failures.get(loop) ?? { attempts: 0, sinceMs: settings.clock.now() };
    this.#failures.set(loop, failure);
    failure.attempts += 1;
    const retryInMs = reconnectDelayMs(failure.attempts, settings.random);
    if (failure.attempts === 1) {
      const fields = { path: settings.name, group: undefined, priority, error, retryInMs };
      log(settings.logger, 'redis.read-failed', fields, 'Reading a lane failed; it is tried again.');
    }
    await this.#pauses.wait(retryInMs);
    await this.#reposition(loop).catch(() => undefined);
  }

  /** A stream whose newest entry is older than our position began anew: it is read from its beginning. */
  async #reposition(loop: UngroupedLoop): Promise<void> {
    for (const stream of loop.streams) {
      const last = await this.#lastId(stream.key);
      if (compareIds(last, stream.position) < 0) stream.position = FIRST_ID;
    }
  }

  async #lastId(key: string): Promise<string> {
    try {
      const info = infoOf(await this.#parts.connections.commands.call('XINFO', key, ['STREAM', key]));
      return text(info.get('last-generated-id'));
    } catch (error) {
      // There is no such key yet.
      if (error instanceof RedisTransportError && error.reply === 'ERR') return FIRST_ID;
      throw error;
    }
  }
}

const FIRST_ID = '0-0';
const EXTERNAL_PRIORITY: Priority = 2;
const MAX_DISCOVERY_MS = 500;
const UNWRITTEN_DELAY_MS = 1_000;
