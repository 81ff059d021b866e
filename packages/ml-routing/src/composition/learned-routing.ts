import {
  silentLogger,
  type Health,
  type HealthSource,
  type HealthStatus,
  type LaneScheduler,
  type MetricsSink,
  type MetricsSource,
  type Part,
  type Remediable,
  type Remedy,
  type RoutingPlugin,
  type StateOwner,
} from '@tradewind/core-types';
import type { PathTrial } from '../feedback/path-trial.ts';
import type { Switchable } from '../switchable.ts';
import type { GainOverStatic } from '../learning/static-account.ts';
import type { MarketRegimeDetector } from '../regimes/market-regime-detector.ts';
import type { SemanticPatternMatcher } from '../semantics/semantic-pattern-matcher.ts';
import type { QLearningRouter } from '../learning/q-learning-router.ts';
import { StateKeeper, type StateStart } from '../state/state-keeper.ts';
import { Autosave } from './autosave.ts';
import { ComposedState } from './composed-state.ts';
import { explainRouting, type RoutingExplanation } from './explanation.ts';
import { checkLearnedRoutingOptions, type LearnedRoutingOptions } from './learned-routing-options.ts';
import { makeParts, operatedParts, pluginsOf, statesOf, switchedParts, type LearnedParts } from './learned-parts.ts';
import { LEVEL_SETTINGS, type OptimizationLevel } from './optimization-levels.ts';
import { warmUp } from './warm-up.ts';
import { RegimeReader } from './regime-reader.ts';

/**
 * All parts of learned routing that were asked for, as one.
 *
 * Give `scheduler` and `plugins` to the same client. Each plugin is a part of its own there, with its own circuit breaker: one that fails is cut off, and the others and
 * the bus go on.
 */
export class LearnedRouting implements HealthSource, MetricsSource, Remediable {
  readonly name = 'learned-routing';
  readonly level: OptimizationLevel;
  /** For the client's `scheduler`; undefined where scheduling was left away. */
  readonly scheduler: LaneScheduler | undefined;
  /** For the client's `plugins`. */
  readonly plugins: readonly RoutingPlugin[];
  /**
   * What all parts have learned. A part that refuses its own state starts anew, with a warning, and what it refused stays in the snapshots; one that has no finite state is
   * left out of them. The others are not affected.
   */
  readonly state: StateOwner;
  readonly #made: LearnedParts;
  readonly #parts: readonly Part[];
  readonly #switches: readonly Switchable[];
  readonly #states: ComposedState;
  readonly #regimes = new RegimeReader();
  readonly #keeper: StateKeeper | undefined;
  readonly #autosave: Autosave | undefined;

  /** @throws ValidationError `INVALID_OPTIONS` with what is wrong, also with the options of a part. */
  constructor(options: LearnedRoutingOptions = {}) {
    const { level, saveEveryMs } = checkLearnedRoutingOptions(options);
    const { store, clock, logger = silentLogger } = options;
    const parts = makeParts(options, LEVEL_SETTINGS[level]);
    this.level = level;
    this.#made = parts;
    this.scheduler = parts.router;
    this.plugins = pluginsOf(parts, this.#regimes);
    this.#switches = switchedParts(parts);
    this.#states = new ComposedState({ parts: statesOf(parts, this.plugins), logger, nowMs: () => clock?.now() ?? 0 });
    this.state = this.#states;
    if (store !== undefined && clock !== undefined) {
      this.#keeper = new StateKeeper({ owner: this.state, store, clock, logger });
      this.#autosave = new Autosave(this.#keeper, clock, saveEveryMs);
    }
    this.#parts = [...operatedParts(parts), ...(this.#keeper === undefined ? [] : [this.#keeper])];
  }

  /** Which lane next, and what it has learned of it; undefined where it was left away. */
  get router(): QLearningRouter | undefined {
    return this.#made.router;
  }

  get detector(): MarketRegimeDetector | undefined {
    return this.#made.detector;
  }

  /** Finds topics by what a query means, where that was asked for. */
  get matcher(): SemanticPatternMatcher | undefined {
    return this.#made.matcher;
  }

  get trial(): PathTrial | undefined {
    return this.#made.trial;
  }

  /**
   * Takes up what was learned before, if it can be used, and saves from now on; and has the code compiled, so that the client does not take the first calls for slow
   * ones. To be awaited before the first message; never rejects, and a store that does not answer holds it up for five seconds.
   *
   * @returns `empty` too where there is no store.
   */
  async start(): Promise<StateStart> {
    if (this.router !== undefined) warmUp();
    const start = (await this.#keeper?.restore()) ?? 'empty';
    this.#autosave?.start();
    return start;
  }

  /** The parts as an operator sees them. */
  parts(): readonly Part[] {
    return this.#parts;
  }

  /** What learned scheduling has saved against strict priority; undefined where it was left away. */
  gain(): GainOverStatic | undefined {
    return this.router?.gain();
  }

  /** What is in force and why: regime, policies, corrections, the trial of paths, the last picks. */
  explain(picks = 4): RoutingExplanation {
    const { router, trial, detector } = this.#made;
    const regime = detector === undefined ? this.#regimes.last : { ...detector.reading() };
    return explainRouting({ router, trial, regime, picks });
  }

  /** As the worst of its parts. */
  health(): Health {
    let worst: Health = { status: 'up', reason: '', sinceMs: 0 };
    for (const part of [...this.#parts, this.#states]) {
      const health = part.health();
      if (SEVERITY[health.status] > SEVERITY[worst.status])
        worst = { ...health, reason: `${part.name}: ${health.reason}` };
    }
    return worst;
  }

  /** What belongs to no single part: each of {@link parts} writes its own series, so whoever asks them all has every series once. */
  collect(into: MetricsSink): void {
    this.#states.collect(into);
    if (this.detector === undefined) this.#regimes.collect(into);
  }

  /** Those of all parts. */
  remedies(): readonly Remedy[] {
    return this.#parts.flatMap((part) => part.remedies?.() ?? []);
  }

  /**
   * The kill switch of all parts: strict priority, lanes as declared, the default path. A candidate and plugins of your own are switched off where they are a
   * `plugin` of this package, or an object with the two methods of a {@link Switchable}; others go on.
   */
  disable(reason = 'switched off'): void {
    for (const part of this.#switches) part.disable(reason);
  }

  enable(): void {
    for (const part of this.#switches) part.enable();
  }

  /** Saves a last time, if it was started, and waits for a store that does not answer five seconds a call: what was never read is not written over. The plugins are disposed of by their client. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#autosave?.stop();
  }
}

/** Puts the parts together that were asked for. @throws ValidationError `INVALID_OPTIONS` with what is wrong. */
export function createLearnedRouting(options: LearnedRoutingOptions = {}): LearnedRouting {
  return new LearnedRouting(options);
}

const SEVERITY: Readonly<Record<HealthStatus, number>> = { up: 0, degraded: 1, down: 2 };
