import type { ReceivedMessage } from '@tradewind/core-types';
import { letterOf } from './failures.ts';
import { log } from '../observing/log.ts';
import { unpackEntry } from '../wire/entry-codec.ts';
import { batchOf, type EntryBatch } from './entry-batch.ts';
import { undecodableMessage } from './entry-opening.ts';
import { unpackExternal } from './external-entry.ts';
import { reportGap } from './gap-reporting.ts';
import { OpenEntry } from './open-entry.ts';
import type { ConsumerIdentity, ConsumingParts } from './parts.ts';
import type { PatternFilter } from './pattern-filter.ts';
import { fieldOf, type RawEntry } from './replies.ts';
import type { UngroupedStream } from './ungrouped-stream.ts';

/** Opens entries that are read without a group. What cannot be read is put among the dead letters, once for each consumer that reads it. */
export class UngroupedOpening {
  readonly #parts: ConsumingParts & { readonly identity: ConsumerIdentity };
  readonly #filter: () => PatternFilter;

  constructor(parts: ConsumingParts & { readonly identity: ConsumerIdentity }, filter: () => PatternFilter) {
    this.#parts = parts;
    this.#filter = filter;
  }

  /** The batch to hand out; undefined when nothing of the entry is wanted. */
  open(stream: UngroupedStream, raw: RawEntry): EntryBatch | undefined {
    const { counters, settings } = this.#parts;
    counters.receivedEntries += 1;
    const messages = this.#messagesOf(stream, raw);
    if (messages === undefined) return undefined;
    const nowMs = settings.clock.now();
    const entry = new OpenEntry({
      id: raw.id,
      owner: stream,
      priority: stream.priority,
      messages,
      deliveries: 1,
      nowMs,
    });
    const filter = this.#filter();
    for (let i = 0; i < messages.length; i += 1)
      if (!filter.wants((messages[i] as ReceivedMessage).topic)) entry.skip(i);
    if (entry.open === 0) return undefined;
    counters.receivedMessages += entry.open;
    stream.open.add(entry);
    return batchOf(entry);
  }

  #messagesOf(stream: UngroupedStream, raw: RawEntry): readonly ReceivedMessage[] | undefined {
    const { counters, settings } = this.#parts;
    const fields = raw.fields ?? [];
    try {
      if (stream.isExternal) return [unpackExternal(stream, raw.id, fields, settings.encoding)];
      const bytes = fieldOf(fields, 'b');
      if (bytes === undefined) throw new TypeError('Expected an entry with the field b, and it has none.');
      const { header, messages, rawBytes } = unpackEntry(bytes, 1, settings.maxEntryBytes);
      counters.bytesInStored += bytes.length;
      counters.bytesInRaw += rawBytes;
      const continuity = stream.tracker.follow(header, messages.length);
      if (continuity.kind === 'gap') this.#gap(stream, header.producer, continuity.missing);
      if (continuity.kind !== 'duplicate') return messages;
      counters.duplicatesDropped += messages.length;
    } catch (error) {
      this.#putAside(stream, raw, error);
    }
    return undefined;
  }

  #gap({ key, priority, position }: UngroupedStream, producer: string, missing: number): void {
    const gap = { stream: key, priority, producer, missing, afterId: position };
    void reportGap(this.#parts, this.#parts.identity, gap);
  }

  #putAside(stream: UngroupedStream, raw: RawEntry, error: unknown): void {
    const { settings, counters, deadLetters, identity } = this.#parts;
    counters.undecodableEntries += 1;
    const fields = { path: settings.name, group: identity.group, stream: stream.key, entry: raw.id, error };
    log(settings.logger, 'redis.undecodable', fields, 'An entry could not be read and goes to the dead letters.');
    const bytes = fieldOf(raw.fields ?? [], stream.isExternal ? 'payload' : 'b');
    const message = undecodableMessage(stream.key, raw.id, bytes, stream.priority);
    deadLetters
      .write(letterOf(message, { error, next: 'deadLetter' }, 1, settings.clock.now()))
      .catch((unwritten: unknown) => {
        const about = { path: settings.name, group: identity.group, topic: message.topic, error: unwritten };
        log(
          settings.logger,
          'redis.dead-letter-unwritten',
          about,
          'An entry that could not be read could not be put aside either; it is still in its stream.',
        );
      });
    identity.report({ kind: 'undecodable', count: 'unknown', priority: stream.priority });
  }
}
