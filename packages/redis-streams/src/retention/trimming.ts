import type { CommandPort } from '../connection/ports.ts';
import { notePrefix } from '../consuming/notes.ts';
import { infoOf, list, text } from '../consuming/replies.ts';
import { RedisTransportError } from '../errors.ts';
import { trimScript } from '../scripts/trim.ts';

/** What may go from a stream. Nothing given: nothing goes. */
export interface TrimLimits {
  /** Entries with lower ids. */
  readonly minId?: string | undefined;
  /** Entries beyond so many, the oldest first. */
  readonly maxEntries?: number | undefined;
  /** Whether entries go that a group has not read or settled. Default false. */
  readonly dropUnread?: boolean | undefined;
  /** Whether everything goes that all groups have settled, whatever its age; nothing, where there is no group. Default false. */
  readonly dropSettled?: boolean | undefined;
}

/** What a group lost by retention. */
export interface Overrun {
  readonly group: string;
  /** Entries that it had not read. */
  readonly unreadEntries: number;
  /** Entries that it had read and not settled; what its consumers have in hand they still settle. */
  readonly pendingEntries: number;
}

/** What trimming a stream did. */
export interface TrimResult {
  readonly removedEntries: number;
  /** Empty unless it was told to drop what is unread. */
  readonly overruns: readonly Overrun[];
}

/** Where it is noted what was lost with pending entries, so that their next consumer can count it. */
export interface TrimNotes {
  /** The hash of the notes of a group, in the slot of the stream. */
  readonly hashOf: (group: string) => string;
  readonly keepMs: number;
}

/**
 * Trims one stream in one step: no group can read, or fall behind, in between.
 *
 * @param notes - Where unread entries may go: without it consumers cannot count what they lose with entries that were pending.
 * @throws RedisTransportError
 */
export async function trimStream(
  commands: CommandPort,
  stream: string,
  limits: TrimLimits,
  notes?: TrimNotes,
): Promise<TrimResult> {
  const { minId = '-', maxEntries = '-', dropUnread = false, dropSettled = false } = limits;
  const groups = dropUnread && notes !== undefined ? await groupsOf(commands, stream) : [];
  const keys = [stream, ...groups.map((group) => notes?.hashOf(group) ?? '')];
  const keepMs = notes?.keepMs ?? 0;
  const args = [minId, maxEntries, dropUnread ? 1 : 0, dropSettled ? 1 : 0, keepMs, notePrefix(stream), ...groups];
  const [removed, overruns] = list(await commands.run(trimScript, keys, args));
  return {
    removedEntries: Number(removed),
    overruns: list(overruns).map((overrun) => {
      const [group, unread, pending] = list(overrun);
      return { group: text(group), unreadEntries: Number(unread), pendingEntries: Number(pending) };
    }),
  };
}

async function groupsOf(commands: CommandPort, stream: string): Promise<readonly string[]> {
  try {
    return list(await commands.call('XINFO', stream, ['GROUPS', stream])).map((one) => text(infoOf(one).get('name')));
  } catch (error) {
    // There is no such stream.
    if (error instanceof RedisTransportError && error.reply === 'ERR') return [];
    throw error;
  }
}
