/** A remedy whose turn it is. Times are those of its remediator's clock, in milliseconds. */
export interface RemedyHolder {
  readonly bus: string;
  /** The component that has the remedy. */
  readonly target: string;
  readonly remedy: string;
  /** Since when it is past its time and has not ended; undefined: it is within its time, or its component is being watched. */
  readonly overdueSinceMs: number | undefined;
}

/**
 * Sees to it that one remedy runs at a time, among all remediators that share the lock. Two components of one process often fail of one cause, and two remedies at
 * once hide which of them helped, or undo each other.
 *
 * By default all remediators of a process share one, but those with a clock of their own; those that look after machines that have nothing to do with each other may have a lock each. Whoever has the turn keeps it until its
 * remedy has really ended: one that hangs holds up all others, which their health and their trails say.
 */
export class RemedyLock {
  #turn: RemedyTurn | undefined;

  /** Whose turn it is. */
  get holder(): RemedyHolder | undefined {
    return this.#turn;
  }

  /** @internal @returns The turn, to be ended by whoever took it; undefined while somebody has it. */
  take(bus: string, target: string, remedy: string): RemedyTurn | undefined {
    if (this.#turn !== undefined) return undefined;
    this.#turn = new RemedyTurn({ bus, target, remedy }, () => {
      this.#turn = undefined;
    });
    return this.#turn;
  }
}

/** The turn of one remedy, until it is ended. */
export class RemedyTurn implements RemedyHolder {
  readonly bus: string;
  readonly target: string;
  readonly remedy: string;
  readonly #onEnd: () => void;
  #overdueSinceMs: number | undefined;

  constructor({ bus, target, remedy }: Omit<RemedyHolder, 'overdueSinceMs'>, onEnd: () => void) {
    this.bus = bus;
    this.target = target;
    this.remedy = remedy;
    this.#onEnd = onEnd;
  }

  get overdueSinceMs(): number | undefined {
    return this.#overdueSinceMs;
  }

  /** Its time is over, and it has not ended. */
  overdue(nowMs: number): void {
    this.#overdueSinceMs = nowMs;
  }

  /** Gives the lock back. To be called once. */
  end(): void {
    this.#onEnd();
  }
}

/** The lock of whoever is given none and goes by the wall clock: one for the process. */
export const PROCESS_LOCK: RemedyLock = new RemedyLock();
