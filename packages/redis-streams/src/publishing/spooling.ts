import type { Timer } from '@tradewind/core-types';
import type { Connections, ScriptCall } from '../connection/ports.ts';
import { RedisTransportError } from '../errors.ts';
import type { Counters } from '../observing/counters.ts';
import { log } from '../observing/log.ts';
import type { RedisStreamSettings } from '../options.ts';
import { publishScript } from '../scripts/publish.ts';
import { retryDelayMs } from './retry-delay.ts';
import type { SealedEntry } from './sealed-entry.ts';
import { SpoolFile } from './spool-file.ts';
import { encodeRecord, type SpoolRecord } from './spool-record.ts';
import type { StreamOutlet } from './stream-outlet.ts';

export interface SpoolingParts {
  readonly connections: Connections;
  readonly settings: RedisStreamSettings & { readonly spool: NonNullable<RedisStreamSettings['spool']> };
  readonly counters: Counters;
  /** All outlets, in the order in which their entries go to the disk. */
  readonly outlets: () => Iterable<StreamOutlet>;
  /** Entries are on disk, and as good as stored. */
  readonly onSpooled: (entry: SealedEntry) => void;
  /** There is no room for this one, or the disk fails. */
  readonly onFull: (entry: SealedEntry, failure: RedisTransportError) => void;
  /** The disk is empty: entries go to Redis again. */
  readonly onOver: () => void;
}

/**
 * Takes entries to disk while Redis is away, and from there to Redis in the same order before anything newer.
 *
 * Entries keep their numbers on disk, so that one that Redis has already, or that is replayed twice, is stored once. Only when another
 * life of this producer has written in between is it unknown whether Redis has them; they are then stored, perhaps again: none is dropped.
 */
export class Spooling {
  readonly #parts: SpoolingParts;
  readonly #file: SpoolFile;
  #opening: Promise<void> | undefined;
  #isWriting = false;
  #isReplaying = false;
  #isActive = true;
  #attempts = 0;
  /** What Redis took of the records that are not removed from the disk yet. */
  readonly #taken = new Set<string>();
  /** Messages that are stored, perhaps again, behind another life of this producer, by stream: to be told. */
  readonly #overtaken = new Map<string, number>();
  #timer: Timer | undefined;
  #closed = false;

  constructor(parts: SpoolingParts) {
    this.#parts = parts;
    const { directory, sync } = parts.settings.spool;
    this.#file = new SpoolFile(directory, sync);
    parts.connections.state.onChange((status) => {
      if (status === 'ready') this.#replaySoon(0);
    });
  }

  /** Whether entries go to disk. From the start: an earlier life may have left some there. */
  get isActive(): boolean {
    return this.#isActive;
  }

  /** Whether there is a disk to take them to. */
  get isUsable(): boolean {
    return !this.#closed;
  }

  /** Bytes on disk that Redis does not have yet. */
  get waitingBytes(): number {
    return this.#file.waiting;
  }

  /** Opens the disk, and replays what is there. */
  start(): void {
    this.#opening ??= this.#open();
  }

  /** Redis is away: what the outlets hold goes to disk. Nothing of it may be on its way. */
  begin(): void {
    if (!this.#isActive) {
      this.#isActive = true;
      const { logger, spool, name } = this.#settings;
      const fields = { path: name, directory: spool.directory };
      log(logger, 'redis.spool-began', fields, 'Redis is away: messages go to disk.');
    }
    this.write();
    this.#replaySoon(1);
  }

  /** Writes what the outlets hold, all that has gathered since the last write at once. */
  write(): void {
    if (this.#isWriting || this.#closed) return;
    this.#isWriting = true;
    void this.#writeAll();
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer !== undefined) this.#settings.clock.clearTimer(this.#timer);
    await this.#opening;
    await this.#file.close();
  }

  get #settings(): SpoolingParts['settings'] {
    return this.#parts.settings;
  }

  async #open(): Promise<void> {
    try {
      this.#tellDamaged(await this.#file.open());
    } catch (error) {
      this.#unusable(error);
      return;
    }
    if (this.#file.waiting === 0) this.#over();
    else this.#replaySoon(0);
  }

  async #writeAll(): Promise<void> {
    // At least until the end of the turn, when all messages of a batch are there.
    await this.#opening;
    while (this.#isActive && !this.#closed) {
      const taken = this.#takeEntries();
      if (taken.records.length === 0) break;
      try {
        await this.#file.append(Buffer.concat(taken.records));
      } catch (error) {
        for (const { outlet } of taken.entries) outlet.sent = 0;
        const first = taken.entries[0];
        if (first !== undefined) this.#parts.onFull(first.entry, diskFailed(this.#settings.spool.directory, error));
        break;
      }
      for (const { outlet, entry } of taken.entries) {
        outlet.queue.shift();
        outlet.sent -= 1;
        outlet.confirmed = entry.number;
        outlet.confirmedAtMs = this.#settings.clock.now();
        this.#parts.counters.spooledMessages += entry.count;
        this.#parts.onSpooled(entry);
      }
    }
    this.#isWriting = false;
    if (this.#isActive) this.#replaySoon(this.#attempts === 0 ? 0 : 1);
  }

  #takeEntries(): {
    readonly records: readonly Buffer[];
    readonly entries: readonly { readonly outlet: StreamOutlet; readonly entry: SealedEntry }[];
  } {
    const records: Buffer[] = [];
    const entries: { outlet: StreamOutlet; entry: SealedEntry }[] = [];
    let size = this.#file.size;
    const { maxBytes } = this.#settings.spool;
    for (const outlet of this.#parts.outlets()) {
      outlet.seal();
      for (const entry of outlet.queue) {
        const record = encodeRecord(outlet, entry);
        if (size + record.length > maxBytes) {
          this.#parts.onFull(entry, spoolFull(maxBytes));
          break;
        }
        size += record.length;
        outlet.sent += 1;
        records.push(record);
        entries.push({ outlet, entry });
      }
    }
    return { records, entries };
  }

  /** Attempt 0 at once; later ones after a while. */
  #replaySoon(attempt: number): void {
    if (this.#isReplaying || !this.#isActive || this.#closed) return;
    const { clock, random } = this.#settings;
    if (this.#timer !== undefined && attempt > 0) return;
    if (this.#timer !== undefined) clock.clearTimer(this.#timer);
    this.#attempts = attempt === 0 ? 0 : this.#attempts + 1;
    this.#timer = clock.setTimer(
      () => {
        this.#timer = undefined;
        this.#isReplaying = true;
        void this.#replay();
      },
      attempt === 0 ? 0 : retryDelayMs(this.#attempts, random),
      { background: true },
    );
  }

  async #replay(): Promise<void> {
    await this.#opening;
    let failed = false;
    while (!this.#closed && !failed && this.#file.waiting > 0) {
      try {
        const chunk = await this.#file.peek(REPLAY_BYTES);
        await this.#store(chunk.records);
        await this.#putAside(chunk.damaged);
        await this.#file.take(chunk.end);
        this.#taken.clear();
        this.#attempts = 0;
      } catch {
        // Redis is away again, or the disk: it is tried again.
        failed = true;
      }
      this.#tellOvertaken();
    }
    this.#isReplaying = false;
    if (failed) this.#replaySoon(1);
    else if (!this.#closed && !this.#isWriting && this.#file.waiting === 0) this.#over();
  }

  #over(): void {
    this.#isActive = false;
    if (this.#parts.counters.replayedMessages > 0) {
      const { logger, name } = this.#settings;
      log(logger, 'redis.spool-replayed', { path: name }, 'All messages from disk are stored in Redis.');
    }
    this.#parts.onOver();
  }

  /** Stores records in their order, many in one write. Rejects when Redis is away. */
  async #store(records: readonly SpoolRecord[]): Promise<void> {
    const lives = new Set(records.map(lifeOf));
    let from = 0;
    while (from < records.length) {
      const to = endOfWrite(records, from, this.#parts.connections.isCluster);
      await this.#storeTogether(records.slice(from, to), lives);
      from = to;
    }
  }

  async #storeTogether(records: readonly SpoolRecord[], lives: ReadonlySet<string>): Promise<void> {
    const { commands } = this.#parts.connections;
    const { replicas, replicaTimeoutMs, deduplicationMs } = this.#settings;
    const key = (records[0] as SpoolRecord).stream;
    const calls = records.map((record) => callOf(record, deduplicationMs, false));
    const wait = replicas > 0 ? [{ command: 'WAIT', args: [replicas, replicaTimeoutMs] }] : [];
    const replies = await commands.pipeline(key, [...calls, ...wait]);
    for (const [i, record] of records.entries()) {
      await this.#check(record, replies[i], lives);
      this.#taken.add(nameOf(record));
    }
    if (replicas > 0 && Number(replies[records.length]) < replicas) throw new Error('too few replicas');
    for (const { count } of records) this.#parts.counters.replayedMessages += count;
  }

  /** In order: what Redis did not take, as it remembers something else, is stored whatever it remembers. */
  async #check(record: SpoolRecord, reply: unknown, lives: ReadonlySet<string>): Promise<void> {
    const { commands } = this.#parts.connections;
    let answer = reply;
    if (Array.isArray(reply)) {
      const [status, epoch] = reply as unknown[];
      const isOvertaken = status === LATER_EPOCH;
      if (isOvertaken && this.#isBehindItself(record, Number(epoch), lives)) return;
      if (isOvertaken) this.#overtaken.set(record.stream, (this.#overtaken.get(record.stream) ?? 0) + record.count);
      if (isOvertaken || record.maybeStored) this.#parts.counters.possibleDuplicates += 1;
      // Under its own numbers, so that it is known again should it be replayed once more.
      [answer] = await commands.pipeline(record.stream, [callOf(record, this.#settings.deduplicationMs, true)]);
    }
    if (!(answer instanceof RedisTransportError)) return;
    if (answer.retryable) throw answer;
    await this.#file.setAside(record.bytes);
    this.#parts.counters.publishRejected += record.count;
    const { logger, name } = this.#settings;
    const fields = { path: name, stream: record.stream, messages: record.count, error: answer.message };
    log(
      logger,
      'redis.spool-refused',
      fields,
      'Redis will never take an entry from disk; it is kept in refused.spool.',
    );
  }

  /**
   * Whether it is known to be stored although a later life has written: Redis took it a moment ago, or that life's records come after it on
   * this disk, and are never stored before it.
   */
  #isBehindItself(record: SpoolRecord, epoch: number, lives: ReadonlySet<string>): boolean {
    return this.#taken.has(nameOf(record)) || lives.has(lifeOf({ producerKey: record.producerKey, epoch }));
  }

  #tellOvertaken(): void {
    const { logger, name } = this.#settings;
    const message =
      'Another transport with this producerId wrote after these messages went to disk; they are stored now, perhaps a second time.';
    for (const [stream, messages] of this.#overtaken) {
      log(logger, 'redis.spool-overtaken', { path: name, stream, messages }, message);
    }
    this.#overtaken.clear();
  }

  async #putAside(damaged: readonly Buffer[]): Promise<void> {
    let total = 0;
    for (const bytes of damaged) {
      await this.#file.keepDamaged(bytes);
      total += bytes.length;
    }
    this.#tellDamaged(total);
  }

  /** How many messages were in it nobody knows here; those who read the stream see the gap in the numbers of this producer. */
  #tellDamaged(bytes: number): void {
    if (bytes === 0) return;
    const { logger, spool, name } = this.#settings;
    const fields = { path: name, directory: spool.directory, bytes };
    log(logger, 'redis.spool-damaged', fields, 'A part of the spool can be read no more; it is kept in damaged.spool.');
  }

  #unusable(error: unknown): void {
    const { logger, spool, name } = this.#settings;
    const message = 'The directory of the spool cannot be used: messages wait in memory while Redis is away.';
    log(logger, 'redis.spool-unusable', { path: name, directory: spool.directory, error: String(error) }, message);
    this.#closed = true;
    this.#isActive = false;
    this.#parts.onOver();
  }
}

function callOf(record: SpoolRecord, deduplicationMs: number, forced: boolean): ScriptCall {
  const keys = [record.stream, record.producerKey];
  const args = [record.epoch, record.number, deduplicationMs, forced ? 1 : 0, record.bytes];
  return record.topicsKey === ''
    ? { script: publishScript, keys, args }
    : { script: publishScript, keys: [...keys, record.topicsKey], args: [...args, record.topicsMember] };
}

/**
 * Up to where records go in one write: in Cluster those of one slot, and of each stream those of one life, as what Redis does not take at
 * once must still be stored before what a later life wrote.
 */
function endOfWrite(records: readonly SpoolRecord[], from: number, isCluster: boolean): number {
  const slot = slotTag((records[from] as SpoolRecord).stream);
  const epochs = new Map<string, number>();
  let to = from;
  for (; to < records.length; to += 1) {
    const { stream, producerKey, epoch } = records[to] as SpoolRecord;
    if (isCluster && slotTag(stream) !== slot) break;
    if ((epochs.get(producerKey) ?? epoch) !== epoch) break;
    epochs.set(producerKey, epoch);
  }
  return to;
}

/** A life of a producer in a stream. */
function lifeOf({ producerKey, epoch }: Pick<SpoolRecord, 'producerKey' | 'epoch'>): string {
  return `${epoch} ${producerKey}`;
}

function nameOf(record: SpoolRecord): string {
  return `${record.number} ${lifeOf(record)}`;
}

function slotTag(stream: string): string {
  return stream.slice(0, stream.indexOf('}') + 1);
}

function spoolFull(maxBytes: number): RedisTransportError {
  return new RedisTransportError('TRANSPORT_FULL', {
    message: `Expected room in the spool of ${maxBytes} bytes, and it is full while Redis is away.`,
    hint: 'Offer the batch again later, or give the spool more room.',
    retryable: true,
    mayHaveBeenStored: false,
  });
}

function diskFailed(directory: string, cause: unknown): RedisTransportError {
  return new RedisTransportError('TRANSPORT_FULL', {
    message: `Expected a disk that takes messages in ${directory} while Redis is away, and it does not.`,
    hint: 'Free the disk; offer the batch again.',
    retryable: true,
    mayHaveBeenStored: false,
    cause,
  });
}

const REPLAY_BYTES = 1_048_576;
const LATER_EPOCH = 5;
