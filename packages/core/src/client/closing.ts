import {
  PRIORITIES,
  type CloseOptions,
  type CloseReport,
  type SettlementFailure,
  type Timer,
} from '@tradewind/core-types';
import type { Engine } from './engine.ts';
import { LaneEntry } from './lanes/lane-entry.ts';
import type { Lanes } from './lanes/lanes.ts';
import { closedError } from './publishing/publish-errors.ts';

/**
 * Closes a client: takes nothing more, drains what was accepted, and reports what was left.
 *
 * Waiting retries run at once, once; what fails while closing is tried once more, at once, and is a dead letter then. At the deadline what is
 * still queued or unsettled counts as dropped (`closed`), is given back to its transport, and the signals of running handlers are aborted.
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

  close(options: CloseOptions = {}): Promise<CloseReport> {
    this.#promise ??= this.#close(options);
    return this.#promise;
  }

  /** Something has ended: looks whether everything has. */
  look(): void {
    if (this.#drained !== undefined && this.#engine.isAtRest) this.#drained();
  }

  async #close(options: CloseOptions): Promise<CloseReport> {
    const engine = this.#engine;
    const deadlineMs = options.deadlineMs ?? DEFAULT_DEADLINE_MS;
    engine.admission.close();
    engine.settings.closing = true;
    engine.settings.flushIntervalMs = 0;
    const { logger, unsettled } = engine;
    logger.info(
      { event: 'client.closing', queued: this.#queued().reduce((a, b) => a + b), unsettled, deadlineMs },
      `Closing: drains for at most ${deadlineMs} ms.`,
    );
    engine.emit('closing');
    const ingressClosed = engine.paths.stopIngress(deadlineMs);
    engine.pause(false);
    engine.hurry(true);
    this.#retryNow();
    await this.#drain(deadlineMs, options.signal);
    const report = this.#giveUp();
    await ingressClosed;
    await this.#dispose(deadlineMs);
    logger.info({ event: 'client.closed', ...report }, 'Closed.');
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
    await Promise.all([paths.close(deadlineMs), chain.close(), guard.close()]);
  }
}

const DEFAULT_DEADLINE_MS = 5_000;
