import { PRIORITIES, type Priority } from '@tradewind/core-types';
import { reconnectDelayMs } from '../connection/backoff.ts';
import type { ReaderPort } from '../connection/ports.ts';
import { RedisTransportError } from '../errors.ts';
import { log } from '../observing/log.ts';
import type { EntryHeader } from '../wire/entry.ts';
import type { EntryBatch } from './entry-batch.ts';
import type { GroupParts } from './group-parts.ts';
import { LaneGate } from './lane-gate.ts';
import { LaneLoop } from './lane-loop.ts';
import type { OwnedShard } from './owned-shard.ts';
import type { OwnedStream } from './owned-stream.ts';
import { Pauses } from './pausing.ts';
import type { ReadItem } from './read-item.ts';

/** Whom the loops ask. */
export interface LaneLoopsHost {
  claim(stream: OwnedStream): void;
  /** Streams or groups are gone. Resolves when they are made again. */
  heal(streams: readonly OwnedStream[]): Promise<void>;
  /**
   * Messages are missing before this entry. Resolves when they were found, and claimed, or reported: with false when the lease does not hold,
   * so that nothing could be done. Does not reject.
   */
  explainGap(item: ReadItem, header: EntryHeader): Promise<boolean>;
}

/** The loops of one consumer: one a lane, or in Cluster one for each shard and lane, since a command reads within one slot only. */
export class LaneLoops {
  readonly #parts: GroupParts;
  readonly #host: LaneLoopsHost;
  readonly #gates = PRIORITIES.map(() => new LaneGate());
  readonly #loops = new Map<string, LaneLoop>();
  readonly #readers: ReaderPort[] = [];
  readonly #failures = new Map<LaneLoop, { attempts: number; readonly sinceMs: number }>();
  readonly #pauses: Pauses;
  #stopped = false;

  constructor(parts: GroupParts, host: LaneLoopsHost) {
    this.#parts = parts;
    this.#host = host;
    this.#pauses = new Pauses(parts.settings.clock);
  }

  /** Since when reading fails, and why; undefined when it works. */
  get failingSinceMs(): number | undefined {
    let since: number | undefined;
    for (const { sinceMs } of this.#failures.values()) since = Math.min(since ?? Infinity, sinceMs);
    return since;
  }

  /** The shards that are served, or their streams, have changed. */
  setShards(shards: readonly OwnedShard[]): void {
    const streamsOf = new Map<LaneLoop, OwnedStream[]>();
    for (const loop of this.#loops.values()) streamsOf.set(loop, []);
    for (const shard of shards) {
      for (const stream of shard.streams) {
        const loop = this.#loopOf(stream);
        const streams = streamsOf.get(loop);
        if (streams === undefined) streamsOf.set(loop, [stream]);
        else streams.push(stream);
      }
    }
    for (const [loop, streams] of streamsOf) loop.setStreams(streams);
  }

  redeliver(stream: OwnedStream, batch: EntryBatch): void {
    this.#loopOf(stream).redeliver(stream, batch);
  }

  claimed(stream: OwnedStream, items: readonly ReadItem[]): number {
    return this.#loopOf(stream).claimed(items);
  }

  waitingOf(stream: OwnedStream): readonly string[] {
    return this.#loopOf(stream).waitingOf(stream);
  }

  wake(stream: OwnedStream): void {
    this.#loopOf(stream).wake();
  }

  /** The leases hold for longer: loops that wait for that go on. */
  nudge(): void {
    for (const loop of this.#loops.values()) loop.nudge();
  }

  /** Ends the reads of a shard; resolves with what was read of it and not handed out, once no read of it is on its way. */
  async leave(shard: OwnedShard): Promise<readonly ReadItem[]> {
    const loops = new Set(shard.streams.map((stream) => this.#loopOf(stream)));
    await Promise.all([...loops].map((loop) => loop.interrupted()));
    return [...loops].flatMap((loop) => loop.leave(shard));
  }

  /** The connection is back: what failed is tried at once. */
  hurry(): void {
    this.#pauses.endAll();
  }

  stop(): void {
    this.#stopped = true;
    this.#pauses.endAll();
    for (const loop of this.#loops.values()) loop.stop();
  }

  close(): void {
    this.stop();
    for (const reader of this.#readers) reader.close();
  }

  #loopOf(stream: OwnedStream): LaneLoop {
    const { isCluster } = this.#parts.connections;
    const name = isCluster ? `${stream.shard.index}/${stream.priority}` : `${stream.priority}`;
    let loop = this.#loops.get(name);
    if (loop === undefined) {
      loop = this.#newLoop(stream.priority, stream.key);
      this.#loops.set(name, loop);
      if (!this.#stopped) loop.start();
    }
    return loop;
  }

  #newLoop(priority: Priority, key: string): LaneLoop {
    const { connections, settings, identity, receiver, opening } = this.#parts;
    const reader = connections.reader(key);
    this.#readers.push(reader);
    return new LaneLoop({
      priority,
      group: identity.group,
      consumer: identity.consumer,
      reader,
      receiver,
      opening,
      gate: this.#gates[priority] as LaneGate,
      clock: settings.clock,
      readCount: settings.readCount,
      blockMs: Math.max(1, Math.min(settings.blockMs, settings.claimIdleMs / 3)),
      claim: (stream) => this.#host.claim(stream),
      onFailed: (loop, streams, error) => this.#failed(loop, streams, error),
      onRead: (loop) => this.#recovered(loop),
      onGap: (item, header) => this.#host.explainGap(item, header),
    });
  }

  async #failed(loop: LaneLoop, streams: readonly OwnedStream[], error: unknown): Promise<void> {
    const { settings, identity } = this.#parts;
    const failure = this.#failures.get(loop) ?? { attempts: 0, sinceMs: settings.clock.now() };
    this.#failures.set(loop, failure);
    failure.attempts += 1;
    const isGone = error instanceof RedisTransportError && error.reply === 'NOGROUP';
    const retryInMs = reconnectDelayMs(failure.attempts, settings.random);
    if (failure.attempts === 1 && !isGone) {
      const fields = { path: settings.name, group: identity.group, priority: loop.priority, error, retryInMs };
      log(settings.logger, 'redis.read-failed', fields, 'Reading a lane failed; it is tried again.');
    }
    if (isGone) await this.#host.heal(streams).catch(() => undefined);
    // Even after healing: a group that goes again and again must not make this spin.
    if (!isGone || failure.attempts > 1) await this.#pauses.wait(retryInMs);
  }

  #recovered(loop: LaneLoop): void {
    const failure = this.#failures.get(loop);
    if (failure === undefined) return;
    this.#failures.delete(loop);
    const { settings, identity } = this.#parts;
    const fields = { path: settings.name, group: identity.group, priority: loop.priority };
    log(settings.logger, 'redis.read-recovered', fields, 'Reading a lane works again.');
  }
}
