import { showValue, type Clock, type Knob, type Reconfigurable, type Timer } from '@tradewind/core-types';
import { ADAPTED_TO, type RegimePolicySettings } from './regime-policy-options.ts';
import type { RegimeReading } from './market-regime.ts';

/** What a client is tuned by, and how often it is looked at. */
export interface TuneOptions {
  /** The client, or whatever else has knobs. */
  readonly target: Reconfigurable;
  /** The reading of the market: `() => detector.reading()`. While it throws, nothing is asked for, and the policy's health says so. */
  readonly reading: () => RegimeReading;
  readonly clock: Clock;
  /** How often the reading is looked at, in milliseconds, 10 to 3,600,000. Default 250. */
  readonly everyMs?: number | undefined;
}

/** Turns the knobs of one client to what the present regime asks for, and back. */
export interface RegimeTuning extends Disposable {
  /** Factors that are in force, by knob. */
  inForce(): Readonly<Record<string, number>>;
  /** Ends it: every knob that is still as this tuning left it goes back to where it was. */
  [Symbol.dispose](): void;
}

/**
 * Knobs are turned from a timer, never from within a publish. A knob that somebody else has turned meanwhile is theirs: the new value counts as
 * the one that factors apply to. What a client refuses, all of it or nothing, is told and tried again when the regime changes. A reading that throws, or is none, is told and
 * asks for nothing: the knobs go back until it can be read again.
 */
export class RegimeTuner implements RegimeTuning {
  readonly #settings: RegimePolicySettings;
  readonly #options: TuneOptions;
  readonly #told: (trouble: string) => void;
  readonly #enabled: () => boolean;
  /** By knob: where it was, and where it was put. */
  readonly #turned = new Map<string, { readonly base: number; readonly put: number; readonly factor: number }>();
  #timer: Timer;
  #ended = false;
  #isBlind = false;
  #last = -1;

  constructor(
    settings: RegimePolicySettings,
    options: TuneOptions,
    { told, enabled }: { readonly told: (trouble: string) => void; readonly enabled: () => boolean },
  ) {
    this.#settings = settings;
    this.#options = options;
    this.#told = told;
    this.#enabled = enabled;
    this.#look();
  }

  inForce(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#turned].map(([name, { factor }]) => [name, factor]));
  }

  [Symbol.dispose](): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#options.clock.clearTimer(this.#timer);
    this.#turnTo(new Map());
  }

  #look(): void {
    if (this.#ended) return;
    const { clock, everyMs = 250 } = this.#options;
    const bits = this.#enabled() ? this.#read() : 0;
    if (bits !== this.#last) {
      this.#last = bits;
      this.#turnTo(this.#factors(bits));
    }
    this.#timer = clock.setTimer(() => this.#look(), everyMs, { background: true });
  }

  /** From a timer nobody would catch what the caller's function throws. */
  #read(): number {
    try {
      const bits = bitsOf(this.#options.reading(), this.#settings.leastConfidence);
      if (this.#isBlind) this.#told('');
      this.#isBlind = false;
      return bits;
    } catch (error) {
      if (!this.#isBlind) this.#told(`the reading of the market has failed: ${messageOf(error)}`);
      this.#isBlind = true;
      return 0;
    }
  }

  /** Regime and news may both ask for something; then both factors count. */
  #factors(bits: number): ReadonlyMap<string, number> {
    const factors = new Map<string, number>();
    for (const [at, { knobs }] of this.#settings.adaptations.entries()) {
      if ((bits & (1 << at)) === 0) continue;
      for (const [name, factor] of Object.entries(knobs ?? {})) factors.set(name, (factors.get(name) ?? 1) * factor);
    }
    return factors;
  }

  #turnTo(factors: ReadonlyMap<string, number>): void {
    try {
      this.#turn(factors);
    } catch (error) {
      this.#told(messageOf(error));
    }
  }

  #turn(factors: ReadonlyMap<string, number>): void {
    const { target } = this.#options;
    const knobs = new Map(target.knobs().map((knob) => [knob.name, knob] as const));
    const patch: Record<string, number> = {};
    const after = new Map(this.#turned);
    for (const name of new Set([...this.#turned.keys(), ...factors.keys()])) {
      const knob = knobs.get(name);
      if (knob === undefined) continue;
      const before = this.#turned.get(name);
      const base = before === undefined || knob.current !== before.put ? knob.current : before.base;
      const factor = factors.get(name);
      const put = factor === undefined ? base : within(knob, base * factor);
      if (put !== knob.current) patch[name] = put;
      if (factor === undefined) after.delete(name);
      else after.set(name, { base, put, factor });
    }
    if (Object.keys(patch).length > 0) target.reconfigure(patch);
    this.#turned.clear();
    for (const [name, each] of after) this.#turned.set(name, each);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : showValue(error);
}

/** Which adaptations a reading asks for, as bits in their order. */
export function bitsOf({ regime, confidence, newsEvent }: RegimeReading, leastConfidence: number): number {
  const news = newsEvent ? 1 << (ADAPTED_TO.length - 1) : 0;
  return confidence >= leastConfidence ? news | (1 << ADAPTED_TO.indexOf(regime)) : news;
}

function within({ min, max }: Knob, value: number): number {
  return value < min ? min : value > max ? max : value;
}
