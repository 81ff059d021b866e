import type { Priority } from '@tradewind/core-types';
import { log } from '../observing/log.ts';
import type { ConsumerIdentity, ConsumingParts } from './parts.ts';
import { compareIds, infoOf, list, text } from './replies.ts';

/** Messages of one producer that are missing in a stream. */
export interface Gap {
  readonly stream: string;
  readonly priority: Priority;
  readonly producer: string;
  readonly missing: number;
  /** The entry that was read last before the gap. */
  readonly afterId: string;
}

/**
 * Reports a gap in what a producer wrote, with its reason. Retention removes from the front: when the entry before the gap is gone as well, and
 * the stream has had more entries than it holds, it was trimmed. Otherwise the server lost what it had confirmed.
 */
export async function reportGap(parts: ConsumingParts, identity: ConsumerIdentity, gap: Gap): Promise<void> {
  const { settings, counters, connections } = parts;
  const { stream, producer, missing, priority } = gap;
  const isTrimmed = await connections.commands
    .call('XINFO', stream, ['STREAM', stream])
    .then((reply) => wasTrimmed(reply, gap.afterId))
    .catch(() => false);
  counters.lostMessages += missing;
  const fields = { path: settings.name, group: identity.group, stream, producer };
  if (isTrimmed) {
    log(
      settings.logger,
      'redis.overrun',
      { ...fields, entries: 'unknown' },
      `Retention removed ${missing} messages that were not read.`,
    );
  } else {
    log(
      settings.logger,
      'redis.sequence-gap',
      { ...fields, missing },
      `The server lost ${missing} messages that it had confirmed.`,
    );
  }
  identity.report({ kind: isTrimmed ? 'overrun' : 'sequenceGap', count: missing, priority, producer });
}

function wasTrimmed(reply: unknown, afterId: string): boolean {
  const info = infoOf(reply);
  const first = info.get('first-entry');
  if (!Array.isArray(first) || compareIds(text(list(first)[0]), afterId) <= 0) return false;
  const added = info.get('entries-added');
  // Redis 6.2 does not say how many there were; an entry that is gone from the front is most likely trimmed, unless the stream began anew.
  return added === undefined ? afterId !== '0-0' : Number(added) > Number(info.get('length'));
}
