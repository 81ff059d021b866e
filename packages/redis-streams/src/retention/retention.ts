import { randomUUID } from 'node:crypto';
import type { Timer } from '@tradewind/core-types';
import type { Connections } from '../connection/ports.ts';
import { compareIds } from '../consuming/replies.ts';
import { ShardStreams } from '../consuming/shard-streams.ts';
import type { Keys } from '../keys.ts';
import type { Counters } from '../observing/counters.ts';
import { log } from '../observing/log.ts';
import type { RedisStreamSettings } from '../options.ts';
import { TrimSum, trimInSteps, type TrimLimits, type TrimNotes, type TrimResult } from './trimming.ts';

/** What retention needs. */
export interface RetentionParts {
  readonly connections: Connections;
  readonly settings: RedisStreamSettings;
  readonly keys: Keys;
  readonly counters: Counters;
}

/**
 * Trims all streams from time to time, as `autotrimMins` and `retention` say: entries that are too old, that have ids below a bound, that are too many. By
 * default nothing goes that a group has not read or settled: a group that nobody serves any more therefore keeps its streams growing, until
 * it is deleted. With `dropUnread` it does go, and every group that lost something by it is named in the log (`redis.overrun`), with a count of entries;
 * consumers report what they miss by count of messages.
 *
 * A round removes all that is due, in steps that leave the server free in between; of one stream at most as many entries as it had when its turn came.
 * Of all transports of one base only one does a round, whoever comes first; a round is due four times within the shortest time that is kept, every ten seconds at most.
 */
export class Retention {
  readonly #parts: RetentionParts;
  readonly #streams: ShardStreams;
  readonly #token: string = randomUUID();
  readonly #everyMs: number;
  #timer: Timer | undefined = undefined;
  #stopped = false;
  #round: Promise<void> | undefined = undefined;
  #isFailureLogged = false;

  constructor(parts: RetentionParts) {
    this.#parts = parts;
    const { settings, connections, keys } = parts;
    this.#streams = new ShardStreams(connections.claims, keys, settings.streamPerTopic);
    this.#everyMs = Math.max(LEAST_MS, Math.min(MOST_MS, (settings.autotrimMs ?? Infinity) / 4));
  }

  /** Whether the options ask for it at all. */
  get isWanted(): boolean {
    const { autotrimMs, retention } = this.#parts.settings;
    const { maxEntries, minId, dropSettled } = retention;
    return autotrimMs !== undefined || maxEntries !== undefined || minId !== undefined || dropSettled;
  }

  start(): void {
    if (!this.isWanted || this.#stopped || this.#timer !== undefined) return;
    this.#timer = this.#parts.settings.clock.setTimer(
      () => {
        this.#timer = undefined;
        void this.round().finally(() => this.start());
      },
      this.#everyMs,
      { background: true },
    );
  }

  /** Resolves when a round that is on its way has ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#parts.settings.clock.clearTimer(this.#timer);
    await this.#round;
  }

  /** One round now, unless another transport does one. Does not reject: what failed is logged, and tried again with the next round. */
  round(): Promise<void> {
    this.#round ??= this.#trimAll().finally(() => {
      this.#round = undefined;
    });
    return this.#round;
  }

  /**
   * Frees what can be freed now: what retention lets go, and besides it all that every group has settled, whatever the options say of that. It waits for no other
   * round and takes no lock, which a server that is out of memory would refuse.
   *
   * @throws RedisTransportError
   */
  async free(): Promise<void> {
    await this.#round;
    await this.#trimStreams({ ...this.#limits(), dropSettled: true });
  }

  async #trimAll(): Promise<void> {
    const { connections, settings, keys } = this.#parts;
    try {
      // The lock ends by itself before the next round is due.
      const lock = [keys.trim, this.#token, 'NX', 'PX', Math.floor(this.#everyMs * LOCK_SHARE)];
      if ((await connections.claims.call('SET', keys.trim, lock)) === null) return;
      await this.#trimStreams(this.#limits());
      this.#isFailureLogged = false;
    } catch (error) {
      if (this.#isFailureLogged || this.#stopped) return;
      this.#isFailureLogged = true;
      log(settings.logger, 'redis.trim-failed', { path: settings.name, error }, 'Retention could not do its round.');
    }
  }

  async #trimStreams(limits: TrimLimits): Promise<void> {
    const { settings, keys } = this.#parts;
    for (let shard = 0; shard < settings.shards && !this.#stopped; shard += 1) {
      const hashOf = (group: string): string => keys.partial(shard, group);
      for (const { key } of await this.#streams.of(shard)) {
        await this.#trim(key, limits, { hashOf, keepMs: settings.deduplicationMs });
      }
    }
  }

  /** What was removed is counted, and told, when a later step fails as well, or when this stops in between. */
  async #trim(stream: string, limits: TrimLimits, notes: TrimNotes): Promise<void> {
    const sum = new TrimSum();
    try {
      for await (const step of trimInSteps(this.#parts.connections.claims, stream, limits, notes)) {
        sum.add(step);
        if (this.#stopped) break;
      }
    } finally {
      this.#trimmed(stream, sum.result);
    }
  }

  #limits(): TrimLimits {
    const { autotrimMs, retention, clock } = this.#parts.settings;
    const { maxEntries, minId, dropUnread, dropSettled } = retention;
    const oldest = autotrimMs === undefined ? undefined : `${Math.max(0, Math.floor(clock.now() - autotrimMs))}-0`;
    const isLater = oldest !== undefined && (minId === undefined || compareIds(oldest, minId) > 0);
    return { minId: isLater ? oldest : minId, maxEntries, dropUnread, dropSettled };
  }

  #trimmed(stream: string, { removedEntries, overruns }: TrimResult): void {
    const { counters, settings } = this.#parts;
    counters.trimmedEntries += removedEntries;
    for (const { group, unreadEntries, pendingEntries } of overruns) {
      const entries = unreadEntries + pendingEntries;
      counters.overrunEntries += entries;
      const fields = { path: settings.name, group, stream, entries };
      log(
        settings.logger,
        'redis.overrun',
        fields,
        `Retention removed ${entries} entries that the group ${group} had not read or settled.`,
      );
    }
  }
}

const LEAST_MS = 250;
const MOST_MS = 10_000;
const LOCK_SHARE = 0.9;
