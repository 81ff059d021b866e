import type { Lane } from '../lanes/lane.ts';
import type { Lanes } from '../lanes/lanes.ts';
import type { OpenWork } from '../delivering/open-work.ts';

export interface FlushBarrierOptions {
  /** Everything that holds messages before they are deliveries. */
  readonly allLanes: () => readonly Lanes[];
  /** Whether something that left the lanes is still on its way to a transport. */
  readonly isSending: () => boolean;
  readonly openWork: OpenWork;
  /** Opens what holds messages back: flush intervals, batches that gather. */
  readonly hurry: (eager: boolean) => void;
}

/**
 * Waits until everything that was accepted before the call has ended or waits for a retry.
 *
 * First every lane must have passed the position of its newest message; then the deliveries that are open at that moment must end. So it may
 * wait for a few that were accepted a little later, and never for those that keep coming. Flushes are served one after the other; those
 * that come while one waits share the next one.
 */
export class FlushBarrier {
  readonly #options: FlushBarrierOptions;
  #running: Promise<void> | undefined = undefined;
  #next: Promise<void> | undefined = undefined;
  #positions = new Map<Lane, number>();
  #generation: 0 | 1 | undefined = undefined;
  #resolve: (() => void) | undefined = undefined;

  constructor(options: FlushBarrierOptions) {
    this.#options = options;
  }

  /** Whether a flush waits, and {@link look} is worth a call. */
  get isWaiting(): boolean {
    return this.#resolve !== undefined;
  }

  flush(): Promise<void> {
    if (this.#running === undefined) return this.#start();
    this.#next ??= this.#running.then(() => {
      this.#next = undefined;
      return this.#start();
    });
    return this.#next;
  }

  /** Something has ended, or left its lane: looks whether the flush is over. */
  look(): void {
    const resolve = this.#resolve;
    if (resolve === undefined || !this.#isOver()) return;
    this.#resolve = undefined;
    this.#generation = undefined;
    this.#positions.clear();
    this.#running = undefined;
    this.#options.hurry(false);
    resolve();
  }

  #start(): Promise<void> {
    for (const lanes of this.#options.allLanes()) {
      for (const lane of lanes.all) {
        if (lane.depth > 0) this.#positions.set(lane, lane.nextPosition);
      }
    }
    this.#running = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    const running = this.#running;
    this.#options.hurry(true);
    this.look();
    return running;
  }

  #isOver(): boolean {
    const { openWork, isSending } = this.#options;
    if (this.#generation === undefined) {
      for (const [lane, position] of this.#positions) {
        if (lane.firstPosition < position) return false;
        this.#positions.delete(lane);
      }
      if (isSending()) return false;
      this.#generation = openWork.nextGeneration();
    }
    return openWork.isEnded(this.#generation);
  }
}
