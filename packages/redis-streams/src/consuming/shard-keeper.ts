import type { CommandPort } from '../connection/ports.ts';
import { knowsAckDel } from '../connection/server-facts.ts';
import { log } from '../observing/log.ts';
import { leaseScript, releaseScript } from '../scripts/lease.ts';
import { Claiming } from './claiming.ts';
import { GroupHealing, reportRecreated } from './group-healing.ts';
import { explainGap } from './gap-explaining.ts';
import type { GroupParts } from './group-parts.ts';
import { LaneLoops } from './lane-loops.ts';
import { OwnedShard } from './owned-shard.ts';
import { OwnedStream } from './owned-stream.ts';
import type { EntryBatch } from './entry-batch.ts';
import { pause } from './pausing.ts';
import type { ReadItem } from './read-item.ts';
import { list } from './replies.ts';
import { SettleRounds } from './settle-rounds.ts';
import { Settlements } from './settlements.ts';
import { createGroups } from './shard-streams.ts';
import { findStarts } from './stream-start.ts';
import { ShardTending } from './shard-tending.ts';

/** What is known about a group besides its shards. */
export interface WantedOptions {
  /** The names of the consumers that are there. Default: as before. */
  readonly alive?: ReadonlySet<string> | undefined;
  /** Whether shards may stay for longer whose handlers take long. Default false. */
  readonly mayKeep?: boolean | undefined;
}

/**
 * Holds the leases of the shards that a consumer is to have, and lets go of the others: what is open of them is waited for, what was read
 * and not handed out is given back uncounted, and only then the lease goes.
 */
export class ShardKeeper {
  readonly #parts: GroupParts;
  readonly #claims: CommandPort;
  /** In Cluster, where shards may be at different nodes, each has its own instead. */
  readonly #rounds: SettleRounds;
  readonly #shards = new Map<number, OwnedShard>();
  readonly #releasing = new Map<OwnedShard, Promise<void>>();
  readonly #loops: LaneLoops;
  readonly #claiming: Claiming;
  readonly #healing: GroupHealing;
  readonly #tending: ShardTending;
  /** Called when leases have to be looked at before the next beat is due. */
  readonly #onUrgent: () => void;
  readonly #waiting = new Map<OwnedShard, () => void>();
  /** Streams that were known to have the group. */
  readonly #seen = new Set<string>();
  #wanted: ReadonlySet<number> = new Set();
  /** Whether a shard that cannot be given back in time may be served here for longer. */
  #mayKeep = false;
  #stopped = false;

  constructor(parts: GroupParts, onUrgent: () => void) {
    this.#parts = parts;
    this.#claims = parts.connections.claims;
    this.#rounds = new SettleRounds(this.#claims, parts.settings.clock);
    this.#onUrgent = onUrgent;
    this.#healing = new GroupHealing(parts);
    const heal = (streams: readonly OwnedStream[]): Promise<void> => this.#healing.heal(streams);
    this.#loops = new LaneLoops(parts, {
      claim: (stream) => this.#claiming.claim(stream),
      heal,
      explainGap: (item, header) => explainGap(parts, item, header, (items) => this.#claimed(item.stream, items)),
    });
    this.#claiming = new Claiming(parts, {
      claimed: (stream, items) => this.#claimed(stream, items),
      wake: (stream) => this.#loops.wake(stream),
      takenOver: (stream) => void this.#tending.forgetGone(stream.key),
      lost: ({ shard }) => this.#lost(shard),
      forgotten: () => this.#onUrgent(),
      heal,
    });
    this.#tending = new ShardTending(parts, {
      waitingOf: (stream) => this.#loops.waitingOf(stream),
      sweep: (stream) => this.#claiming.sweep(stream),
      refresh: (shard) => this.#refreshStreams(shard),
    });
  }

  get failingSinceMs(): number | undefined {
    return this.#loops.failingSinceMs;
  }

  /** Shards with a lease, those that are being given back included. */
  get owned(): readonly number[] {
    return [...this.#shards.keys()];
  }

  /** How many messages are with the receiver. */
  get open(): number {
    let open = 0;
    for (const shard of this.#shards.values()) open += shard.open;
    return open;
  }

  /** Whether every shard that it is to have is its own. */
  get isComplete(): boolean {
    for (const index of this.#wanted) if (this.#shards.get(index)?.state !== 'owned') return false;
    return true;
  }

  redeliver(stream: OwnedStream, batch: EntryBatch): void {
    this.#loops.redeliver(stream, batch);
  }

  /** The shards that it is to have from now on, and the consumers that are there. Handing out of other shards ends in this call. */
  want(shards: readonly number[], { alive, mayKeep = false }: WantedOptions = {}): void {
    if (alive !== undefined) this.#tending.alive = alive;
    this.#mayKeep = mayKeep;
    this.#wanted = new Set(shards);
    const { clock, claimIdleMs } = this.#parts.settings;
    const nowMs = clock.now();
    for (const [index, shard] of this.#shards) {
      if (this.#wanted.has(index) || shard.state !== 'owned' || (mayKeep && nowMs < shard.keepUntilMs)) continue;
      shard.state = 'draining';
      shard.drainUntilMs = nowMs + claimIdleMs;
      this.#releasing.set(shard, this.#drain(shard));
    }
  }

  /**
   * Renews all leases, takes those that are free, and tends what is open. One that ended while this process stood still is kept where nobody
   * else had it meanwhile.
   *
   * @returns For how long the first lease that it waits for is held by another consumer; `Infinity` when it waits for none.
   */
  async beat(): Promise<number> {
    const indexes = new Set([...this.#wanted, ...this.#shards.keys()]);
    const waits = await Promise.all([...indexes].map((index) => this.#keep(index)));
    this.#loops.nudge();
    return Math.min(Infinity, ...waits);
  }

  /** Gives up what could not be renewed in time: another consumer may have it by now. */
  expire(): void {
    const nowMs = this.#parts.settings.clock.now();
    for (const shard of this.#shards.values()) if (nowMs >= shard.validUntilMs) this.#lost(shard);
  }

  /** The connection is back: what failed is tried at once. */
  hurry(): void {
    this.#loops.hurry();
  }

  /** From now on nothing more goes to the receiver. */
  stopHandingOut(): void {
    this.#stopped = true;
    this.#loops.stop();
  }

  /** Stops handing out, and waits for what is open as long as `untilDeadline` is pending. Then gives every lease back. */
  async close(untilDeadline: Promise<void>): Promise<void> {
    this.stopHandingOut();
    this.want([]);
    const drained = Promise.all([...this.#releasing.values()]);
    void this.#hurryAfter(untilDeadline);
    // What is settled goes out even after the deadline, as long as Redis answers.
    const { clock, commandTimeoutMs } = this.#parts.settings;
    await Promise.race([drained, untilDeadline.then(() => pause(clock, commandTimeoutMs, true))]);
    this.#loops.close();
  }

  async #hurryAfter(deadline: Promise<void>): Promise<void> {
    await deadline;
    for (const shard of this.#shards.values()) shard.drainUntilMs = 0;
    for (const shard of [...this.#shards.values()]) this.#settled(shard);
  }

  async #keep(index: number): Promise<number> {
    const { keys, identity, owner, settings } = this.#parts;
    const shard = this.#shards.get(index);
    // Counted from before the call: the lease cannot end earlier at the server than here.
    const beganMs = settings.clock.now();
    const lease = keys.lease(index, identity.group);
    const last = keys.owner(index, identity.group);
    const times = [settings.claimIdleMs, settings.claimIdleMs * REMEMBER_IDLE_TIMES];
    const reply = list(await this.#claims.run(leaseScript, [lease, last], [owner, ...times]));
    const status = Number(reply[0]);
    if (status === 0) {
      if (shard !== undefined) this.#lost(shard);
      return this.#wanted.has(index) ? Number(reply[1]) : Infinity;
    }
    // It ended before this was asked, and somebody else may have had it since: what is open here may have run there. After a fail-over, or where
    // the server forgot the lease, somebody else had it although it should still hold.
    const mayHaveMoved = status === WAS_ANOTHERS || (status === WAS_FREE && beganMs >= (shard?.validUntilMs ?? 0));
    if (shard !== undefined && mayHaveMoved) this.#lost(shard);
    if (this.#shards.get(index) === undefined) {
      // Given back, or lost, while this was on its way.
      if (shard !== undefined || !this.#wanted.has(index) || this.#stopped) await this.#release(index);
      else await this.#acquired(index, beganMs + settings.claimIdleMs);
      return Infinity;
    }
    if (shard !== undefined) {
      shard.validUntilMs = beganMs + settings.claimIdleMs;
      if (status !== WAS_OURS) shard.settlements.retry();
      // Beside it: a beat must renew leases whatever else takes long.
      void this.#tending.tend(shard);
    }
    return Infinity;
  }

  /** What was claimed for a shard that is being given back is given back with it. */
  #claimed(stream: OwnedStream, items: readonly ReadItem[]): number {
    if (stream.shard.state === 'owned') return this.#loops.claimed(stream, items);
    for (const { id, deliveries } of items) stream.shard.settlements.uncount(stream.key, id, deliveries - 1);
    return 0;
  }

  async #acquired(index: number, validUntilMs: number): Promise<void> {
    const { failures, settings } = this.#parts;
    const shard = new OwnedShard({
      index,
      settlements: this.#settlements(index),
      failures,
      onSettled: () => this.#settled(shard),
    });
    shard.validUntilMs = validUntilMs;
    shard.sweepAtMs = settings.clock.now() + settings.claimIdleMs;
    this.#shards.set(index, shard);
    await this.#refreshStreams(shard);
  }

  async #refreshStreams(shard: OwnedShard): Promise<void> {
    const { streams, connections, identity, settings } = this.#parts;
    const names = await streams.of(shard.index);
    if (names.length === shard.streams.length) return;
    const known = new Set(shard.streams.map(({ key }) => key));
    const added = names.filter(({ key }) => !known.has(key));
    // Streams of topics that are new to this group: nothing of them was read.
    const missing = await createGroups(
      connections.commands,
      identity.group,
      added.map(({ key }) => ({ key, start: '0' })),
    );
    for (const stream of added) {
      // The others had their group when this consumer started: it went while nobody held the lease.
      const isNew = settings.streamPerTopic && !this.#seen.has(stream.key);
      if (missing.includes(stream.key) && !isNew) reportRecreated(this.#parts, stream, '0');
      this.#seen.add(stream.key);
    }
    const found = added.map(({ key, priority }) => new OwnedStream(key, priority, shard));
    await findStarts(this.#parts, found, this.#dropsSettled);
    shard.streams.push(...found);
    this.#publishShards();
  }

  #publishShards(): void {
    this.#loops.setShards([...this.#shards.values()].filter(({ state }) => state === 'owned'));
  }

  async #drain(shard: OwnedShard): Promise<void> {
    this.#publishShards();
    for (const item of await this.#loops.leave(shard))
      shard.settlements.uncount(item.stream.key, item.id, item.deliveries - 1);
    await this.#drained(shard);
    if (this.#shards.get(shard.index) !== shard) return;
    await shard.settlements.flushed();
    if (this.#shards.get(shard.index) !== shard) return;
    if (shard.open > 0 && this.#mayKeep && !this.#stopped) return this.#keepOn(shard);
    shard.revoke();
    shard.settlements.stop();
    this.#forget(shard);
    await this.#release(shard.index);
  }

  /**
   * Handlers take longer than the shard can stand still: it stays here for some time, and is read again. Giving it away would
   * run what they have in hand a second time, and waiting on would hold up all its other keys.
   */
  #keepOn(shard: OwnedShard): void {
    const { clock, claimIdleMs } = this.#parts.settings;
    shard.keepUntilMs = clock.now() + KEEP_FOR_IDLE_TIMES * claimIdleMs;
    shard.state = 'owned';
    this.#releasing.delete(shard);
    for (const stream of shard.streams) {
      // What was read and given back uncounted is still pending with us.
      if (stream.backlog === 'none') stream.backlog = 'rereading';
      else if (stream.backlog === 'claiming') stream.claimFrom = stream.lastId;
      this.#parts.failures.bringLeft(stream);
    }
    this.#publishShards();
  }

  /** Resolves when nothing of it is open, or its time is over. */
  #drained(shard: OwnedShard): Promise<void> {
    const { clock, claimIdleMs } = this.#parts.settings;
    return new Promise((resolve) => {
      const timer = clock.setTimer(
        () => {
          shard.drainUntilMs = 0;
          this.#settled(shard);
        },
        claimIdleMs,
        { background: true },
      );
      this.#waiting.set(shard, () => {
        clock.clearTimer(timer);
        resolve();
      });
      this.#settled(shard);
    });
  }

  #settled(shard: OwnedShard): void {
    const waiting = this.#waiting.get(shard);
    if (waiting === undefined) return;
    if (shard.state === 'draining' && shard.open > 0 && shard.drainUntilMs > this.#parts.settings.clock.now()) return;
    this.#waiting.delete(shard);
    waiting();
  }

  /** It is another consumer's: what is open of it here may run there too. */
  #lost(shard: OwnedShard): void {
    if (this.#shards.get(shard.index) !== shard) return;
    const { settings, identity } = this.#parts;
    shard.state = 'lost';
    this.#forget(shard);
    shard.settlements.stop();
    void this.#loops.leave(shard).catch(() => undefined);
    const open = shard.revoke();
    this.#settled(shard);
    this.#publishShards();
    if (open === 0) return;
    const fields = { path: settings.name, group: identity.group, shard: shard.index, open };
    log(
      settings.logger,
      'redis.lease-lost',
      fields,
      'A shard went to another consumer while messages of it were open.',
    );
  }

  #forget(shard: OwnedShard): void {
    this.#shards.delete(shard.index);
    this.#releasing.delete(shard);
  }

  async #release(index: number): Promise<void> {
    const { keys, identity, owner } = this.#parts;
    // A lease that cannot be given back ends by itself.
    await this.#claims.run(releaseScript, [keys.lease(index, identity.group)], [owner]).catch(() => undefined);
    if (this.#wanted.has(index)) this.#onUrgent();
  }

  get #dropsSettled(): boolean {
    const { settings, connections } = this.#parts;
    return settings.retention.dropSettled && knowsAckDel(connections.state.facts);
  }

  #settlements(index: number): Settlements {
    const { keys, identity, owner, settings, counters, connections } = this.#parts;
    return new Settlements({
      claims: this.#claims,
      rounds: connections.isCluster ? undefined : this.#rounds,
      clock: settings.clock,
      lease: keys.lease(index, identity.group),
      partial: keys.partial(index, identity.group),
      owner,
      group: identity.group,
      consumer: identity.consumer,
      keepNotesMs: settings.deduplicationMs,
      dropsSettled: () => this.#dropsSettled,
      onLost: () => {
        const shard = this.#shards.get(index);
        if (shard !== undefined) this.#lost(shard);
      },
      onForgotten: () => this.#onUrgent(),
      onAcknowledged: (messages) => {
        counters.acknowledgedMessages += messages;
      },
      onFailed: () => this.#onUrgent(),
    });
  }
}

/** For how many times `claimIdleMs` a shard stays that could not be given back. */
const KEEP_FOR_IDLE_TIMES = 10;
/** For how many times `claimIdleMs` it is remembered who had a shard last. */
const REMEMBER_IDLE_TIMES = 20;
/** What the script of leases answers. */
const WAS_FREE = 1;
const WAS_OURS = 2;
const WAS_ANOTHERS = 4;
