import { PRIORITIES, PRIORITY_NAMES, type MetricsSink } from '@tradewind/core-types';
import type { ConsumingParts } from '../consuming/parts.ts';
import type { ShardStreams, StreamName } from '../consuming/shard-streams.ts';
import { groupLag, type GroupLag } from './group-lag.ts';

interface WatchedGroup {
  /** How many consumers of this transport are in it. */
  consumers: number;
  lags: readonly (GroupLag & Pick<StreamName, 'priority'>)[];
}

/**
 * How far the groups of this transport are behind, as of the scrape before: a scrape does not wait for Redis, it asks for the next one.
 * So nothing is asked while nobody scrapes, and at most once in five seconds.
 */
export class GroupLags {
  readonly #parts: ConsumingParts;
  readonly #streams: ShardStreams;
  readonly #groups = new Map<string, WatchedGroup>();
  #askedMs = -Infinity;
  #isAsking = false;

  constructor(parts: ConsumingParts, streams: ShardStreams) {
    this.#parts = parts;
    this.#streams = streams;
  }

  watch(group: string): void {
    const watched = this.#groups.get(group);
    if (watched === undefined) this.#groups.set(group, { consumers: 1, lags: [] });
    else watched.consumers += 1;
  }

  forget(group: string): void {
    const watched = this.#groups.get(group);
    if (watched === undefined) return;
    watched.consumers -= 1;
    if (watched.consumers === 0) this.#groups.delete(group);
  }

  collect(into: MetricsSink): void {
    if (this.#groups.size === 0) return;
    for (const [name, help] of DESCRIPTIONS) into.describe(name, help);
    for (const [group, { lags }] of this.#groups) {
      for (const lane of PRIORITIES) {
        const labels = { group, priority: PRIORITY_NAMES[lane] };
        let lag = 0;
        let pending = 0;
        let oldestMs = 0;
        for (const one of lags) {
          if (one.priority !== lane) continue;
          lag += one.lagEntries;
          pending += one.pendingEntries;
          oldestMs = Math.max(oldestMs, one.oldestPendingMs);
        }
        into.gauge('tradewind_transport_lag_entries', lag, labels);
        into.gauge('tradewind_transport_pending_entries', pending, labels);
        into.gauge('tradewind_transport_oldest_pending_seconds', oldestMs / 1_000, labels);
      }
    }
    void this.refresh();
  }

  /** Asks Redis, unless it was asked a moment ago. Does not reject: what is not known stays as it was. */
  async refresh(): Promise<void> {
    const nowMs = this.#parts.settings.clock.now();
    if (this.#isAsking || nowMs - this.#askedMs < LEAST_BETWEEN_MS) return;
    this.#isAsking = true;
    this.#askedMs = nowMs;
    try {
      for (const [group, watched] of this.#groups) watched.lags = await this.#lagsOf(group, nowMs);
    } catch {
      // Health says why; the figures are those of the last answer.
    } finally {
      this.#isAsking = false;
    }
  }

  async #lagsOf(group: string, nowMs: number): Promise<WatchedGroup['lags']> {
    const { connections, settings } = this.#parts;
    const lags: (GroupLag & Pick<StreamName, 'priority'>)[] = [];
    for (let shard = 0; shard < settings.shards; shard += 1) {
      for (const { key, priority } of await this.#streams.of(shard)) {
        const lag = await groupLag(connections.commands, key, group, nowMs);
        if (lag !== undefined) lags.push({ ...lag, priority });
      }
    }
    return lags;
  }
}

const DESCRIPTIONS = [
  ['tradewind_transport_lag_entries', 'Stream entries that were never delivered to the group.'],
  ['tradewind_transport_pending_entries', 'Stream entries that were delivered to the group and are not acknowledged.'],
  ['tradewind_transport_oldest_pending_seconds', 'How long ago the oldest pending entry was added.'],
] as const;

const LEAST_BETWEEN_MS = 5_000;
