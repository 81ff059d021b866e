import type { Clock } from '@tradewind/core-types';
import type { RunInContext } from '../context.ts';
import type { ClientSettings } from '../settings.ts';

export interface DrainsOptions {
  readonly clock: Clock;
  readonly settings: ClientSettings;
  readonly inContext: RunInContext;
  readonly drain: () => void;
}

/**
 * When the lanes are drained: at the end of the current code, or in the next turn of the event loop.
 *
 * The time that drains may take is per turn, not per drain: handlers that publish again and again would otherwise keep the event loop in its
 * microtasks for ever. A drain cannot see where a turn ends; so when the time is over it takes the benefit of the doubt once, asks
 * to be told of the next turn, and if the time is over a second time before that, it goes on in the next turn. So a turn is held up for
 * at most twice the slice, and a client that keeps up asks for a turn at most once per slice.
 */
export class Drains {
  readonly #settings: ClientSettings;
  readonly #clock: Clock;
  readonly #drain: () => void;
  readonly #onTurn: () => void;
  readonly #onMark: () => void;
  #microtask = false;
  #turn = false;
  #marked = false;
  #startedAtMs = -Infinity;

  constructor({ clock, settings, inContext, drain }: DrainsOptions) {
    this.#clock = clock;
    this.#settings = settings;
    this.#drain = () => {
      this.#microtask = false;
      inContext(drain);
    };
    this.#onTurn = () => {
      this.#turn = false;
      this.#startedAtMs = -Infinity;
      inContext(drain);
    };
    this.#onMark = () => {
      this.#marked = false;
      this.#startedAtMs = -Infinity;
    };
  }

  /** Whether a drain will run before the event loop goes on. */
  get isImminent(): boolean {
    return this.#microtask;
  }

  /** Drains at the end of the current code, unless it is the next turn's business already. */
  soon(): void {
    if (this.#microtask || this.#turn) return;
    this.#microtask = true;
    this.#clock.microtask(this.#drain);
  }

  /** Drains in the next turn. */
  nextTurn(): void {
    if (this.#turn) return;
    this.#turn = true;
    this.#clock.nextTurn(this.#onTurn);
  }

  /** Begins a drain. False: this turn has had its time; a drain in the next one was asked for. */
  begin(nowMs: number): boolean {
    if (nowMs - this.#startedAtMs < this.#settings.sliceMs) return true;
    if (this.#marked) {
      this.nextTurn();
      return false;
    }
    if (this.#startedAtMs !== -Infinity) {
      this.#marked = true;
      this.#clock.nextTurn(this.#onMark);
    }
    this.#startedAtMs = nowMs;
    return true;
  }

  /** Whether the time of this turn is over. */
  isOver(nowMs: number): boolean {
    return nowMs - this.#startedAtMs >= this.#settings.sliceMs;
  }
}
