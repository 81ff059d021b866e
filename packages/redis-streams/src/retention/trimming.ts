import type { CommandPort } from '../connection/ports.ts';
import { list, text } from '../consuming/replies.ts';
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

/** Trims one stream in one step: no group can read, or fall behind, in between. @throws RedisTransportError */
export async function trimStream(commands: CommandPort, stream: string, limits: TrimLimits): Promise<TrimResult> {
  const { minId = '-', maxEntries = '-', dropUnread = false, dropSettled = false } = limits;
  const args = [minId, maxEntries, dropUnread ? 1 : 0, dropSettled ? 1 : 0];
  const [removed, overruns] = list(await commands.run(trimScript, [stream], args));
  return {
    removedEntries: Number(removed),
    overruns: list(overruns).map((overrun) => {
      const [group, unread, pending] = list(overrun);
      return { group: text(group), unreadEntries: Number(unread), pendingEntries: Number(pending) };
    }),
  };
}
