import {
  PRIORITIES,
  type CloseOptions,
  type CloseReport,
  type SettlementFailure,
  type Timer,
} from '@tradewind/core-types';
import { checkCloseOptions } from './close-options.ts';
import type { Engine } from './engine.ts';
import { LaneEntry } from './lanes/lane-entry.ts';
import type { Lanes } from './lanes/lanes.ts';
import { closedError } from './publishing/publish-errors.ts';

/**
 * Closes a client: takes nothing more, drains what was accepted, and reports what was left.
 *
 * Waiting retries run at once, once; what fails while closing is tried once more, at once, and is a dead letter then. At the deadline what is
 * still queued or unsettled counts as dropped (`closed`), is given back to its transport, and the signals of running handlers are aborted.
 * Plugins, the scheduler and transports get what is left of the deadline to end, at least a short grace; then they are left behind, with a
 * line in the log.
 */
export class Closing {
  readonly #engine: Engine;
  #promise: Promise<CloseReport> | undefined = undefined;
  #drained: (() => void) | undefined = undefined;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  get isClosing(): boolean {
    return this.#promise !== undefined;
  }

  /** Again: the same promise. Rejects with `INVALID_OPTIONS`, and has changed nothing then. */
  close(options: CloseOptions = {}): Promise<CloseReport> {
    if (this.#promise !== undefined) return this.#promise;
    try {
      checkCloseOptions(options);
    } catch (error) {
      return Promise.reject(error);
    }
    // The promise is there before anybody is told: a listener may close the client once more.
    const { promise, resolve, reject } = Promise.withResolvers<CloseReport>();
    this.#promise = promise;
    this.#close(options).then(resolve, reject);
    return promise;
  }

  /** Something has ended: looks whether everything has. */
  look(): void {
    if (this.#drained !== undefined && this.#engine.isAtRest) this.#drained();
  }

  async #close(options: CloseOptions): Promise<CloseReport> {
    const engine = this.#engine;
    const deadlineMs = options.deadlineMs ?? DEFAULT_DEADLINE_MS;
    const endsAtMs = engine.clock.now() + deadlineMs;
    const leftMs = (): number =>
      options.signal?.aborted === true ? GRACE_MS : Math.max(endsAtMs - engine.clock.now(), GRACE_MS);
    engine.admission.close();
    engine.settings.closing = true;
    engine.settings.flushIntervalMs = 0;
    const { logger, unsettled } = engine;
    logger.info(
      { event: 'client.closing', queued: total(this.#queued()), unsettled, deadlineMs },
      `Closing: drains for at most ${deadlineMs} ms.`,
    );
    engine.emit('closing');
    const ingressClosed = engine.paths.stopIngress(deadlineMs);
    engine.pause(false);
    engine.hurry(true);
    this.#retryNow();
    await this.#drain(deadlineMs, options.signal);
    const report = this.#giveUp();
    await this.#ended('consumers', ingressClosed, leftMs());
    await this.#dispose(leftMs());
    logger.info({ event: 'client.closed', queued: total(report.queued), unsettled: report.unsettled }, 'Closed.');
    engine.emit('closed', report);
    return report;
  }

  #retryNow(): void {
    for (const subscription of this.#engine.registry) {
      this.#engine.deliveries.retryNow(subscription);
      subscription.receiver?.retryNow();
    }
  }

  /** Resolves when nothing is left, when the deadline has passed, or when it is told to give up. */
  #drain(deadlineMs: number, signal: AbortSignal | undefined): Promise<void> {
    const { clock } = this.#engine;
    if (this.#engine.isAtRest || signal?.aborted === true || deadlineMs <= 0) return Promise.resolve();
    return new Promise((resolve) => {
      let timer: Timer = undefined;
      const end = (): void => {
        clock.clearTimer(timer);
        signal?.removeEventListener('abort', end);
        this.#drained = undefined;
        resolve();
      };
      timer = clock.setTimer(end, deadlineMs);
      signal?.addEventListener('abort', end, { once: true });
      this.#drained = end;
    });
  }

  /** Ends everything that is left, and says how much that was. */
  #giveUp(): CloseReport {
    const engine = this.#engine;
    const report: CloseReport = { queued: this.#queued(), unsettled: engine.unsettled };
    const failure: SettlementFailure = { error: closedError(), next: 'redeliver' };
    engine.pause(true);
    for (const lanes of engine.allLanes()) this.#dropQueued(lanes, failure);
    engine.paths.abandon();
    for (const subscription of [...engine.registry]) {
      engine.deliveries.clear(subscription, 'closed', failure);
      subscription.receiver?.end('closed', failure);
      subscription.unsubscribe();
    }
    engine.deliveries.abandonRunning(failure);
    // Nothing is open any more, and what is on its way will not be waited for: whoever flushes need not wait either.
    engine.onDrained();
    return report;
  }

  #queued(): [number, number, number, number] {
    return PRIORITIES.map((priority) => this.#engine.queued(priority)) as [number, number, number, number];
  }

  #dropQueued(lanes: Lanes, failure: SettlementFailure): void {
    const entry = new LaneEntry();
    for (const lane of lanes.all) {
      while (lane.take(entry)) this.#engine.overflow.drop(lane, entry, 'closed', failure);
    }
  }

  async #dispose(deadlineMs: number): Promise<void> {
    const { paths, chain, guard, scaling } = this.#engine;
    scaling.stop();
    await Promise.all([
      this.#ended('transports', paths.close(deadlineMs), deadlineMs),
      this.#ended('plugins', chain.close(), deadlineMs),
      this.#ended('scheduler', guard.close(), deadlineMs),
    ]);
  }

  /** Waits for a part that is told to end, but not for ever: one that never answers must not keep the client open. */
  async #ended(part: string, ending: Promise<void>, deadlineMs: number): Promise<void> {
    const { clock, logger } = this.#engine;
    let timer: Timer = undefined;
    const overdue = new Promise<boolean>((resolve) => {
      // A part that uses its whole deadline is in time still.
      timer = clock.setTimer(() => resolve(true), deadlineMs + GRACE_MS);
    });
    const isOverdue = await Promise.race([ending.then(() => false), overdue]);
    clock.clearTimer(timer);
    if (!isOverdue) return;
    logger.error(
      { event: 'client.close-overdue', part, deadlineMs },
      `Closed without waiting any longer for its ${part}: not ended after ${deadlineMs} ms.`,
    );
  }
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

const DEFAULT_DEADLINE_MS = 5_000;
/** What every part gets to end, however late it is. */
const GRACE_MS = 100;
