import type { DeadLetterStore, RetryResult } from '@tradewind/core-types';
import type { DeadLettersPurged, DeadLettersRetried } from '../protocol/index.ts';
import { storeId } from '../snapshot/transports.ts';
import type { WatchedBus } from '../sources/watched-bus.ts';
import { action, type Acting, type Action } from './acting.ts';
import { missing, refused, type Body } from './body.ts';

const MEMBERS = ['store', 'ids', 'all', 'pattern'] as const;

/** The store that a page means. @throws MonitoringError `NOT_FOUND` */
export function storeOf(buses: readonly WatchedBus[], id: string): DeadLetterStore {
  for (const bus of buses) {
    for (const [name, store] of bus.faces().deadLetters) if (storeId(bus, name) === id) return store;
  }
  throw missing(`the store ${id}`);
}

/** Publishes letters again. */
export const retryLetters: Action = action({
  act: 'retry-dead-letters',
  members: MEMBERS,
  on: lettersOf,
  run: lettersRetried,
  detail: ({ retried, unknown, failedCount }) => `${retried} retried, ${unknown} gone, ${failedCount} failed`,
});

/** Removes letters for good. */
export const purgeLetters: Action = action({
  act: 'purge-dead-letters',
  members: MEMBERS,
  on: lettersOf,
  run: lettersPurged,
  detail: ({ purged }) => `${purged} purged`,
});

/** A hundred at a time, so that a store of thousands does not hold up the event loop. */
async function lettersRetried({ body, buses, payloads }: Acting): Promise<DeadLettersRetried> {
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
    // What refused a message may quote it.
    failed: failed.slice(0, MAX_FAILED).map(({ id, reason }) => ({ id, reason: payloads ? textOf(reason) : null })),
    failedCount: failed.length,
    more,
  };
}

async function lettersPurged({ body, buses }: Acting): Promise<DeadLettersPurged> {
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
  if (named !== undefined) {
    // A pattern beside them would be taken for a condition that they have to fulfil.
    if (body.raw('all') !== undefined || body.optionalText('pattern') !== undefined) {
      throw refused('ids', 'either ids, or all: true with or without a pattern', 'both');
    }
    return { ids: named, more: false };
  }
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

/** Which letters are meant, in words. */
function lettersOf(body: Body): string {
  const named = body.optionalTexts('ids', MAX_NAMED);
  const store = `store ${body.text('store')}`;
  if (named === undefined) return `${store}, all of ${body.optionalText('pattern') ?? 'them'}`;
  const more = named.length > MAX_SHOWN ? ` and ${named.length - MAX_SHOWN} more` : '';
  return `${store}, ${named.slice(0, MAX_SHOWN).join(', ')}${more}`;
}

function textOf(reason: string): string {
  return reason.length > MAX_REASON_CHARACTERS ? `${reason.slice(0, MAX_REASON_CHARACTERS)}…` : reason;
}

function* chunksOf(ids: readonly string[]): Iterable<readonly string[]> {
  for (let at = 0; at < ids.length; at += PAGE) yield ids.slice(at, at + PAGE);
}

const PAGE = 100;
const MAX_NAMED = 1_000;
const MAX_ALL = 10_000;
const MAX_FAILED = 100;
const MAX_REASON_CHARACTERS = 500;
/** Ids that the trail of acts names. */
const MAX_SHOWN = 5;
