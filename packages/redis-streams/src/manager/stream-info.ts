import type { Priority } from '@tradewind/core-types';
import type { CommandPort } from '../connection/ports.ts';
import { infoOf, list, text } from '../consuming/replies.ts';
import { RedisTransportError } from '../errors.ts';
import { groupLag, type GroupLag } from '../observing/group-lag.ts';

/** One stream with its groups, at one moment. */
export interface StreamInfo {
  readonly stream: string;
  readonly shard: number;
  readonly priority: Priority;
  readonly entries: number;
  /** What it takes in the memory of Redis; undefined where the user may not ask. */
  readonly memoryBytes: number | undefined;
  readonly firstId: string | undefined;
  readonly lastId: string;
  readonly groups: readonly (GroupLag & { readonly group: string })[];
}

/** Undefined where there is no such stream. @throws RedisTransportError */
export async function streamInfo(
  commands: CommandPort,
  { key, shard, priority }: { readonly key: string; readonly shard: number; readonly priority: Priority },
  nowMs: number,
): Promise<StreamInfo | undefined> {
  const replies = await commands.pipeline(key, [
    { command: 'XINFO', args: ['STREAM', key] },
    { command: 'XINFO', args: ['GROUPS', key] },
    { command: 'MEMORY', args: ['USAGE', key] },
  ]);
  const [stream, groups, memory] = replies;
  if (stream instanceof RedisTransportError) {
    if (stream.reply === 'ERR') return undefined;
    throw stream;
  }
  const info = infoOf(stream);
  const first = info.get('first-entry');
  const names =
    groups instanceof RedisTransportError ? [] : list(groups).map((group) => text(infoOf(group).get('name')));
  const lags = await Promise.all(
    names.map(async (group) => ({ group, lag: await groupLag(commands, key, group, nowMs) })),
  );
  return {
    stream: key,
    shard,
    priority,
    entries: Number(info.get('length')),
    memoryBytes: typeof memory === 'number' ? memory : undefined,
    firstId: Array.isArray(first) ? text(first[0]) : undefined,
    lastId: text(info.get('last-generated-id')),
    groups: lags.flatMap(({ group, lag }) => (lag === undefined ? [] : [{ ...lag, group }])),
  };
}
