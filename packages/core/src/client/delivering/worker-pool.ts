import type { Deadline } from '../../platform/deadlines.ts';
import type { Delivery } from './delivery.ts';

/** What a worker tells when its handler's promise has settled, or its time is over. */
export interface WorkerListener {
  fulfilled(worker: Worker): void;
  rejected(worker: Worker, error: unknown): void;
  timedOut(worker: Worker): void;
}

/**
 * A slot in which an asynchronous handler runs, from its call until its promise settles.
 *
 * Its reactions are made once: giving them to a promise costs no closure per delivery.
 */
export class Worker implements Deadline {
  delivery: Delivery | undefined = undefined;
  /** A batch handler runs in it: what to do when it has ended. */
  batch: BatchRun | undefined = undefined;
  /** Its handler's time was over, or the client gave up on it: what its promise does later concerns nobody. */
  abandoned = false;
  dueAtMs = 0.5;
  place = -1;
  /** When the batch handler that runs in it was called; a single delivery knows it by itself. */
  batchStartedAtMs = 0.5;
  readonly onFulfilled: () => void;
  readonly onRejected: (error: unknown) => void;
  readonly #listener: WorkerListener;

  constructor(listener: WorkerListener) {
    this.#listener = listener;
    this.onFulfilled = () => listener.fulfilled(this);
    this.onRejected = (error) => listener.rejected(this, error);
  }

  expire(): void {
    this.#listener.timedOut(this);
  }

  /** How long its handler has run, in milliseconds; 0 while there is none. */
  ranMs(nowMs: number): number {
    if (this.delivery !== undefined) return nowMs - this.delivery.startedAtMs;
    return this.batch === undefined ? 0 : nowMs - this.batchStartedAtMs;
  }
}

/** The end of a batch handler's run. */
export interface BatchRun {
  ended(failed: boolean, error: unknown): void;
}

/**
 * The workers of a client: between `min` and `max` of them, as many as the load asks for.
 */
export class WorkerPool {
  min: number;
  max: number;
  /** How many handlers may run now. */
  size: number;
  /** A handler that has run for longer is stuck, in milliseconds. */
  stuckAfterMs: number;
  /** How many workers were taken from handlers that were stuck. */
  replaced = 0;
  running = 0;
  /** The most that ran at once since it was last read and reset. */
  peak = 0;
  /** Set once, before the first worker is taken: it needs the pool itself. */
  listener: WorkerListener | undefined = undefined;
  readonly #idle: Worker[] = [];
  /** All workers in use or idle; abandoned ones are taken out. */
  readonly #all: Worker[] = [];

  constructor(options: { readonly min: number; readonly max: number; readonly stuckAfterMs: number }) {
    this.min = options.min;
    this.max = options.max;
    this.size = options.min;
    this.stuckAfterMs = options.stuckAfterMs;
  }

  get full(): boolean {
    return this.running >= this.size;
  }

  /** The workers whose handlers run. */
  get busy(): readonly Worker[] {
    return this.#all.filter(({ delivery, batch }) => delivery !== undefined || batch !== undefined);
  }

  /** The workers whose handlers have run for longer than they should ever, in the order in which they were made. */
  stuck(nowMs: number): readonly Worker[] {
    return this.#all.filter((worker) => worker.ranMs(nowMs) > this.stuckAfterMs);
  }

  /** Occupies a worker. The caller has seen that the pool is not full. */
  take(): Worker {
    const worker = this.#idle.pop() ?? this.#make();
    this.running += 1;
    if (this.running > this.peak) this.peak = this.running;
    return worker;
  }

  /** Gives a worker back. An abandoned one is not used again: its promise may still settle. */
  release(worker: Worker): void {
    worker.delivery = undefined;
    worker.batch = undefined;
    this.running -= 1;
    if (worker.abandoned) this.#all.splice(this.#all.indexOf(worker), 1);
    else this.#idle.push(worker);
  }

  #make(): Worker {
    const worker = new Worker(this.listener as WorkerListener);
    this.#all.push(worker);
    return worker;
  }
}
