import {
  Priority,
  ValidationError,
  showValue,
  type Health,
  type HealthSource,
  type MetricsSink,
  type MetricsSource,
  type Remediable,
  type Remedy,
  type RoutableMessage,
  type RoutingContext,
  type RoutingDecision,
  type RoutingPlugin,
} from '@tradewind/core-types';
import { KillSwitch, switchRemedies } from '../kill-switch.ts';
import { switchedBy } from '../switchable.ts';
import {
  ADAPTED_TO,
  readRegimePolicyOptions,
  type RegimePolicyOptions,
  type RegimePolicySettings,
} from './regime-policy-options.ts';
import { MARKET_REGIME } from './market-regime.ts';
import { LIFT_SHIFT, TopicAdaptations } from './topic-adaptations.ts';
import { RegimeTuner, bitsOf, type RegimeTuning, type TuneOptions } from './regime-tuner.ts';

/**
 * Adapts a bus to the market's regime, as documented in {@link DEFAULT_ADAPTATIONS} or as it is told.
 *
 * Its `plugin`, after the one that sets {@link MARKET_REGIME}, conflates or lifts messages by the regime of the instrument that they are
 * about. `tune` turns the knobs of a client (shares of lanes, how long batches gather) by the regime of the whole market. Without
 * the fact nothing is done.
 *
 * - CRITICAL messages are left alone; nothing is ever lowered or dropped. What is conflated is counted by the client as superseded.
 * - Below `leastConfidence` nothing is adapted to a regime; news has no confidence, and always counts.
 * - `disable()` is the kill switch: no decisions from the next message on, and knobs go back at their next look.
 *
 * Cost: some 50 ns a message, no object.
 */
export class RegimePolicy implements HealthSource, MetricsSource, Remediable {
  readonly name = 'regime-policy';
  /** Give it to `plugins` of a client, after the plugin of a detector. */
  readonly plugin: RoutingPlugin & HealthSource & MetricsSource & Remediable = {
    name: this.name,
    route: (message, context) => this.#route(message, context),
    health: () => this.health(),
    collect: (into) => this.collect(into),
    remedies: () => this.remedies(),
  };
  readonly #settings: RegimePolicySettings;
  readonly #topics: TopicAdaptations;
  readonly #switch = new KillSwitch();
  readonly #conflated: Float64Array = new Float64Array(ADAPTED_TO.length);
  readonly #lifted: Float64Array = new Float64Array(ADAPTED_TO.length);
  /** What a client said when it refused a value; and when the last message came. */
  #trouble = '';
  #atMs = 0;
  readonly #decision: WritableDecision = { priority: undefined, conflateBy: undefined, reason: '' };

  /** @throws ValidationError `INVALID_OPTIONS` with everything that is wrong. */
  constructor(options: RegimePolicyOptions = {}) {
    this.#settings = readRegimePolicyOptions(options);
    this.#topics = new TopicAdaptations(this.#settings.adaptations);
    switchedBy(this.plugin, this);
  }

  /**
   * Turns the knobs of a client by the regime of the market from now on, until what it returns is disposed of.
   *
   * @throws ValidationError `INVALID_OPTIONS` for an interval that is none.
   */
  tune(options: TuneOptions): RegimeTuning {
    const { everyMs = 250 } = options;
    if (!(everyMs >= 10 && everyMs <= 3_600_000)) {
      throw new ValidationError('INVALID_OPTIONS', {
        path: 'everyMs',
        expected: 'a number from 10 to 3600000',
        received: showValue(everyMs),
        hint: 'Regimes last for minutes: a few looks a second are plenty.',
      });
    }
    return new RegimeTuner(this.#settings, options, {
      enabled: () => this.#switch.reason === undefined,
      told: (trouble) => {
        this.#trouble = trouble;
      },
    });
  }

  /** The kill switch. */
  disable(reason = 'switched off'): void {
    this.#switch.turnOff(reason, this.#atMs);
  }

  enable(): void {
    this.#switch.turnOn(this.#atMs);
    this.#trouble = '';
  }

  /** Degraded while it is switched off, while the reading that a client is tuned by cannot be read, and after a client has refused a value for a knob. */
  health(): Health {
    return this.#switch.health(this.#trouble);
  }

  remedies(): readonly Remedy[] {
    return switchRemedies(this, 'adaptation', {
      off: 'Adapt nothing to the regime of the market, until it is enabled again.',
      on: 'Adapt to the regime again.',
    });
  }

  collect(into: MetricsSink): void {
    into.describe(
      'tradewind_regime_adapted_total',
      'Messages conflated or lifted because of the regime of the market.',
    );
    for (const [at, regime] of ADAPTED_TO.entries()) {
      into.counter('tradewind_regime_adapted_total', this.#conflated[at] ?? 0, { regime, kind: 'conflated' });
      into.counter('tradewind_regime_adapted_total', this.#lifted[at] ?? 0, { regime, kind: 'lifted' });
    }
  }

  #route(message: RoutableMessage, context: RoutingContext): RoutingDecision | undefined {
    this.#atMs = context.nowMs;
    if (this.#switch.reason !== undefined) return undefined;
    const reading = context.fact(MARKET_REGIME);
    if (reading === undefined || message.declaredPriority === Priority.CRITICAL) return undefined;
    const bits = bitsOf(reading, this.#settings.leastConfidence);
    if (bits === 0) return undefined;
    const asked = this.#topics.of(message.topic);
    const conflates = asked & bits;
    const lifts = message.priority > Priority.HIGH ? (asked >> LIFT_SHIFT) & bits : 0;
    if (conflates === 0 && lifts === 0) return undefined;
    const cause = 31 - Math.clz32(conflates | lifts);
    if (conflates !== 0) this.#conflated[cause] = (this.#conflated[cause] as number) + 1;
    if (lifts !== 0) this.#lifted[cause] = (this.#lifted[cause] as number) + 1;
    const decision = this.#decision;
    decision.priority = lifts === 0 ? undefined : Priority.HIGH;
    decision.conflateBy = conflates === 0 ? undefined : message.topic;
    decision.reason = REASONS[cause * 3 + (conflates === 0 ? 1 : lifts === 0 ? 0 : 2)] as string;
    return decision;
  }
}

interface WritableDecision {
  priority: Priority | undefined;
  conflateBy: string | undefined;
  reason: string;
}

/** Made once, so that a decision makes no text. */
const REASONS: readonly string[] = ADAPTED_TO.flatMap((regime) => [
  `regime=${regime}: only the newest counts`,
  `regime=${regime}: lifted to HIGH`,
  `regime=${regime}: lifted to HIGH, only the newest counts`,
]);
