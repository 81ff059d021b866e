import { Priority, type Clock, type Timer } from '@tradewind/core-types';
import type { Lane } from '../lanes/lane.ts';
import type { Lanes } from '../lanes/lanes.ts';
import type { ClientSettings } from '../settings.ts';

/**
 * Holds NORMAL and LOW back for the flush interval, so that they go in batches; CRITICAL and HIGH never wait.
 *
 * The gate opens when the interval since the first message that it held is over, or when a lane is at its high water mark; it closes
 * when both lanes are empty.
 */
export class FlushGate {
  readonly #lanes: Lanes;
  readonly #settings: ClientSettings;
  readonly #clock: Clock;
  readonly #onOpen: () => void;
  #timer: Timer | undefined = undefined;

  constructor(options: {
    readonly lanes: Lanes;
    readonly settings: ClientSettings;
    readonly clock: Clock;
    readonly onOpen: () => void;
  }) {
    this.#lanes = options.lanes;
    this.#settings = options.settings;
    this.#clock = options.clock;
    this.#onOpen = options.onOpen;
    this.emptied();
  }

  /** Whether {@link admits} has to be asked: something may have to wait. */
  get isHolding(): boolean {
    return this.#settings.flushIntervalMs !== 0;
  }

  /** Whether a message that has just entered a lane may go at once. */
  admits(lane: Lane): boolean {
    if (lane.priority <= Priority.HIGH || this.#lanes.openMask === ALL) return true;
    if (lane.occupied >= lane.highMark) {
      this.open();
      return true;
    }
    this.#timer ??= this.#clock.setTimer(() => {
      this.open();
      this.#onOpen();
    }, this.#settings.flushIntervalMs);
    return false;
  }

  open(): void {
    if (this.#timer !== undefined) this.#clock.clearTimer(this.#timer);
    this.#timer = undefined;
    this.#lanes.openMask = ALL;
  }

  /** Everything that may start was started. */
  emptied(): void {
    if (this.#settings.flushIntervalMs === 0) this.#lanes.openMask = ALL;
    else if (this.#lanes.normal.depth === 0 && this.#lanes.low.depth === 0) this.#lanes.openMask = URGENT;
  }
}

const ALL = 15;
const URGENT = 3;
