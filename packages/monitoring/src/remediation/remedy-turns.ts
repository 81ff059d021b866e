import type { Clock, Health, Remedy } from '@tradewind/core-types';
import type { Stopwatch } from '../clock/stopwatch.ts';
import { mayNotRun } from './refused.ts';
import type { ResolvedRule } from './remediation-rule.ts';
import type { RemedyHolder, RemedyLock, RemedyTurn } from './remedy-lock.ts';
import { runRemedy, type RunOutcome } from './remedy-run.ts';

/** Whose turns they are. */
export interface RemedyTurnsOptions {
  readonly lock: RemedyLock;
  /** The name of the bus, for whoever waits. */
  readonly bus: string;
  readonly lookEveryMs: number;
  readonly clock: Pick<Clock, 'now' | 'setTimer' | 'clearTimer'>;
  readonly stopwatch: Stopwatch;
  /** Aborted when the remediator is disposed of. */
  readonly closed: AbortSignal;
}

/** The turns of one remediator at the lock that it shares with others: what it runs, and how long it waits. */
export class RemedyTurns {
  readonly #options: RemedyTurnsOptions;
  readonly #madeAtMs: number;
  #own: RemedyTurn | undefined;
  #waitingSinceMs: number | undefined;

  constructor(options: RemedyTurnsOptions) {
    this.#options = options;
    this.#madeAtMs = options.clock.now();
  }

  /** The component that this remediator treats, or whose remedy is past its time and has not ended. */
  get busyWith(): string | undefined {
    const { holder } = this.#options.lock;
    return holder !== undefined && holder === this.#own ? holder.target : undefined;
  }

  /** Whether this remediator runs a remedy that is within its time. */
  get isRunning(): boolean {
    return this.busyWith !== undefined && this.#own?.overdueSinceMs === undefined;
  }

  /** What whoever has the turn does; undefined: it is free. */
  get underWay(): string | undefined {
    const { holder } = this.#options.lock;
    return holder === undefined ? undefined : textOf(holder);
  }

  /** Why a component cannot be treated now that could be otherwise: from then on this remediator waits for its turn. */
  wait(): 'waiting' | 'held-up' | undefined {
    if (this.#options.lock.holder === undefined) return undefined;
    this.#waitingSinceMs ??= this.#options.clock.now();
    return this.#heldUpSinceMs() === undefined ? 'waiting' : 'held-up';
  }

  /** Nobody is to be treated. */
  waitsNoLonger(): void {
    this.#waitingSinceMs = undefined;
  }

  /** Degraded while nobody can be treated. */
  health(): Health {
    const sinceMs = this.#heldUpSinceMs();
    if (sinceMs === undefined) return { status: 'up', reason: '', sinceMs: this.#madeAtMs };
    return { status: 'degraded', reason: `nothing is treated: ${this.underWay ?? ''}`, sinceMs };
  }

  /** @throws MonitoringError `REMEDY_REFUSED` while somebody has the turn. */
  take(target: string, remedy: string): RemedyTurn {
    const { lock, bus } = this.#options;
    const turn = lock.take(bus, target, remedy);
    if (turn === undefined) {
      const isHanging = lock.holder?.overdueSinceMs !== undefined;
      const hint = isHanging ? 'Find out why it hangs; where it never ends, restart the process.' : 'Wait for its end.';
      throw mayNotRun(this.underWay ?? 'another component is being treated', hint);
    }
    this.#own = turn;
    this.#waitingSinceMs = undefined;
    return turn;
  }

  /** Runs a remedy in its turn, which goes on until it has ended and it is known whether it helped. Never rejects. */
  run(
    turn: RemedyTurn,
    { remedy, isBetter, limits }: { remedy: Remedy; isBetter: () => boolean; limits: RunLimits },
  ): Promise<RunOutcome> {
    const { lookEveryMs, clock, stopwatch, closed } = this.#options;
    const { settleMs, timeoutMs } = limits;
    return runRemedy({ turn, remedy, isBetter, settleMs, timeoutMs, lookEveryMs, clock, stopwatch, closed });
  }

  #heldUpSinceMs(): number | undefined {
    const { lock, clock } = this.#options;
    if (lock.holder === undefined) return undefined;
    const waitingSinceMs = this.#waitingSinceMs ?? Infinity;
    return lock.holder.overdueSinceMs ?? (clock.now() - waitingSinceMs >= MAX_WAIT_MS ? waitingSinceMs : undefined);
  }
}

/** How long a remedy may take. */
export type RunLimits = Pick<ResolvedRule, 'settleMs' | 'timeoutMs'>;

function textOf({ bus, target, remedy, overdueSinceMs }: RemedyHolder): string {
  const what = `${remedy} of ${target} of ${bus}`;
  return overdueSinceMs === undefined ? `${what} is under way` : `${what} is past its time and has not ended`;
}

/** Twice as long as a remedy and the look whether it helped may take by default. */
const MAX_WAIT_MS = 120_000;
