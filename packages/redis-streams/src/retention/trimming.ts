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

/** What the steps of a trim did together: each group once. */
export class TrimSum {
  readonly #overruns = new Map<string, { unreadEntries: number; pendingEntries: number }>();
  #removedEntries = 0;

  add({ removedEntries, overruns }: TrimResult): void {
    this.#removedEntries += removedEntries;
    for (const { group, unreadEntries, pendingEntries } of overruns) {
      const sum = this.#overruns.get(group) ?? { unreadEntries: 0, pendingEntries: 0 };
      sum.unreadEntries += unreadEntries;
      sum.pendingEntries += pendingEntries;
      this.#overruns.set(group, sum);
    }
  }

  get result(): TrimResult {
    return {
      removedEntries: this.#removedEntries,
      overruns: [...this.#overruns].map(([group, sum]) => ({ group, ...sum })),
    };
  }
}

/**
 * Trims one stream, however much is due: step by step, so that the server is free for others in between. No group can read, or fall behind,
 * within a step. It ends when nothing more is due, and at the latest when as many entries went as were there when it began: what is written
 * meanwhile cannot keep it going.
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
  const sum = new TrimSum();
  for await (const step of trimInSteps(commands, stream, limits, notes)) sum.add(step);
  return sum.result;
}

/** The same for those who stop in between, or count what was done before a step failed: yields what each step did. */
export async function* trimInSteps(
  commands: CommandPort,
  stream: string,
  limits: TrimLimits,
  notes?: TrimNotes,
): AsyncGenerator<TrimResult, void> {
  const { minId = '-', maxEntries = '-', dropUnread = false, dropSettled = false } = limits;
  const groups = dropUnread && notes !== undefined ? await groupsOf(commands, stream) : [];
  const keys = [stream, ...groups.map((group) => notes?.hashOf(group) ?? '')];
  const flags = [dropUnread ? 1 : 0, dropSettled ? 1 : 0];
  let left: number | undefined;
  for (let most = UNREAD_IN_ONE_STEP; ;) {
    const args = [minId, maxEntries, ...flags, most, notes?.keepMs ?? 0, notePrefix(stream), ...groups];
    const [removed, overruns, isNodeLarger, before] = list(await commands.run(trimScript, keys, args));
    const removedEntries = Number(removed);
    yield { removedEntries, overruns: list(overruns).map(overrunOf) };
    left = (left ?? Number(before)) - removedEntries;
    if (left <= 0) return;
    if (removedEntries === 0 && isNodeLarger !== 1) return;
    if (isNodeLarger === 1) most *= 10;
  }
}

/** Of these the script reads each one, so that its groups can be told what they lost. Well above the 100 entries that a node has by default. */
const UNREAD_IN_ONE_STEP = 1000;

function overrunOf(overrun: unknown): Overrun {
  const [group, unread, pending] = list(overrun);
  return { group: text(group), unreadEntries: Number(unread), pendingEntries: Number(pending) };
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
