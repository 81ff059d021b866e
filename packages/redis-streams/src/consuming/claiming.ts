import type { CommandPort } from '../connection/ports.ts';
import { claimScript } from '../scripts/claim.ts';
import type { OwnedStream } from './owned-stream.ts';
import type { GroupParts } from './group-parts.ts';
import type { ReadItem } from './read-item.ts';
import { notePrefix } from './notes.ts';
import { pause } from './pausing.ts';
import { bytes, list, text } from './replies.ts';

/** Whom claiming tells. */
export interface ClaimingHost {
  /** Returns how many of them were not in hand already. */
  claimed(stream: OwnedStream, items: readonly ReadItem[]): number;
  wake(stream: OwnedStream): void;
  /** Everything that others left in the stream is claimed: nothing is pending with them any more. */
  takenOver(stream: OwnedStream): void;
  /** Another consumer has the lease (`lost`), nobody has it (`forgotten`), or the group is gone. */
  lost(stream: OwnedStream): void;
  forgotten(stream: OwnedStream): void;
  heal(streams: readonly OwnedStream[]): Promise<void>;
}

interface Page {
  readonly status: number;
  readonly next: string;
  readonly items: readonly ReadItem[];
  /** Messages of pending entries that are no longer in their stream. */
  readonly goneMessages: number;
  /** Such entries of which nobody knows how many messages they held. */
  readonly goneEntries: number;
}

/**
 * Takes over what is pending in the streams of this consumer's shards: by bounded pages of `XAUTOCLAIM`, each asked for when the one before it is
 * handed out, while other streams go on. The lease proves that whoever it was delivered to has no business with it any more; so nobody
 * waits for it to become old.
 *
 * A claim counts as a delivery, since whoever claims may die of it before it can say anything. So entries that were delivered twice and never settled are taken
 * one by one, each when the one before it is settled: a message that kills whoever touches it must not take those behind it to the dead letters.
 *
 * `XREADGROUP … CLAIM` of Redis 8.4 is not used: it reads and claims in one command, but nothing ties that command to the lease, and a consumer that
 * was paused would claim what the new owner has in hand.
 */
export class Claiming {
  readonly #parts: GroupParts;
  readonly #claims: CommandPort;
  readonly #host: ClaimingHost;
  readonly #pageSize: number;

  constructor(parts: GroupParts, host: ClaimingHost) {
    this.#parts = parts;
    this.#claims = parts.connections.claims;
    this.#host = host;
    this.#pageSize = Math.max(MIN_PAGE, parts.settings.readCount);
  }

  /** The next page of a stream's backlog. */
  claim(stream: OwnedStream): void {
    void this.#claim(stream);
  }

  /** Looks for entries that nobody has tended for so long, all pages: what a consumer read that was paused, and lost its lease. */
  async sweep(stream: OwnedStream): Promise<void> {
    let from = '0-0';
    do {
      if (stream.backlog !== 'none' || stream.shard.state !== 'owned') return;
      const page = await this.#page(stream, this.#parts.settings.claimIdleMs, from);
      if (!this.#accepted(stream, page)) return;
      from = page.next;
      this.#host.claimed(stream, page.items);
    } while (from !== '0-0');
    this.#host.takenOver(stream);
  }

  async #claim(stream: OwnedStream): Promise<void> {
    stream.isClaiming = true;
    try {
      await this.#claimPage(stream);
    } catch {
      // Its lease tells whether it is still ours when Redis is back; then it is tried again.
      await pause(this.#parts.settings.clock, RETRY_MS, true);
    }
    stream.isClaiming = false;
    this.#host.wake(stream);
  }

  async #claimPage(stream: OwnedStream): Promise<void> {
    const page = await this.#page(stream, 0, stream.claimFrom);
    if (page.status === -2) {
      await this.#host.heal([stream]);
      stream.backlog = 'none';
      return;
    }
    if (!this.#accepted(stream, page) || stream.backlog !== 'claiming') return;
    this.#host.claimed(stream, page.items);
    const [item] = page.items;
    if (item !== undefined && item.deliveries > SUSPECT_DELIVERIES) stream.onEmpty = () => this.#host.wake(stream);
    stream.claimFrom = page.next;
    if (page.next !== '0-0') return;
    stream.backlog = 'none';
    this.#host.takenOver(stream);
  }

  #accepted(stream: OwnedStream, { status, items, goneMessages, goneEntries }: Page): boolean {
    if (status === 0) this.#host.lost(stream);
    if (status === -1) this.#host.forgotten(stream);
    if (status !== 1) return false;
    const { counters, identity } = this.#parts;
    counters.claimedEntries += items.length;
    if (goneMessages > 0) {
      counters.lostMessages += goneMessages;
      identity.report({ kind: 'overrun', count: goneMessages, priority: stream.priority });
    }
    if (goneEntries > 0) {
      counters.overrunEntries += goneEntries;
      identity.report({ kind: 'overrun', count: 'unknown', priority: stream.priority });
    }
    return true;
  }

  async #page(stream: OwnedStream, idleMs: number, from: string): Promise<Page> {
    const { keys, identity, owner } = this.#parts;
    const { index } = stream.shard;
    const reply = list(
      await this.#claims.run(
        claimScript,
        [keys.lease(index, identity.group), keys.partial(index, identity.group), stream.key],
        [
          owner,
          identity.group,
          identity.consumer,
          idleMs,
          from,
          this.#pageSize,
          notePrefix(stream.key),
          SUSPECT_DELIVERIES,
        ],
      ),
    );
    const items = list(reply[2]).map((entry): ReadItem => {
      const [id, blob, deliveries, note] = list(entry);
      return {
        stream,
        id: text(id),
        bytes: bytes(blob),
        isGone: false,
        deliveries: Number(deliveries),
        note: bytes(note),
        source: 'claimed',
      };
    });
    const [status, next, , goneMessages, goneEntries] = reply;
    return {
      status: Number(status),
      next: text(next),
      items,
      goneMessages: Number(goneMessages),
      goneEntries: Number(goneEntries),
    };
  }
}

const MIN_PAGE = 32;
/** Entries that were delivered so often and are pending still may be what their consumers died of. */
const SUSPECT_DELIVERIES = 2;
const RETRY_MS = 100;
