import type { EntryHeader } from '../wire/entry.ts';
import { readEntryHeader } from '../wire/entry-layout.ts';
import { reportGap } from './gap-reporting.ts';
import type { GroupParts } from './group-parts.ts';
import type { ReadItem } from './read-item.ts';
import { compareIds, fieldOf, list, rawEntries, text } from './replies.ts';

/**
 * Looks for messages that are missing before an entry, first among what is pending: a consumer that lost its lease while it was paused may have had a read
 * on its way, and the server gave it what it was to give to us. That is claimed and goes out before the entry. The rest is lost, and reported.
 *
 * @returns Whether that was done. The lease may end meanwhile: then it is not for us to claim, nor to say what is lost.
 */
export async function explainGap(
  parts: GroupParts,
  item: ReadItem,
  header: EntryHeader,
  claimed: (items: readonly ReadItem[]) => number,
): Promise<boolean> {
  const { stream } = item;
  const { clock } = parts.settings;
  const missing = stream.tracker.missingBefore(header);
  const found = await strays(parts, item).catch(() => []);
  if (!stream.shard.isServed(clock.now())) {
    claimed(found);
    return false;
  }
  const added = claimed(found) > 0 ? messagesOf(found, header.producer) : 0;
  if (missing <= added) return true;
  const { key, priority, lastId, startId } = stream;
  const afterId = compareIds(lastId, startId) > 0 ? lastId : startId;
  const gap = { stream: key, priority, producer: header.producer, missing: missing - added, afterId };
  await reportGap(parts, parts.identity, gap);
  return true;
}

/** What is pending between the entry that went out last and this one. While we hold the lease nobody else may have it in hand. */
async function strays(
  { connections, identity, settings }: GroupParts,
  { stream, id }: ReadItem,
): Promise<readonly ReadItem[]> {
  const { key, lastId } = stream;
  const { group, consumer } = identity;
  const range = ['IDLE', 0, `(${lastId}`, `(${id}`, MAX_STRAYS];
  const pending = list(await connections.claims.call('XPENDING', key, [key, group, ...range])).map(list);
  const counts = new Map<string, number>();
  for (const [stray, , , deliveries] of pending)
    if (compareIds(text(stray), id) < 0) counts.set(text(stray), Number(deliveries) + 1);
  if (counts.size === 0 || !stream.shard.isServed(settings.clock.now())) return [];
  const args = [key, group, consumer, 0, ...counts.keys()];
  return rawEntries(await connections.claims.call('XCLAIM', key, args)).map((entry): ReadItem => ({
    stream,
    id: entry.id,
    bytes: entry.fields === undefined ? undefined : fieldOf(entry.fields, 'b'),
    isGone: entry.fields === undefined,
    deliveries: counts.get(entry.id) ?? 1,
    note: undefined,
    source: 'claimed',
  }));
}

function messagesOf(items: readonly ReadItem[], producer: string): number {
  let messages = 0;
  for (const { bytes } of items) {
    try {
      const header = bytes === undefined ? undefined : readEntryHeader(bytes);
      if (header?.producer === producer) messages += header.count;
    } catch {
      // It is told when it is opened.
    }
  }
  return messages;
}

const MAX_STRAYS = 1_000;
