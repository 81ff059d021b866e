import type { CommandPort } from '../connection/ports.ts';
import { RedisTransportError } from '../errors.ts';
import { compareIds, infoOf, list, text } from '../consuming/replies.ts';
import { countBehindScript } from '../scripts/lag.ts';

/** How far a group is behind in one stream. */
export interface GroupLag {
  readonly stream: string;
  /** Entries that were never delivered to the group. */
  readonly lagEntries: number;
  /** Whether there are at least so many: Redis did not know, and they were too many to count. */
  readonly isAtLeast: boolean;
  /** Entries that were delivered and are not acknowledged. */
  readonly pendingEntries: number;
  /** Of these the one that was added first: how old it is, in milliseconds; 0 when there is none. */
  readonly oldestPendingMs: number;
  readonly consumers: number;
  readonly lastDeliveredId: string;
}

/**
 * How far a group is behind in a stream; undefined where the stream or the group is missing.
 *
 * Redis 7 says null for the lag once an entry was deleted behind the group's position, and 6.2 says nothing. Two cases are exact without it: the
 * group has read everything, or nothing that is still there. Otherwise the entries are counted, at most 10,000 of them.
 */
export async function groupLag(
  commands: CommandPort,
  stream: string,
  group: string,
  nowMs: number,
): Promise<GroupLag | undefined> {
  const replies = await commands.pipeline(stream, [
    { command: 'XINFO', args: ['STREAM', stream] },
    { command: 'XINFO', args: ['GROUPS', stream] },
    { command: 'XPENDING', args: [stream, group] },
  ]);
  const failed = replies.find((reply) => reply instanceof RedisTransportError);
  if (failed instanceof RedisTransportError) {
    if (failed.reply === 'ERR' || failed.reply === 'NOGROUP') return undefined;
    throw failed;
  }
  const found = list(replies[1])
    .map(infoOf)
    .find((info) => text(info.get('name')) === group);
  if (found === undefined) return undefined;
  const lastDeliveredId = text(found.get('last-delivered-id'));
  const [pending, oldest] = list(replies[2]);
  const [lagEntries, isAtLeast] = await lagOf(commands, stream, infoOf(replies[0]), found);
  return {
    stream,
    lagEntries,
    isAtLeast,
    pendingEntries: Number(pending),
    oldestPendingMs: Number(pending) === 0 ? 0 : Math.max(0, nowMs - Number(text(oldest).split('-')[0])),
    consumers: Number(found.get('consumers')),
    lastDeliveredId,
  };
}

async function lagOf(
  commands: CommandPort,
  stream: string,
  info: ReadonlyMap<string, unknown>,
  group: ReadonlyMap<string, unknown>,
): Promise<[entries: number, isAtLeast: boolean]> {
  const position = text(group.get('last-delivered-id'));
  const length = Number(info.get('length'));
  if (length === 0 || compareIds(text(info.get('last-generated-id')), position) <= 0) return [0, false];
  const first = info.get('first-entry');
  if (Array.isArray(first) && compareIds(text(first[0]), position) > 0) return [length, false];
  const known = group.get('lag');
  if (typeof known === 'number') return [known, false];
  const counted = Number(await commands.run(countBehindScript, [stream], [position, MAX_COUNTED]));
  return [counted, counted >= MAX_COUNTED];
}

const MAX_COUNTED = 10_000;
