import type { Clock, Timer } from '@tradewind/core-types';
import type { CommandArgument, CommandPort } from '../connection/ports.ts';
import { settleScript } from '../scripts/settle.ts';
import { noteField } from './notes.ts';
import type { OpenEntry } from './open-entry.ts';
import { SettleRounds } from './settle-rounds.ts';

/** What the settlements of a shard need, and whom they tell. */
export interface SettlementsParts {
  readonly claims: CommandPort;
  /** Of all shards of its node. Default: its own. */
  readonly rounds?: SettleRounds | undefined;
  readonly clock: Clock;
  readonly lease: string;
  readonly partial: string;
  /** `consumer/token`. */
  readonly owner: string;
  readonly group: string;
  readonly consumer: string;
  /** For how long the note of an entry settled in part is kept. */
  readonly keepNotesMs: number;
  /** Whether entries leave their stream with the last acknowledgement: asked for, and the server knows `XACKDEL`. */
  readonly dropsSettled: () => boolean;
  /** Another consumer has the lease. */
  readonly onLost: () => void;
  /** Nobody has the lease: the server forgot it. What was to be settled is tried again. */
  readonly onForgotten: () => void;
  readonly onAcknowledged: (messages: number) => void;
  /** What could not be sent is kept, and tried again. */
  readonly onFailed: (error: unknown) => void;
}

/** Entries of one stream that wait to be settled. */
interface StreamWork {
  acknowledged: OpenEntry[];
  readonly heartbeats: string[];
  readonly counts: CountChange[];
}

interface CountChange {
  readonly id: string;
  readonly deliveries: number;
  readonly entry: OpenEntry | undefined;
  readonly done: (() => void) | undefined;
}

/**
 * Tells Redis what became of the entries of one shard: many in one script, which does nothing once another consumer has the shard's lease.
 *
 * Acknowledgements and notes of entries that are settled in part gather for 5 ms, together with those of the other shards of the node; all else, and
 * 64 acknowledgements, leave at the end of the turn. At most two scripts are on their way, so that what is settled meanwhile gathers as well.
 */
export class Settlements {
  readonly #parts: SettlementsParts;
  readonly #rounds: SettleRounds;
  readonly #work = new Map<string, StreamWork>();
  #progressed = new Map<OpenEntry, string>();
  #inFlight = 0;
  #scheduled = false;
  #retryInMs = 0;
  #backoffMs = MIN_RETRY_MS;
  #timer: Timer | undefined = undefined;
  #stopped = false;
  /** Wait until all that was said before has been answered. */
  #waiting: (() => void)[] = [];

  constructor(parts: SettlementsParts) {
    this.#parts = parts;
    this.#rounds = parts.rounds ?? new SettleRounds(parts.claims, parts.clock);
  }

  acknowledge(stream: string, entry: OpenEntry): void {
    const { acknowledged } = this.#workOf(stream);
    acknowledged.push(entry);
    this.#schedule(acknowledged.length >= MANY);
  }

  /** The entry is settled in part: so it is noted, unless it is settled altogether by then. */
  progressed(stream: string, entry: OpenEntry): void {
    if (entry.isNoteDue) return;
    entry.isNoteDue = true;
    this.#progressed.set(entry, stream);
    this.#schedule(false);
  }

  /** Counts deliveries of an entry before it goes out again, so that no delivery is uncounted; `done` when Redis has them. */
  count(stream: string, entry: OpenEntry, done: () => void): void {
    this.#workOf(stream).counts.push({ id: entry.id, deliveries: entry.deliveries, entry, done });
    this.#progressed.set(entry, stream);
    this.#schedule();
  }

  /** Takes a delivery back: the entry was read, and handed to nobody. */
  uncount(stream: string, id: string, deliveries: number): void {
    this.#workOf(stream).counts.push({ id, deliveries, entry: undefined, done: undefined });
    this.#schedule();
  }

  /** Says that the entries are being tended. */
  heartbeat(stream: string, ids: readonly string[]): void {
    if (ids.length === 0) return;
    for (const id of ids) this.#workOf(stream).heartbeats.push(id);
    this.#schedule();
  }

  /** The lease is ours again. */
  retry(): void {
    this.#schedule();
  }

  /** Resolves when everything said before this call has reached Redis, or nothing can any more. What is said later is not waited for. */
  flushed(): Promise<void> {
    if (this.#isIdle) return Promise.resolve();
    this.#schedule();
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  /** Says nothing more. */
  stop(): void {
    this.#stopped = true;
    this.#parts.clock.clearTimer(this.#timer);
    this.#work.clear();
    this.#progressed.clear();
    this.#settleIdle();
  }

  get #isIdle(): boolean {
    return this.#stopped || (this.#inFlight === 0 && this.#work.size === 0 && this.#progressed.size === 0);
  }

  #workOf(stream: string): StreamWork {
    let work = this.#work.get(stream);
    if (work === undefined) {
      work = { acknowledged: [], heartbeats: [], counts: [] };
      this.#work.set(stream, work);
    }
    return work;
  }

  #schedule(isUrgent = true): void {
    if (this.#stopped || this.#inFlight >= MAX_IN_FLIGHT || this.#retryInMs > 0) return;
    if (this.#scheduled) {
      if (isUrgent) this.#rounds.hurry();
      return;
    }
    this.#scheduled = true;
    this.#rounds.join(this.#send, isUrgent);
  }

  #later(delayMs: number): void {
    this.#timer = this.#parts.clock.setTimer(() => {
      this.#timer = undefined;
      this.#retryInMs = 0;
      this.#schedule();
    }, delayMs);
  }

  readonly #send = (): void => {
    this.#scheduled = false;
    if (this.#stopped || this.#inFlight >= MAX_IN_FLIGHT) return;
    const message = new SettleMessage(this.#parts);
    for (const [stream, work] of this.#work) {
      message.add(stream, work);
      if (work.acknowledged.length === 0) this.#work.delete(stream);
    }
    message.addNotes(this.#progressed);
    this.#progressed = new Map();
    if (message.isEmpty) return this.#settleIdle();
    if (this.#work.size === 0) message.waiting = this.#waiting.splice(0);
    this.#inFlight += 1;
    void this.#deliver(message);
    if (this.#work.size > 0) this.#schedule();
  };

  async #deliver(message: SettleMessage): Promise<void> {
    const { onLost, onForgotten, onAcknowledged, onFailed } = this.#parts;
    let answer: unknown;
    try {
      answer = await this.#rounds.ask({ script: settleScript, keys: message.keys, args: message.args });
    } catch (error) {
      this.#inFlight -= 1;
      this.#takeBack(message);
      onFailed(error);
      return;
    }
    this.#inFlight -= 1;
    if (answer === 0) onLost();
    if (this.#stopped) {
      for (const resolve of message.waiting) resolve();
      return;
    }
    if (answer === -1) {
      this.#takeBack(message);
      return onForgotten();
    }
    this.#backoffMs = MIN_RETRY_MS;
    onAcknowledged(message.messages);
    message.done();
    // Answers come in order; but one before this may have failed, and what it said waits to be said again.
    if (this.#retryInMs > 0) this.#waiting.push(...message.waiting);
    else for (const resolve of message.waiting) resolve();
    if (this.#work.size > 0 || this.#progressed.size > 0) this.#schedule(this.#waiting.length > 0);
    else this.#settleIdle();
  }

  #takeBack(message: SettleMessage): void {
    if (this.#stopped) {
      for (const resolve of message.waiting) resolve();
      return;
    }
    for (const { stream, entry } of message.acknowledged) this.#workOf(stream).acknowledged.push(entry);
    for (const { stream, change } of message.counts) this.#workOf(stream).counts.push(change);
    for (const [entry, stream] of message.notes) this.#progressed.set(entry, stream);
    this.#waiting.push(...message.waiting);
    this.#parts.clock.clearTimer(this.#timer);
    this.#retryInMs = this.#backoffMs;
    this.#backoffMs = Math.min(MAX_RETRY_MS, this.#backoffMs * 2);
    this.#later(this.#retryInMs);
  }

  #settleIdle(): void {
    if (!this.#isIdle) return;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

/** One call of the script, and what it was about. */
class SettleMessage {
  readonly keys: string[];
  readonly args: CommandArgument[];
  readonly acknowledged: { readonly stream: string; readonly entry: OpenEntry }[] = [];
  readonly counts: { readonly stream: string; readonly change: CountChange }[] = [];
  readonly notes = new Map<OpenEntry, string>();
  /** Told when it is answered. */
  waiting: readonly (() => void)[] = [];
  readonly #head: number;
  readonly #acknowledge: 'A' | 'X';
  readonly #places = new Map<string, number>();

  constructor({ lease, partial, owner, group, consumer, keepNotesMs, dropsSettled }: SettlementsParts) {
    this.keys = [lease, partial];
    this.#acknowledge = dropsSettled() ? 'X' : 'A';
    this.args = [owner, group, consumer, keepNotesMs];
    this.#head = this.args.length;
  }

  get isEmpty(): boolean {
    return this.args.length === this.#head;
  }

  /** Takes what there is, at most 1,000 acknowledgements: Lua cannot spread more arguments than 8,000. */
  add(stream: string, work: StreamWork): void {
    const rest = work.acknowledged.length > MAX_IDS ? work.acknowledged.splice(MAX_IDS) : [];
    this.#addAcknowledged(stream, work.acknowledged);
    work.acknowledged = rest;
    for (const change of work.counts.splice(0)) {
      this.counts.push({ stream, change });
      this.args.push('C', this.#place(stream), change.deliveries, 1, change.id);
    }
    const ids = work.heartbeats.splice(0);
    for (let from = 0; from < ids.length; from += MAX_IDS) {
      const some = ids.slice(from, from + MAX_IDS);
      this.args.push('H', this.#place(stream), some.length, ...some);
    }
  }

  /** How many messages the acknowledged entries hold. */
  get messages(): number {
    let messages = 0;
    for (const { entry } of this.acknowledged) messages += entry.messages.length;
    return messages;
  }

  addNotes(progressed: ReadonlyMap<OpenEntry, string>): void {
    for (const [entry, stream] of progressed) {
      entry.isNoteDue = false;
      if (entry.open === 0 || entry.revoked) continue;
      entry.noted = true;
      this.notes.set(entry, stream);
      // A copy: the state goes on changing while the script is on its way.
      this.args.push('N', noteField(stream, entry.id), Buffer.from(entry.state));
    }
  }

  done(): void {
    for (const { change } of this.counts) change.done?.();
  }

  #addAcknowledged(stream: string, entries: readonly OpenEntry[]): void {
    if (entries.length === 0) return;
    this.args.push(this.#acknowledge, this.#place(stream), entries.length);
    const notes: string[] = [];
    for (const entry of entries) {
      this.args.push(entry.id);
      this.acknowledged.push({ stream, entry });
      if (entry.noted) notes.push(noteField(stream, entry.id));
    }
    if (notes.length > 0) this.args.push('D', notes.length, ...notes);
  }

  #place(stream: string): number {
    let place = this.#places.get(stream);
    if (place === undefined) {
      place = this.keys.push(stream);
      this.#places.set(stream, place);
    }
    return place;
  }
}

const MAX_IN_FLIGHT = 2;
const MAX_IDS = 1_000;
/** So many acknowledgements of a stream are not held any longer. */
const MANY = 64;
const MIN_RETRY_MS = 20;
const MAX_RETRY_MS = 1_000;
