import type { ReceivedMessage } from '@tradewind/core-types';
import { log } from '../observing/log.ts';
import type { EntryHeader, UnpackedEntry } from '../wire/entry.ts';
import { unpackEntry } from '../wire/entry-codec.ts';
import { readEntryHeader } from '../wire/entry-layout.ts';
import { EntryBatch, batchOf } from './entry-batch.ts';
import type { Failures } from './failures.ts';
import { noteField, openIn } from './notes.ts';
import { OpenEntry } from './open-entry.ts';
import type { OwnedStream } from './owned-stream.ts';
import type { ConsumerIdentity, ConsumingParts } from './parts.ts';
import type { PatternFilter } from './pattern-filter.ts';
import type { ReadItem } from './read-item.ts';
import { bytes as bytesOf } from './replies.ts';

/** What turns bytes that were read into batches needs. */
export interface EntryOpeningParts {
  readonly parts: ConsumingParts;
  readonly identity: ConsumerIdentity;
  readonly failures: Failures;
  readonly filter: () => PatternFilter;
}

/** Opens entries of a group: decodes them, drops what came twice, and leaves out what nobody here wants. */
export class EntryOpening {
  readonly #options: EntryOpeningParts;

  constructor(options: EntryOpeningParts) {
    this.#options = options;
  }

  /** The batch to hand out; undefined when nothing of the entry is wanted: it is acknowledged then, or put aside. */
  open(item: ReadItem): EntryBatch | undefined {
    const { parts } = this.#options;
    const { stream } = item;
    // A fail-over or an operator set the group back, and the server brings what is in hand: its settlement comes in its time.
    if (stream.open.has(item.id)) return undefined;
    if (item.isGone) return this.#gone(item);
    parts.counters.receivedEntries += 1;
    const unpacked = this.#unpack(item);
    if (unpacked === undefined) return undefined;
    const { messages, header } = unpacked;
    const entry = new OpenEntry({
      id: item.id,
      owner: stream,
      priority: stream.priority,
      messages,
      deliveries: item.deliveries,
      nowMs: parts.settings.clock.now(),
      note: item.note,
    });
    stream.open.set(item.id, entry);
    if (item.source === 'claimed') stream.tracker.fill(header, messages.length);
    else if (stream.tracker.follow(header, messages.length).kind === 'duplicate') {
      parts.counters.duplicatesDropped += messages.length;
      return this.#dismiss(entry, stream);
    }
    return this.#chosen(entry, stream, unpacked);
  }

  /** The header of an entry before which messages are missing; undefined when none are. */
  gapBefore({ source, bytes, stream }: ReadItem): EntryHeader | undefined {
    if (source !== 'new' || bytes === undefined) return undefined;
    try {
      const header = readEntryHeader(bytes);
      return stream.tracker.missingBefore(header) > 0 ? header : undefined;
    } catch {
      // What has no header is told when it is opened.
      return undefined;
    }
  }

  /** The messages that match and may still be delivered. */
  #chosen(entry: OpenEntry, stream: OwnedStream, { messages }: UnpackedEntry): EntryBatch | undefined {
    const filter = this.#options.filter();
    const { counters, settings } = this.#options.parts;
    let exhausted = 0;
    for (let i = 0; i < messages.length; i += 1) {
      const message = messages[i];
      if (message === undefined || !entry.isOpen(i)) continue;
      if (!filter.wants(message.topic)) entry.skip(i);
      else if (entry.deliveries > 1) {
        message.deliveryCount = entry.deliveriesOf(i);
        if (message.deliveryCount > settings.maxDeliveries) exhausted += 1;
      }
    }
    if (entry.open === 0) return this.#dismiss(entry, stream);
    counters.receivedMessages += entry.open - exhausted;
    if (exhausted === 0) return batchOf(entry);
    return this.#withoutExhausted(entry, settings.maxDeliveries);
  }

  /** Messages that were handed out as often as they may, and whose consumers died with them, are put aside. */
  #withoutExhausted(entry: OpenEntry, maxDeliveries: number): EntryBatch | undefined {
    const indexes: number[] = [];
    const messages: ReceivedMessage[] = [];
    for (let i = 0; i < entry.messages.length; i += 1) {
      const message = entry.messages[i] as ReceivedMessage;
      if (!entry.isOpen(i)) continue;
      if (message.deliveryCount <= maxDeliveries) {
        indexes.push(i);
        messages.push(message);
        continue;
      }
      const error = `It was delivered ${message.deliveryCount - 1} times, and no consumer settled it.`;
      this.#options.failures.bury(entry, i, { error, next: 'deadLetter', attempts: message.deliveryCount - 1 });
    }
    return indexes.length === 0 ? undefined : new EntryBatch(entry, messages, indexes);
  }

  #unpack(item: ReadItem): UnpackedEntry | undefined {
    const { counters } = this.#options.parts;
    try {
      if (item.bytes === undefined) throw new TypeError('Expected an entry with the field b, and it has none.');
      const unpacked = unpackEntry(item.bytes, item.deliveries, this.#options.parts.settings.maxEntryBytes);
      counters.bytesInStored += item.bytes.length;
      counters.bytesInRaw += unpacked.rawBytes;
      return unpacked;
    } catch (error) {
      this.#putAsideRaw(item, error);
      return undefined;
    }
  }

  /** Bytes that are no entry go among the dead letters as they are, then they are acknowledged. */
  #putAsideRaw(item: ReadItem, error: unknown): void {
    const { parts, identity, failures } = this.#options;
    const { stream } = item;
    parts.counters.undecodableEntries += 1;
    const fields = { path: parts.settings.name, group: identity.group, stream: stream.key, entry: item.id, error };
    log(parts.settings.logger, 'redis.undecodable', fields, 'An entry could not be read and goes to the dead letters.');
    identity.report({ kind: 'undecodable', count: 'unknown', priority: stream.priority });
    const message = undecodableMessage(stream.key, item.id, item.bytes, stream.priority);
    const nowMs = parts.settings.clock.now();
    const entry = new OpenEntry({
      id: item.id,
      owner: stream,
      priority: stream.priority,
      messages: [message],
      deliveries: item.deliveries,
      nowMs,
    });
    stream.open.set(item.id, entry);
    failures.bury(entry, 0, { error, next: 'deadLetter' });
  }

  /** Acknowledges an entry of which nothing is wanted. */
  #dismiss(entry: OpenEntry, stream: OwnedStream): undefined {
    for (let i = 0; i < entry.messages.length; i += 1) entry.skip(i);
    stream.completed(entry);
  }

  /** Retention, or somebody by hand, removed it before it was settled. */
  #gone(item: ReadItem): undefined {
    const { stream, id, deliveries } = item;
    const nowMs = this.#options.parts.settings.clock.now();
    const entry = new OpenEntry({ id, owner: stream, priority: stream.priority, messages: [], deliveries, nowMs });
    // There may be a note, which goes with the acknowledgement.
    entry.noted = true;
    stream.open.set(id, entry);
    void this.#reportGone(item).then(() => stream.completed(entry));
  }

  /** How many messages went with it, where retention has noted that. */
  async #reportGone({ stream, id }: ReadItem): Promise<void> {
    const { parts, identity } = this.#options;
    const { connections, keys, counters } = parts;
    const notes = keys.partial(stream.shard.index, identity.group ?? '');
    const note = bytesOf(
      await connections.claims.call('HGET', notes, [notes, noteField(stream.key, id)]).catch(() => null),
    );
    if (note === undefined) counters.overrunEntries += 1;
    else counters.lostMessages += openIn(note);
    identity.report({
      kind: 'overrun',
      count: note === undefined ? 'unknown' : openIn(note),
      priority: stream.priority,
    });
  }
}

/** Bytes that are no entry, in the form of a message: so they can be put aside. */
export function undecodableMessage(
  stream: string,
  id: string,
  bytes: Buffer | undefined,
  priority: ReceivedMessage['priority'],
): ReceivedMessage {
  return {
    topic: UNDECODABLE_TOPIC,
    payload: bytes ?? null,
    priority,
    producer: stream,
    sequence: 0,
    publishedAtMs: Number(id.slice(0, id.indexOf('-'))),
    deliveryCount: 1,
    headers: { stream, entry: id },
  };
}

/** The topic of dead letters that hold the raw bytes of an entry. */
export const UNDECODABLE_TOPIC = 'redis.undecodable';
