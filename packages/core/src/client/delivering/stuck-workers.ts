import type { Clock, Remedy } from '@tradewind/core-types';
import { BusError } from '../../errors.ts';
import type { Deliveries } from './deliveries.ts';
import type { Worker, WorkerPool } from './worker-pool.ts';

/** Whose handlers are looked at. */
export interface StuckWorkersOptions {
  readonly pool: WorkerPool;
  readonly deliveries: Deliveries;
  readonly clock: Pick<Clock, 'now'>;
}

/**
 * Handlers that have run for so long that they will hardly come back, each in a worker that nobody else gets, and each with its ordering key.
 *
 * Looked for when somebody asks: fifty workers at most, nothing per message.
 */
export class StuckWorkers {
  readonly #options: StuckWorkersOptions;

  constructor(options: StuckWorkersOptions) {
    this.#options = options;
  }

  /** For people; empty while there are none. */
  get reason(): string {
    const { pool, clock } = this.#options;
    const nowMs = clock.now();
    const stuck = pool.stuck(nowMs);
    const [first] = stuck;
    if (first === undefined) return '';
    const others = stuck.length === 1 ? '' : `, and ${stuck.length - 1} others`;
    return `a worker is stuck: ${handlerOf(first)} has run for ${Math.round(first.ranMs(nowMs))} ms${others}`;
  }

  /**
   * Gives the workers up: others take their places, and their deliveries have failed, with `HANDLER_TIMEOUT`. They are tried again as the retry policy says, with their
   * ordering keys held, or become dead letters: nothing is lost. A handler that comes back later is not listened to any more.
   */
  replace(): void {
    const { pool, deliveries, clock } = this.#options;
    const nowMs = clock.now();
    for (const worker of pool.stuck(nowMs)) {
      // Giving up the one before may have ended it.
      if (worker.ranMs(nowMs) === 0) continue;
      pool.replaced += 1;
      deliveries.giveUp(worker, stuckError(worker, nowMs));
    }
  }

  remedies(): readonly Remedy[] {
    return [
      {
        name: 'replace-stuck',
        description: `Gives up handlers that have run for longer than ${this.#options.pool.stuckAfterMs} ms: others take their workers, their deliveries are tried again.`,
        run: async () => this.replace(),
      },
    ];
  }
}

function handlerOf({ delivery }: Worker): string {
  return delivery === undefined ? 'a batch handler' : `the handler of ${delivery.subscription.id}`;
}

function stuckError(worker: Worker, nowMs: number): BusError {
  return new BusError('HANDLER_TIMEOUT', {
    message: `Expected that ${handlerOf(worker)} comes back, and it has run for ${Math.round(worker.ranMs(nowMs))} ms: its worker was taken from it.`,
    hint: 'Look what it waits for, and give its subscription a handlerTimeoutMs.',
  });
}
