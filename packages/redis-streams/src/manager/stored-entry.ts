import type { Priority, ReceivedMessage } from '@tradewind/core-types';
import { fieldOf, type RawEntry } from '../consuming/replies.ts';
import { unpackEntry } from '../wire/entry-codec.ts';

/** One entry of a stream, with the messages in it. */
export interface StoredEntry {
  readonly stream: string;
  /** `milliseconds-number`, as Redis gives it. */
  readonly id: string;
  readonly priority: Priority;
  /** Empty when the entry could not be read, and when it is pending but no longer in its stream. */
  readonly messages: readonly ReceivedMessage[];
  /** Why it could not be read; its bytes are beside it. */
  readonly error?: unknown;
  readonly bytes?: Buffer | undefined;
}

/** An entry as the manager shows it: what cannot be read does not hide the others. */
export function storedEntry(
  stream: string,
  priority: Priority,
  { id, fields }: RawEntry,
  maxEntryBytes: number,
): StoredEntry {
  const bytes = fields === undefined ? undefined : fieldOf(fields, 'b');
  if (bytes === undefined) {
    const error = new TypeError('Expected an entry with the field b, and it has none, or is no longer in its stream.');
    return { stream, id, priority, messages: [], error };
  }
  try {
    return { stream, id, priority, messages: unpackEntry(bytes, 1, maxEntryBytes).messages };
  } catch (error) {
    return { stream, id, priority, messages: [], error, bytes };
  }
}
