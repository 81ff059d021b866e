import type { CommandPort } from '../connection/ports.ts';
import { RedisTransportError } from '../errors.ts';
import { log } from '../observing/log.ts';
import type { GroupParts } from './group-parts.ts';
import type { OwnedStream } from './owned-stream.ts';
import { compareIds, infoOf, list, text } from './replies.ts';
import { createGroups, type StreamName } from './shard-streams.ts';

/**
 * Makes a group again that is gone: after FLUSHALL, a restart without persistence, an eviction, or somebody's `XGROUP DESTROY`.
 *
 * It starts where this consumer was, when the stream still is the one it read; a stream that began anew is read from its beginning, and so is one
 * of which this consumer has read nothing. Nothing that is in the stream is skipped. What was pending with others is forgotten with the group, and
 * read again only where it lies behind the start: so the loss is reported, and its number is unknown. What the stream itself lost shows as gaps
 * in the numbers of its producers.
 */
export class GroupHealing {
  readonly #parts: GroupParts;
  readonly #commands: CommandPort;
  #healing: Promise<void> | undefined = undefined;

  constructor(parts: GroupParts) {
    this.#parts = parts;
    this.#commands = parts.connections.commands;
  }

  /** One after the other: all lanes find out at once. */
  async heal(streams: readonly OwnedStream[]): Promise<void> {
    while (this.#healing !== undefined) await this.#healing.catch(() => undefined);
    this.#healing = this.#healAll(streams);
    try {
      await this.#healing;
    } finally {
      this.#healing = undefined;
    }
  }

  async #healAll(streams: readonly OwnedStream[]): Promise<void> {
    const byShard = Map.groupBy(streams, ({ shard }) => shard);
    for (const some of byShard.values()) {
      const starts = await Promise.all(
        some.map(async (stream) => ({ key: stream.key, start: await this.#startOf(stream) })),
      );
      const missing = await createGroups(this.#commands, this.#parts.identity.group, starts);
      for (const [i, stream] of some.entries()) {
        if (!missing.includes(stream.key)) continue;
        const start = starts[i]?.start ?? '0';
        if (start === '0') {
          stream.lastId = '0-0';
          stream.startId = '0-0';
        }
        stream.backlog = 'none';
        reportRecreated(this.#parts, stream, start);
      }
    }
  }

  async #startOf(stream: OwnedStream): Promise<string> {
    try {
      const info = infoOf(await this.#commands.call('XINFO', stream.key, ['STREAM', stream.key]));
      const isOlder = compareIds(text(info.get('last-generated-id')), stream.lastId) < 0;
      // Nothing is left of what was read: with the group gone too, the stream most likely began anew.
      const first = info.get('first-entry');
      const isNewer = Array.isArray(first) && compareIds(text(list(first)[0]), stream.lastId) > 0;
      return isOlder || isNewer ? '0' : stream.lastId;
    } catch (error) {
      // There is no such key: the stream begins anew.
      if (error instanceof RedisTransportError && error.reply === 'ERR') return '0';
      throw error;
    }
  }
}

/** Says that the group of a stream was gone, and where the new one begins. */
export function reportRecreated(
  { settings, counters, identity }: Pick<GroupParts, 'settings' | 'counters' | 'identity'>,
  stream: StreamName,
  start: string,
): void {
  counters.groupsRecreated += 1;
  const fields = { path: settings.name, group: identity.group, stream: stream.key, start };
  log(
    settings.logger,
    'redis.group-recreated',
    fields,
    'A group was gone, and with it what was pending; it was made again.',
  );
  identity.report({ kind: 'groupRecreated', count: 'unknown', priority: stream.priority });
}
