import type { Clock, Timer } from '@tradewind/core-types';

/** A command that was asked for and has no answer yet. */
export class PendingCall {
  readonly doing: string;
  readonly resolve: (reply: unknown) => void;
  readonly reject: (error: unknown) => void;
  dueAtMs = 0;
  /** Whether it left this process, as far as anybody can tell. */
  sent = false;
  settled = false;

  constructor(doing: string, resolve: (reply: unknown) => void, reject: (error: unknown) => void) {
    this.doing = doing;
    this.resolve = resolve;
    this.reject = reject;
  }
}

/**
 * The calls of one connection that are waiting for their answers, oldest first, behind one timer.
 *
 * Workload: thousands a second, nearly all settled within a millisecond. All have about the same deadline, so that the oldest is due first
 * and settled ones are dropped from the front; the timer stays as it is, and looks again when it fires.
 */
export class PendingCalls {
  readonly #clock: Clock;
  readonly #onOverdue: (call: PendingCall) => void;
  #calls: PendingCall[] = [];
  #first = 0;
  #timer: Timer | undefined;

  constructor(clock: Clock, onOverdue: (call: PendingCall) => void) {
    this.#clock = clock;
    this.#onOverdue = onOverdue;
  }

  add(call: PendingCall, timeoutMs: number): void {
    call.dueAtMs = this.#clock.now() + timeoutMs;
    this.#calls.push(call);
    this.#timer ??= this.#clock.setTimer(this.#look, timeoutMs, { background: true });
  }

  settled(call: PendingCall): void {
    call.settled = true;
    this.#dropSettled();
  }

  /** Takes all that are open, and forgets them. */
  takeAll(which: (call: PendingCall) => boolean = () => true): readonly PendingCall[] {
    const open = this.#calls.slice(this.#first).filter((call) => !call.settled);
    const taken = open.filter(which);
    for (const call of taken) call.settled = true;
    this.#calls = open.filter((call) => !call.settled);
    this.#first = 0;
    return taken;
  }

  stop(): void {
    if (this.#timer !== undefined) this.#clock.clearTimer(this.#timer);
    this.#timer = undefined;
  }

  #dropSettled(): void {
    while (this.#first < this.#calls.length && this.#calls[this.#first]?.settled === true) this.#first += 1;
    if (this.#first === this.#calls.length) {
      this.#calls.length = 0;
      this.#first = 0;
    } else if (this.#first > COMPACT_AT) {
      this.#calls = this.#calls.slice(this.#first);
      this.#first = 0;
    }
  }

  /** When this process stood still, answers may have come meanwhile: the turn that calls timers first reads them only after that. */
  readonly #look = (): void => this.#clock.nextTurn(this.#judge);

  readonly #judge = (): void => {
    // Stopped meanwhile.
    if (this.#timer === undefined) return;
    this.#timer = undefined;
    const now = this.#clock.now();
    for (const call of this.takeAll(({ dueAtMs }) => dueAtMs <= now)) this.#onOverdue(call);
    const next = this.#calls[this.#first];
    if (next === undefined) return;
    this.#timer ??= this.#clock.setTimer(this.#look, Math.max(1, next.dueAtMs - now), { background: true });
  };
}

const COMPACT_AT = 1_024;
