import { PRIORITIES } from '@tradewind/core-types';
import type { CommandPort, PortCall } from '../connection/ports.ts';
import { RedisTransportError } from '../errors.ts';
import type { Keys } from '../keys.ts';
import type { Counters } from '../observing/counters.ts';
import { log } from '../observing/log.ts';
import type { RedisStreamSettings } from '../options.ts';
import { PossibleDuplicates } from './possible-duplicates.ts';
import { publishCalls, repliesOf, type Sent } from './publish-calls.ts';
import { retryDelayMs } from './retry-delay.ts';
import { doubt, sendOut, takeBack, type SealedEntry } from './sealed-entry.ts';
import type { StreamOutlet } from './stream-outlet.ts';

export interface FlushGroupParts {
  readonly commands: CommandPort;
  readonly settings: RedisStreamSettings;
  readonly counters: Counters;
  readonly keys: Keys;
  /** An epoch later than any that was given, and later than this one. */
  readonly nextEpoch: (after: number) => number;
  readonly onStored: (entry: SealedEntry) => void;
  /** It can never be stored. */
  readonly onRefused: (entry: SealedEntry, failure: RedisTransportError) => void;
  /** It is not stored for now; `definite`: Redis said so, and waiting inside is no use. */
  readonly onFailed: (entry: SealedEntry, failure: RedisTransportError, definite: boolean) => void;
  /** Nothing is on its way, while it is suspended. */
  readonly onIdle: () => void;
}

/**
 * Sends what the outlets of one node hold, at most two writes at a time: one more than the server is busy with, so that neither side
 * waits for the other, and what comes meanwhile gathers into fuller entries. CRITICAL goes first.
 *
 * When something fails nothing new is sent until all that is on its way is settled; then every stream goes on from its oldest entry
 * that is not known as stored, under the same numbers.
 */
export class FlushGroup {
  readonly #parts: FlushGroupParts;
  readonly #duplicates: PossibleDuplicates;
  /** By lane, those with something to send. */
  readonly #listed: StreamOutlet[][] = PRIORITIES.map(() => []);
  /** All outlets of the group. */
  readonly #outlets = new Set<StreamOutlet>();
  /** Those that lost an entry for good, and so have a hole in their numbers. */
  readonly #holed = new Set<StreamOutlet>();
  readonly #flushSoon = (): void => this.#flush();
  #isScheduled = false;
  #inFlight = 0;
  #recovering = false;
  #failure: RedisTransportError | undefined;
  #failingSinceMs = 0;
  /** Whether something failed since it was tried again last, rather than only disagreed. */
  #hasFailed = false;
  #attempts = 0;
  #timer: unknown;
  #suspended: boolean;
  #closed = false;

  constructor(parts: FlushGroupParts, suspended: boolean) {
    this.#parts = parts;
    this.#duplicates = new PossibleDuplicates(parts.counters);
    this.#suspended = suspended;
  }

  get isIdle(): boolean {
    return this.#inFlight === 0;
  }

  /** Why nothing is sent at the moment. */
  get failure(): RedisTransportError | undefined {
    return this.#failure;
  }

  register(outlet: StreamOutlet): void {
    this.#outlets.add(outlet);
  }

  unregister(outlet: StreamOutlet): void {
    this.#outlets.delete(outlet);
    this.#holed.delete(outlet);
  }

  get failingSinceMs(): number {
    return this.#failingSinceMs;
  }

  /** Sends what this outlet holds at the end of the turn, or as soon as there is room. */
  list(outlet: StreamOutlet): void {
    if (!outlet.isListed) {
      outlet.isListed = true;
      this.#listed[outlet.priority]?.push(outlet);
    }
    this.#schedule();
  }

  /** There is a connection, or a reason to try at once. */
  hurry(): void {
    if (this.#timer === undefined) return;
    this.#parts.settings.clock.clearTimer(this.#timer);
    this.#timer = undefined;
    this.resume();
  }

  /** Sends nothing more, until {@link resume}. */
  suspend(): void {
    this.#suspended = true;
    if (this.#timer !== undefined) this.#parts.settings.clock.clearTimer(this.#timer);
    this.#timer = undefined;
  }

  /** To be called when it is suspended and idle: everything waits in its outlet, under its final number. */
  rest(): void {
    this.#renumberHoled();
    for (const outlet of this.#outlets) {
      outlet.sent = 0;
      outlet.isListed = false;
    }
    for (const listed of this.#listed) listed.length = 0;
  }

  /** Sends again, from the oldest entry of each stream that is not known as stored. */
  resume(): void {
    this.#suspended = false;
    this.#recovering = false;
    this.#hasFailed = false;
    this.#renumberHoled();
    for (const outlet of this.#outlets) {
      outlet.sent = 0;
      if (!outlet.hasWork || outlet.isListed) continue;
      outlet.isListed = true;
      this.#listed[outlet.priority]?.push(outlet);
    }
    this.#flush();
  }

  close(): void {
    this.#closed = true;
    if (this.#timer !== undefined) this.#parts.settings.clock.clearTimer(this.#timer);
  }

  #schedule(): void {
    if (this.#isScheduled || this.#recovering || this.#suspended || this.#inFlight >= MAX_IN_FLIGHT) return;
    this.#isScheduled = true;
    this.#parts.settings.clock.microtask(this.#flushSoon);
  }

  #flush(): void {
    this.#isScheduled = false;
    while (!this.#recovering && !this.#suspended && !this.#closed && this.#inFlight < MAX_IN_FLIGHT) {
      const sent = this.#collect();
      if (sent.length === 0) return;
      this.#send(sent);
    }
  }

  /** The next entries, up to a bound, the most urgent first. */
  #collect(): Sent[] {
    const sent: Sent[] = [];
    let bytes = 0;
    for (const listed of this.#listed) {
      while (listed.length > 0 && bytes < MAX_FLUSH_BYTES) {
        const outlet = listed[0] as StreamOutlet;
        outlet.seal();
        while (outlet.sent < outlet.queue.length && bytes < MAX_FLUSH_BYTES) {
          const entry = outlet.queue[outlet.sent] as SealedEntry;
          outlet.sent += 1;
          bytes += entry.bytes.length;
          sent.push({ outlet, entry });
        }
        if (outlet.hasWork) return sent;
        outlet.isListed = false;
        listed.shift();
      }
    }
    return sent;
  }

  #send(sent: readonly Sent[]): void {
    const { commands, settings, counters } = this.#parts;
    this.#inFlight += 1;
    const calls: PortCall[] = publishCalls(sent, settings.deduplicationMs);
    const scripts = calls.length;
    for (const { entry } of sent) {
      if (entry.attempts > 0) counters.publishRetries += 1;
      entry.attempts += 1;
      sendOut(entry);
    }
    if (settings.replicas > 0) calls.push({ command: 'WAIT', args: [settings.replicas, settings.replicaTimeoutMs] });
    commands.pipeline((sent[0] as Sent).outlet.stream, calls).then(
      (replies) => this.#answered(sent, repliesOf(calls, replies), replies[scripts]),
      (error: unknown) => this.#unanswered(sent, error as RedisTransportError),
    );
  }

  #answered(sent: readonly Sent[], replies: readonly unknown[], copied: unknown): void {
    this.#inFlight -= 1;
    if (this.#closed) return;
    const { replicas } = this.#parts.settings;
    const copies = replicas === 0 ? 0 : copied;
    const lacking = typeof copies !== 'number' || copies < replicas;
    const nowMs = this.#parts.settings.clock.now();
    for (let i = 0; i < sent.length; i += 1) {
      const { outlet, entry } = sent[i] as Sent;
      takeBack(entry);
      const reply = replies[i];
      if (reply === undefined) this.#notTried(entry);
      else if (reply instanceof RedisTransportError) this.#refused(outlet, entry, reply);
      else if (reply !== STORED && reply !== DUPLICATE) this.#disagreed(outlet, entry, reply, nowMs);
      else if (lacking) this.#tooFewCopies(entry, copies);
      else this.#stored(outlet, entry, reply === DUPLICATE, nowMs);
    }
    this.#settled();
  }

  #unanswered(sent: readonly Sent[], failure: RedisTransportError): void {
    this.#inFlight -= 1;
    if (this.#closed) return;
    for (const { outlet, entry } of sent) {
      takeBack(entry);
      if (failure.mayHaveBeenStored) doubt(entry);
      else entry.attempts -= 1;
      this.#duplicates.unanswered(entry);
      if (!failure.retryable) this.#refused(outlet, entry, failure);
      else this.#failed(entry, failure, false);
    }
    this.#settled();
  }

  /** What went with it was refused for good: it is sent again without that. */
  #notTried(entry: SealedEntry): void {
    entry.attempts -= 1;
    this.#recovering = true;
  }

  #stored(outlet: StreamOutlet, entry: SealedEntry, wasDuplicate: boolean, nowMs: number): void {
    const { counters, onStored } = this.#parts;
    // After a gap the first of the queue is not the one that was answered; what was stored is told again as a duplicate.
    if (outlet.queue[0] !== entry) {
      doubt(entry);
      this.#recovering = true;
      return;
    }
    // Redis takes the first entry of a producer that it has forgotten for the first one ever, and a forced one as it comes.
    if (!wasDuplicate && entry.maybeStored && (entry.number === 1 || entry.forced)) this.#duplicates.countAll(outlet);
    outlet.queue.shift();
    outlet.sent -= 1;
    outlet.confirmed = entry.number;
    outlet.confirmedAtMs = nowMs;
    counters.publishedEntries += 1;
    counters.publishedMessages += entry.count;
    counters.bytesOutRaw += entry.rawBytes;
    counters.bytesOutStored += entry.bytes.length;
    if (wasDuplicate) counters.publishDuplicates += 1;
    onStored(entry);
  }

  /** Redis remembers something else than we do. */
  #disagreed(outlet: StreamOutlet, entry: SealedEntry, reply: unknown, nowMs: number): void {
    this.#recovering = true;
    // One before it was refused for good, so that its number had to be a gap: all that is left is numbered anew, and then told again.
    if (this.#holed.has(outlet)) return;
    const [status, value] = Array.isArray(reply) ? (reply as unknown[]) : [];
    if (outlet.queue[0] !== entry) {
      // Behind an entry that has to be sent again first, each is refused; only the first one's answer tells what to do.
      if (status === FORGOTTEN) this.#duplicates.forgotten(outlet, entry);
      return;
    }
    const { counters, settings } = this.#parts;
    if (status === LATER_EPOCH) {
      this.#overtaken(outlet, entry, Number(value));
      return;
    }
    const lost = status === GAP ? entry.number - 1 - Number(value) : undefined;
    this.#duplicates.countAll(outlet);
    const forgets = nowMs - outlet.confirmedAtMs >= settings.deduplicationMs;
    if (lost !== undefined || (outlet.confirmed > 0 && !forgets)) {
      counters.lostConfirmedEntries += lost ?? 0;
      const message = 'Redis no longer has what it confirmed; consumers report it as gaps in the sequence.';
      const fields = { path: settings.name, stream: outlet.stream, entries: lost ?? 'unknown' };
      log(settings.logger, 'redis.lost-confirmed', fields, message);
    }
    entry.forced = true;
  }

  /** Another life of this producer wrote here: before we began, which is no matter, or beside us, which would mix both up. */
  #overtaken(outlet: StreamOutlet, entry: SealedEntry, epoch: number): void {
    if (outlet.confirmed === 0 && !entry.maybeStored) {
      outlet.renumber(this.#parts.nextEpoch(epoch));
      return;
    }
    this.#refused(
      outlet,
      entry,
      new RedisTransportError('TRANSPORT_DENIED', {
        message: `Expected to be the only transport with the producerId ${this.#parts.settings.producerId}, and a later one has written.`,
        hint: 'Give each transport that runs at the same time a producerId of its own.',
        retryable: false,
        mayHaveBeenStored: entry.maybeStored,
      }),
    );
  }

  #tooFewCopies(entry: SealedEntry, copies: unknown): void {
    const { replicas } = this.#parts.settings;
    doubt(entry);
    const failure = new RedisTransportError('TRANSPORT_UNAVAILABLE', {
      message: `Expected ${replicas} replicas to have it, and ${typeof copies === 'number' ? copies : 'none'} had.`,
      hint: 'Look at the replicas; it is tried again, and not stored twice.',
      retryable: true,
      mayHaveBeenStored: true,
    });
    this.#failed(entry, failure, false);
  }

  #refused(outlet: StreamOutlet, entry: SealedEntry, failure: RedisTransportError): void {
    if (failure.retryable) {
      this.#failed(entry, failure, DEFINITE.has(failure.reply ?? ''));
      return;
    }
    this.#recovering = true;
    const place = outlet.queue.indexOf(entry);
    if (place < 0) return;
    outlet.queue.splice(place, 1);
    outlet.sent -= 1;
    this.#holed.add(outlet);
    this.#parts.onRefused(entry, failure);
  }

  #failed(entry: SealedEntry, failure: RedisTransportError, definite: boolean): void {
    this.#recovering = true;
    if (this.#failure === undefined) this.#failingSinceMs = this.#parts.settings.clock.now();
    this.#failure = failure;
    this.#hasFailed = true;
    this.#parts.onFailed(entry, failure, definite);
  }

  /** A flush is over: goes on, or begins again from what is not stored. */
  #settled(): void {
    if (this.#suspended) {
      if (this.#inFlight === 0) this.#parts.onIdle();
      return;
    }
    if (!this.#recovering) {
      this.#attempts = 0;
      this.#failure = undefined;
      this.#flush();
      return;
    }
    if (this.#inFlight > 0 || this.#timer !== undefined) return;
    if (!this.#hasFailed) {
      this.resume();
      return;
    }
    this.#attempts += 1;
    const { clock, random } = this.#parts.settings;
    this.#timer = clock.setTimer(
      () => {
        this.#timer = undefined;
        this.resume();
      },
      retryDelayMs(this.#attempts, random),
      { background: true },
    );
  }

  #renumberHoled(): void {
    for (const outlet of this.#holed) {
      // Under new numbers Redis cannot know those again that it may have.
      this.#duplicates.countAll(outlet);
      outlet.renumber(this.#parts.nextEpoch(outlet.epoch));
    }
    this.#holed.clear();
  }
}

/** One more than the server is busy with. */
const MAX_IN_FLIGHT = 2;
/** What one write may hold, so that something urgent does not wait long behind it. */
const MAX_FLUSH_BYTES = 1_048_576;
const STORED = 1;
const DUPLICATE = 2;
const GAP = 3;
const FORGOTTEN = 4;
const LATER_EPOCH = 5;
/** Answers after which waiting here helps less than telling the client: the server is full, or will not write. */
const DEFINITE: ReadonlySet<string> = new Set(['OOM', 'MISCONF', 'NOREPLICAS']);
