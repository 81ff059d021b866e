import type { Publication } from '../events.ts';

/** A subscriber whose reactions to some events go back into the timeline. */
export interface ReactorOptions {
  readonly name: string;
  /** How long after an event its reaction is due, in virtual microseconds; undefined for an event that it does not react to. */
  readonly delayMicros: (publication: Publication) => number | undefined;
}

/** One subscriber's open reactions, by the moment at which they are due. */
export class Reactor {
  readonly name: string;
  readonly #delayMicros: (publication: Publication) => number | undefined;
  readonly #changed: () => void;
  readonly #openAt = new Map<number, number>();
  #open = 0;
  #earliest = Number.POSITIVE_INFINITY;

  constructor({ name, delayMicros }: ReactorOptions, changed: () => void) {
    this.name = name;
    this.#delayMicros = delayMicros;
    this.#changed = changed;
  }

  get open(): number {
    return this.#open;
  }

  /** The moment of the earliest open reaction; `Infinity` when there is none. */
  get earliestDue(): number {
    return this.#earliest;
  }

  /** The event is about to be published: its reaction is waited for. */
  expect(publication: Publication, atMicros: number): void {
    const delay = this.#delayMicros(publication);
    if (delay === undefined) return;
    const due = atMicros + delay;
    this.#openAt.set(due, (this.#openAt.get(due) ?? 0) + 1);
    this.#open += 1;
    this.#earliest = Math.min(this.#earliest, due);
  }

  /** One event whose reaction is due at this moment has been handled; everything that follows from it is scheduled. */
  settle(dueMicros: number): void {
    const open = this.#openAt.get(dueMicros);
    // A reaction that was given up on is not open any more.
    if (open === undefined) return;
    this.#open -= 1;
    if (open > 1) {
      this.#openAt.set(dueMicros, open - 1);
      return;
    }
    this.#openAt.delete(dueMicros);
    if (dueMicros !== this.#earliest) return;
    this.#earliest = Number.POSITIVE_INFINITY;
    for (const due of this.#openAt.keys()) if (due < this.#earliest) this.#earliest = due;
    this.#changed();
  }

  /** Stops waiting for everything that is open; returns how many there were. */
  giveUp(): number {
    const abandoned = this.#open;
    this.#openAt.clear();
    this.#open = 0;
    this.#earliest = Number.POSITIVE_INFINITY;
    if (abandoned > 0) this.#changed();
    return abandoned;
  }
}

/**
 * Which reactions the timeline has to wait for, and until when it may go on without them.
 *
 * This is what makes a run repeat to the byte although its handlers run when the bus gets to them: virtual time never passes the
 * moment at which a reaction is due before the reaction is known. It is the conservative synchronisation of distributed
 * simulations, each subscriber's delay being its lookahead (K. M. Chandy and J. Misra, "Distributed Simulation", IEEE Transactions
 * on Software Engineering, 1979).
 */
export class ReactionLedger {
  readonly #reactors: Reactor[] = [];
  #waiters: (() => void)[] = [];
  #abandoned = 0;

  /** Reactions that were given up on: their events were lost, or their handlers too slow even for the ledger's patience. */
  get abandoned(): number {
    return this.#abandoned;
  }

  get open(): number {
    return this.#reactors.reduce((sum, reactor) => sum + reactor.open, 0);
  }

  reactor(options: ReactorOptions): Reactor {
    const reactor = new Reactor(options, () => this.#wake());
    this.#reactors.push(reactor);
    return reactor;
  }

  /** To be called before each publish. */
  expect(publication: Publication, atMicros: number): void {
    for (const reactor of this.#reactors) reactor.expect(publication, atMicros);
  }

  /** Virtual time must not reach this moment yet. */
  earliestDue(): number {
    let earliest = Number.POSITIVE_INFINITY;
    for (const reactor of this.#reactors) earliest = Math.min(earliest, reactor.earliestDue);
    return earliest;
  }

  /** Resolves at the next reaction. */
  nextChange(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiters.push(resolve);
    });
  }

  giveUp(): void {
    for (const reactor of this.#reactors) this.#abandoned += reactor.giveUp();
  }

  #wake(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const wake of waiters) wake();
  }
}
