import { setImmediate as nextTurn } from 'node:timers/promises';

/**
 * Does long work bit by bit: between two bits whatever else the process has to do has its turn, messages above all.
 *
 * Works of several requests come one after the other: six at a time would hold the event loop six times as long in each turn.
 */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** Runs a work, each `yield` of which ends a turn. Rejects with what the work throws. */
  run<T>(work: Generator<void, T>): Promise<T> {
    const done = this.#last.then(() => inTurns(work));
    this.#last = done.catch(() => undefined);
    return done;
  }
}

async function inTurns<T>(work: Generator<void, T>): Promise<T> {
  for (;;) {
    const { done, value } = work.next();
    if (done === true) return value;
    await nextTurn();
  }
}
