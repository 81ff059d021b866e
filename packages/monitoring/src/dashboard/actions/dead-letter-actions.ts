import type { DeadLetterStore, RetryResult } from '@tradewind/core-types';
import type { DeadLettersPurged, DeadLettersRetried } from '../protocol/index.ts';
import { storeId } from '../snapshot/transports.ts';
import type { WatchedBus } from '../sources/watched-bus.ts';
import type { Acting } from './acting.ts';
import { missing, refused, type Body } from './body.ts';

/** The store that a page means. @throws MonitoringError `NOT_FOUND` */
export function storeOf(buses: readonly WatchedBus[], id: string): DeadLetterStore {
  for (const bus of buses) {
    for (const [name, store] of bus.faces().deadLetters) if (storeId(bus, name) === id) return store;
  }
  throw missing(`the store ${id}`);
}

/** Publishes letters again, a hundred at a time, so that a store of thousands does not hold up the event loop. */
export async function retryLetters({ body, buses }: Acting): Promise<DeadLettersRetried> {
  const store = storeOf(buses, body.text('store'));
  const { ids, more } = await idsOf(store, body);
  const retried: string[] = [];
  const unknown: string[] = [];
  const failed: RetryResult['failed'][number][] = [];
  for (const chunk of chunksOf(ids)) {
    const result = await store.retry(chunk);
    retried.push(...result.retried);
    unknown.push(...result.unknown);
    failed.push(...result.failed);
  }
  return {
    ok: true,
    retried: retried.length,
    unknown: unknown.length,
    failed: failed.slice(0, MAX_FAILED),
    failedCount: failed.length,
    more,
  };
}

/** Removes letters for good. */
export async function purgeLetters({ body, buses }: Acting): Promise<DeadLettersPurged> {
  const store = storeOf(buses, body.text('store'));
  const { ids, more } = await idsOf(store, body);
  let purged = 0;
  for (const chunk of chunksOf(ids)) purged += await store.purge(chunk);
  return { ok: true, purged, more };
}

/** Those that were named, or all of a pattern that are there now: a letter that comes back while this goes on is not tried again and again. */
async function idsOf(
  store: DeadLetterStore,
  body: Body,
): Promise<{ readonly ids: readonly string[]; readonly more: boolean }> {
  const named = body.optionalTexts('ids', MAX_NAMED);
  if (named !== undefined) return { ids: named, more: false };
  if (body.raw('all') !== true) throw refused('ids', 'ids of letters, or all: true', 'neither');
  const pattern = body.optionalText('pattern');
  const ids: string[] = [];
  let after: string | undefined;
  while (ids.length <= MAX_ALL) {
    const page: string[] = [];
    for await (const { id } of store.list({ pattern, after, limit: PAGE })) page.push(id);
    ids.push(...page);
    after = page.at(-1);
    if (page.length < PAGE) break;
  }
  return { ids: ids.slice(0, MAX_ALL), more: ids.length > MAX_ALL };
}

function* chunksOf(ids: readonly string[]): Iterable<readonly string[]> {
  for (let at = 0; at < ids.length; at += PAGE) yield ids.slice(at, at + PAGE);
}

const PAGE = 100;
const MAX_NAMED = 1_000;
const MAX_ALL = 10_000;
const MAX_FAILED = 100;
