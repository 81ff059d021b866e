import { weightedScheduler } from '@tradewind/core';
import type { LaneScheduler, MetricsSource, RoutingPlugin } from '@tradewind/core-types';
import {
  createLearnedRouting,
  type AdoptedPolicy,
  type AlternativePolicy,
  type LaneCorrection,
  type LearnedRouting,
  type MarketRegime,
  type SessionPhase,
} from '@tradewind/ml-routing';
import { LoopTimeScheduler } from './loop-time-scheduler.ts';
import type { EventLog } from '../subscribers/event-log.ts';

/** What learned routing found out in a run. It depends on how long handlers took, so it is different in every run. */
export interface LearningSummary {
  /** What it is compared with: the scheduler that decides with `--static`, the client's own. */
  readonly against: '--static';
  /** Null where nothing has been found out about the market. */
  readonly market: {
    readonly regime: MarketRegime;
    /** Posterior probability, 0 to 1. */
    readonly confidence: number;
    readonly newsEvent: boolean;
    readonly session: SessionPhase;
  } | null;
  /**
   * What this run's messages would have paid for waiting, window by window, under the policy in force and under the scheduler of `--static`: both replayed on the same messages,
   * with the times that their handlers took. What routing itself costs the processor is in neither.
   */
  readonly gain: {
    /** The part that was saved, and the bounds of its 95 % interval; null while there are too few windows. */
    readonly saved: number;
    readonly low: number | null;
    readonly high: number | null;
    readonly windows: number;
  };
  readonly policies: readonly AdoptedPolicy[];
  /** The best of the others, by how much waits. */
  readonly alternatives: readonly AlternativePolicy[];
  readonly corrections: readonly LaneCorrection[];
  readonly changes: number;
  readonly reversals: number;
}

/** Learned routing as the demo uses it: which lane next, and which topics belong in another lane. */
export class LearnedDesk {
  readonly #routing: LearnedRouting;
  readonly #log: EventLog;
  #inForce: readonly string[];

  /** @param log Told of every change of policy, with the evidence. */
  constructor(log: EventLog) {
    this.#routing = createLearnedRouting({
      // One event loop: see LoopTimeScheduler. Left open, handlers that sleep would be taken for workers of their own.
      scheduling: { costs: COSTS, workers: 1, baseline: weightedScheduler() },
      regimes: { observationMs: OBSERVATION_MS },
    });
    this.#log = log;
    this.#inForce = this.#policies().map(({ policy }) => policy);
  }

  get scheduler(): LaneScheduler | undefined {
    const { scheduler } = this.#routing;
    return scheduler === undefined ? undefined : new LoopTimeScheduler(scheduler);
  }

  get plugins(): readonly RoutingPlugin[] {
    return this.#routing.plugins;
  }

  /** What the scheduler tells of itself; the plugins are found on the client. Undefined without learned scheduling. */
  get metrics(): MetricsSource | undefined {
    return this.#routing.router;
  }

  /** To be awaited before the first message. */
  async start(): Promise<void> {
    await this.#routing.start();
  }

  /** Notes what has changed since the last look. */
  look(atMicros: number): void {
    const policies = this.#policies();
    for (const [at, policy] of policies.entries()) {
      if (policy.policy === this.#inForce[at]) continue;
      this.#log.add({ atMicros, kind: 'system', text: adoptionText(policy) });
    }
    this.#inForce = policies.map(({ policy }) => policy);
  }

  summary(): LearningSummary {
    const { regime, policies, alternatives, corrections, overBaseline } = this.#routing.explain(0);
    const { adopted: changes = 0, reversals = 0 } = this.#routing.router?.changes() ?? {};
    return {
      against: '--static',
      market:
        regime === undefined
          ? null
          : {
              regime: regime.regime,
              confidence: regime.confidence,
              newsEvent: regime.newsEvent,
              session: regime.session,
            },
      gain: {
        saved: overBaseline?.saved.value ?? 0,
        low: finite(overBaseline?.saved.low),
        high: finite(overBaseline?.saved.high),
        windows: overBaseline?.windows ?? 0,
      },
      policies,
      alternatives,
      corrections,
      changes,
      reversals,
    };
  }

  #policies(): readonly AdoptedPolicy[] {
    return this.#routing.router?.adopted() ?? [];
  }
}

function adoptionText({ waiting, policy, gain, t }: AdoptedPolicy): string {
  return `learned: ${policy} with ${waiting} waiting (saves ${(100 * gain).toFixed(1)} %, t ${t.toFixed(1)})`;
}

function finite(bound: number | undefined): number | null {
  return bound !== undefined && Number.isFinite(bound) ? bound : null;
}

/** The detector wants some thirty observations before it says anything, and a run takes twenty seconds. */
const OBSERVATION_MS = 200;
/**
 * What a millisecond of waiting costs the desk, by what the message is, in units of one of a ticker. Finer than four lanes can say: the desk trades on quotes and
 * bars; trades only build bars.
 */
const COSTS: readonly { readonly pattern: string; readonly perMs: number }[] = [
  { pattern: 'commands.orders.*', perMs: 200 },
  { pattern: 'events.order.*', perMs: 100 },
  { pattern: 'data.quotes.*', perMs: 40 },
  { pattern: 'data.bars.*', perMs: 60 },
  { pattern: 'data.book.*', perMs: 4 },
  { pattern: 'data.trades.*', perMs: 2 },
  { pattern: '*', perMs: 1 },
];
