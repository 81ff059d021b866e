import type { Logger } from '@tradewind/core-types';
import type { ActRow, ActsAnswer } from '../protocol/index.ts';

/**
 * What operators did from the page: the newest 200 acts, each logged too.
 *
 * The parts keep trails of their own where they have one (alerts, remedies), but a store of dead letters or an optimizer is not told who asked.
 */
export class ActLog {
  readonly #logger: Logger;
  readonly #acts: ActRow[] = [];
  #lastId = 0;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  add(act: Omit<ActRow, 'id'>): void {
    this.#lastId += 1;
    const kept: ActRow = Object.freeze({ ...act, id: this.#lastId });
    this.#acts.push(kept);
    if (this.#acts.length > MAX_ACTS) this.#acts.shift();
    const level = kept.result === 'failed' ? 'warn' : 'info';
    const { by, act: name, on, result, detail } = kept;
    this.#logger[level](
      { event: 'dashboard.act', act: name, on, by, result, detail },
      `${by} asked for ${name} on ${on}: ${result}.`,
    );
  }

  answer(): ActsAnswer {
    return { acts: this.#acts.toReversed(), forgotten: this.#lastId - this.#acts.length };
  }
}

const MAX_ACTS = 200;
