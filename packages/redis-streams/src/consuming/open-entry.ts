import type { Priority, ReceivedMessage, SettlementFailure } from '@tradewind/core-types';

/** Whoever answers for the entries of a stream: with a group it acknowledges them, without one it only redelivers. */
export interface EntryOwner {
  /** Every message of the entry is settled. */
  completed(entry: OpenEntry): void;
  /** A message is settled, and others are open. */
  progressed(entry: OpenEntry): void;
  /** Messages of it were not handed out, and are not going to be here. `isUnseen`: nothing of the entry ever was. */
  givenBack(entry: OpenEntry, isUnseen: boolean): void;
  /** A message failed. It stays open until the owner settles it or brings it again. */
  failed(entry: OpenEntry, index: number, failure: SettlementFailure): void;
}

/** What a batch can be told by its entry: that its messages went to another consumer. */
interface Revocable {
  revoke(): void;
}

/**
 * A stream entry some of whose messages are not settled.
 *
 * Its state is one byte a message: 0 when settled, otherwise 1 + how many deliveries the message is behind the entry. Redis counts the
 * deliveries of an entry; when only some of its messages come again their counts part, and the difference is kept here. The same bytes
 * are the note that is kept in Redis for the case that this process dies.
 *
 * Allocations an entry: this object, its state, and one batch each time it is handed out.
 */
export class OpenEntry {
  readonly id: string;
  readonly owner: EntryOwner;
  readonly priority: Priority;
  readonly messages: readonly ReceivedMessage[];
  /** The bytes described above. */
  readonly state: Uint8Array;
  /** When it was last handed out or claimed, on the clock of the consumer. */
  touchedMs: number;
  /** As Redis counts, or is about to. */
  deliveries: number;
  /** Whether Redis has a note of its state. */
  noted: boolean = false;
  /** Whether its state is about to be noted, so that it need not be said again with every message. */
  isNoteDue: boolean = false;
  /** Of its open messages those that were given up for now: they wait for the next owner of the shard. */
  #left: number[] = NONE;
  #open: number;
  #revoked = false;
  readonly #batches: Revocable[] = [];

  constructor(options: {
    readonly id: string;
    readonly owner: EntryOwner;
    readonly priority: Priority;
    readonly messages: readonly ReceivedMessage[];
    readonly deliveries: number;
    readonly nowMs: number;
    /** The state as it was noted, when the entry comes from somebody else. */
    readonly note?: Uint8Array | undefined;
  }) {
    this.id = options.id;
    this.owner = options.owner;
    this.priority = options.priority;
    this.messages = options.messages;
    this.deliveries = options.deliveries;
    this.touchedMs = options.nowMs;
    const { note, messages } = options;
    this.state = new Uint8Array(messages.length);
    this.#open = messages.length;
    if (note?.length === messages.length) this.#restore(note);
    else this.state.fill(1);
  }

  /** How many of its messages are not settled. */
  get open(): number {
    return this.#open;
  }

  /** How many of its messages are with the receiver. */
  get inHand(): number {
    return this.#open - this.#left.length;
  }

  /** These messages failed while the shard is being given back: whoever has it next brings them again. */
  leave(indexes: readonly number[]): void {
    this.#left = [...this.#left, ...indexes];
  }

  /** The last batch that was made of it, with these messages, is not handed out. */
  giveBack(indexes: readonly number[]): void {
    if (this.#revoked) return;
    this.leave(indexes);
    const isUnseen = this.#batches.length === 1;
    this.owner.givenBack(this, isUnseen);
    // That delivery does not count, should the entry be handed out here after all.
    if (isUnseen) this.deliveries -= 1;
  }

  /** The shard stays after all: these are to be brought again here. */
  takeLeft(): readonly number[] {
    const left = this.#left;
    this.#left = NONE;
    return left;
  }

  get revoked(): boolean {
    return this.#revoked;
  }

  isOpen(index: number): boolean {
    return this.state[index] !== 0;
  }

  /** How often a message of it was handed out, this time included. */
  deliveriesOf(index: number): number {
    return Math.max(1, this.#countOf(index));
  }

  /** Settles a message for good. Again, or after a revocation: nothing happens. */
  settle(index: number): void {
    if (this.#revoked || this.state[index] === 0) return;
    this.state[index] = 0;
    this.#open -= 1;
    if (this.#open === 0) this.owner.completed(this);
    else this.owner.progressed(this);
  }

  /** Settles without telling the owner: for messages that nobody here wants, before the entry is handed out. */
  skip(index: number): void {
    if (this.state[index] === 0) return;
    this.state[index] = 0;
    this.#open -= 1;
  }

  failed(index: number, failure: SettlementFailure): void {
    if (!this.#revoked && this.state[index] !== 0) this.owner.failed(this, index, failure);
  }

  /** Counts one more delivery of these messages; the others stay where they are. */
  countRedelivery(indexes: readonly number[]): void {
    let highest = this.deliveries;
    for (const index of indexes) highest = Math.max(highest, this.#countOf(index) + 1);
    const raise = highest - this.deliveries;
    if (raise > 0)
      for (let i = 0; i < this.state.length; i += 1)
        if (this.state[i] !== 0) this.state[i] = Math.min(MAX_BEHIND, (this.state[i] ?? 1) + raise);
    this.deliveries = highest;
    for (const index of indexes) this.state[index] = Math.max(1, (this.state[index] ?? 2) - 1);
  }

  handedOut(batch: Revocable): void {
    this.#batches.push(batch);
  }

  /** It is somebody else's from now on. */
  revoke(): void {
    this.#revoked = true;
    for (const batch of this.#batches) batch.revoke();
  }

  #countOf(index: number): number {
    return Math.max(0, this.deliveries - ((this.state[index] ?? 1) - 1));
  }

  #restore(note: Uint8Array): void {
    this.noted = true;
    this.state.set(note);
    for (let i = 0; i < note.length; i += 1) if (note[i] === 0) this.#open -= 1;
  }
}

const MAX_BEHIND = 255;
const NONE: number[] = [];
