import { RedisTransportError } from '../errors.ts';
import { readEntryHeader } from '../wire/entry-layout.ts';
import type { GroupParts } from './group-parts.ts';
import type { OwnedStream } from './owned-stream.ts';
import { fieldOf, infoOf, list, rawEntries, text } from './replies.ts';

/**
 * Tells streams of one shard that are about to be read where their group stands, and what producers wrote last up to there: so what is missing
 * between that and the first new entry is a gap, although another consumer read what was before it.
 *
 * It looks at the last 64 entries; a producer that has none among them is met for the first time. Where entries leave their stream with
 * their acknowledgement it looks at nothing: the last one that is still there need not be the last one that was read.
 *
 * @throws RedisTransportError when Redis cannot be reached. Where it refuses, nothing is known of the stream.
 */
export async function findStarts(
  parts: GroupParts,
  streams: readonly OwnedStream[],
  dropsSettled: boolean,
): Promise<void> {
  const [first] = streams;
  if (first === undefined || dropsSettled) return;
  const { connections, identity } = parts;
  const groups = await connections.commands.pipeline(
    first.key,
    streams.map(({ key }) => ({ command: 'XINFO', args: ['GROUPS', key] })),
  );
  const begun = streams.flatMap((stream, i) => {
    const startId = lastDelivered(groups[i], identity.group);
    return startId === undefined || startId === '0-0' ? [] : [{ stream, startId }];
  });
  if (begun.length === 0) return;
  const entries = await connections.commands.pipeline(
    first.key,
    begun.map(({ stream, startId }) => ({
      command: 'XREVRANGE',
      args: [stream.key, startId, '-', 'COUNT', MAX_ENTRIES],
    })),
  );
  for (const [i, { stream, startId }] of begun.entries()) {
    const reply = entries[i];
    if (reply instanceof RedisTransportError) continue;
    stream.startId = startId;
    // The newest comes first, and is the one that counts.
    for (const { fields } of rawEntries(reply)) {
      const bytes = fields === undefined ? undefined : fieldOf(fields, 'b');
      if (bytes !== undefined) startBehind(stream, bytes);
    }
  }
}

function startBehind({ tracker }: OwnedStream, bytes: Buffer): void {
  try {
    const header = readEntryHeader(bytes);
    tracker.startBehind(header, header.count);
  } catch {
    // What has no header was told by whoever read it.
  }
}

function lastDelivered(reply: unknown, group: string): string | undefined {
  if (reply instanceof RedisTransportError) return undefined;
  for (const one of list(reply)) {
    const info = infoOf(one);
    if (text(info.get('name')) === group) return text(info.get('last-delivered-id'));
  }
  return undefined;
}

const MAX_ENTRIES = 64;
