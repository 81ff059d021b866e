import { removeConsumersScript } from '../scripts/lease.ts';
import { tidyNotesScript } from '../scripts/tidy-notes.ts';
import type { GroupParts } from './group-parts.ts';
import type { OwnedShard } from './owned-shard.ts';
import type { OwnedStream } from './owned-stream.ts';
import { notePrefix } from './notes.ts';
import { infoOf, list, text } from './replies.ts';

/** Whom tending asks. */
export interface ShardTendingHost {
  /** Ids that were read of a stream and wait to be handed out. */
  waitingOf(stream: OwnedStream): readonly string[];
  /** Claims what nobody has tended for `claimIdleMs`. */
  sweep(stream: OwnedStream): Promise<void>;
  /** Finds streams that are new. */
  refresh(shard: OwnedShard): Promise<void>;
}

/**
 * What an owned shard needs beside its lease: heartbeats for entries that are in hand for long (`XCLAIM JUSTID`, so that Redis and whoever looks see that
 * they are tended), new topics, a sweep for strays each `claimIdleMs`, and the removal of consumers that have gone.
 */
export class ShardTending {
  /** The consumers that are there, by their names. */
  alive: ReadonlySet<string> = new Set();
  readonly #parts: GroupParts;
  readonly #host: ShardTendingHost;

  constructor(parts: GroupParts, host: ShardTendingHost) {
    this.#parts = parts;
    this.#host = host;
  }

  /** One round, unless one is on its way. Does not reject: what fails is tried again with the next one. */
  async tend(shard: OwnedShard): Promise<void> {
    if (shard.isTended) return;
    shard.isTended = true;
    await this.#round(shard).catch(() => undefined);
    shard.isTended = false;
  }

  /**
   * Forgets consumers that have gone, where nothing is pending with them; does not reject. One that is there after all is made again by
   * its next read.
   */
  async forgetGone(stream: string): Promise<void> {
    const { identity, connections } = this.#parts;
    try {
      const consumers = list(await connections.claims.call('XINFO', stream, ['CONSUMERS', stream, identity.group]));
      const gone = consumers
        .map(infoOf)
        .filter((info) => Number(info.get('pending')) === 0)
        .map((info) => text(info.get('name')))
        .filter((name) => name !== identity.consumer && !this.alive.has(name));
      if (gone.length > 0) await connections.claims.run(removeConsumersScript, [stream], [identity.group, ...gone]);
    } catch {
      // The next sweep does it.
    }
  }

  async #round(shard: OwnedShard): Promise<void> {
    const { clock, claimIdleMs } = this.#parts.settings;
    const nowMs = clock.now();
    for (const stream of shard.streams) {
      const old: string[] = [];
      for (const entry of stream.open.values()) {
        if (nowMs - entry.touchedMs < claimIdleMs / 3) continue;
        entry.touchedMs = nowMs;
        old.push(entry.id);
      }
      shard.settlements.heartbeat(stream.key, old);
    }
    if (shard.state !== 'owned') return;
    await this.#host.refresh(shard);
    if (nowMs < shard.sweepAtMs) return;
    shard.sweepAtMs = nowMs + claimIdleMs;
    for (const stream of shard.streams) {
      // What waits here is no stray.
      shard.settlements.heartbeat(stream.key, this.#host.waitingOf(stream));
      await shard.settlements.flushed();
      await this.#host.sweep(stream);
    }
    await this.#tidyNotes(shard);
  }

  /** Notes of entries that are pending no more would pile up otherwise. */
  async #tidyNotes(shard: OwnedShard): Promise<void> {
    const { keys, identity, owner, connections } = this.#parts;
    const streams = shard.streams.map(({ key }) => key);
    const names = [keys.lease(shard.index, identity.group), keys.partial(shard.index, identity.group), ...streams];
    let cursor = '0';
    for (let page = 0; page < MAX_NOTE_PAGES && shard.state === 'owned'; page += 1) {
      const args = [owner, identity.group, cursor, ...streams.map(notePrefix)];
      const [next] = list(await connections.claims.run(tidyNotesScript, names, args));
      cursor = text(next);
      if (cursor === '0') return;
    }
  }
}

/** Of 500 notes or so; what is left then is for the next sweep. */
const MAX_NOTE_PAGES = 20;
