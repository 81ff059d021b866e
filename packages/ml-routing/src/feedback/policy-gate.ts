import { readNumbers } from '../options.ts';
import type { PolicyGain } from './off-policy.ts';
import { percent } from '../percent.ts';

/** When a candidate is let in, and when it is put out again. */
export interface PolicyGateOptions {
  /** The part of what the incumbent earns that must be gained at least, 0 to 1. Default 0.015. */
  readonly leastGain?: number | undefined;
  /** How many standard errors the gain must be above nothing, 0 to 10. Default 2. */
  readonly leastT?: number | undefined;
  /** How many choices of each policy the log must be worth, 1 to 1,000,000. Default 200. */
  readonly leastChoices?: number | undefined;
}

/** What the gate made of an estimate. */
export interface GateVerdict {
  /** Whether the candidate decides from now on. */
  readonly adopted: boolean;
  /** Whether that is new. */
  readonly changed: boolean;
  /** For people. */
  readonly reason: string;
}

/**
 * Lets a candidate decide only where it is shown to earn more on the same traffic, and takes the decision back when it is shown to earn less.
 *
 * Both ways need evidence: a gain above `leastGain` at `leastT` standard errors lets it in, a loss at `leastT` standard errors puts it out. It is asked again and
 * again on overlapping logs, so now and then chance lets in a candidate that is no better; one that is worse is put out in the same way.
 */
export class PolicyGate {
  /** How often the candidate was let in, put out, and let in again after it had been put out. */
  adoptions = 0;
  withdrawals = 0;
  reversals = 0;
  readonly #leastGain: number;
  readonly #leastT: number;
  readonly #leastChoices: number;
  #adopted = false;
  #last: PolicyGain | undefined = undefined;

  /** @throws ValidationError `INVALID_OPTIONS` with everything that is wrong. */
  constructor(options: PolicyGateOptions = {}) {
    const settings = readNumbers<keyof PolicyGateOptions>(options, 'PolicyGateOptions', {
      leastGain: { usual: 0.015, min: 0, max: 1 },
      leastT: { usual: 2, min: 0, max: 10 },
      leastChoices: { usual: 200, min: 1, max: 1_000_000 },
    });
    this.#leastGain = settings.leastGain;
    this.#leastT = settings.leastT;
    this.#leastChoices = settings.leastChoices;
  }

  /** Whether the candidate decides. */
  get adopted(): boolean {
    return this.#adopted;
  }

  /** The estimate of the last verdict; undefined before the first one. */
  get evidence(): PolicyGain | undefined {
    return this.#last;
  }

  /** Takes up what was decided elsewhere, such as in a state that was restored. */
  restore(adopted: boolean): void {
    this.#adopted = adopted;
  }

  consider(evidence: PolicyGain): GateVerdict {
    this.#last = evidence;
    const { relative, t, effectiveChoices } = evidence;
    if (effectiveChoices < this.#leastChoices) {
      return this.#keep(`worth ${Math.floor(effectiveChoices)} choices, of ${this.#leastChoices} that are needed`);
    }
    if (!this.#adopted && relative > this.#leastGain && t > this.#leastT) {
      if (this.withdrawals > 0) this.reversals += 1;
      this.adoptions += 1;
      return this.#change(true, `gains ${percent(relative)} at ${t.toFixed(1)} standard errors`);
    }
    if (this.#adopted && t < -this.#leastT) {
      this.withdrawals += 1;
      return this.#change(false, `loses ${percent(-relative)} at ${(-t).toFixed(1)} standard errors`);
    }
    return this.#keep(`a gain of ${percent(relative)} at ${t.toFixed(1)} standard errors changes nothing`);
  }

  #keep(reason: string): GateVerdict {
    return { adopted: this.#adopted, changed: false, reason };
  }

  #change(adopted: boolean, reason: string): GateVerdict {
    this.#adopted = adopted;
    return { adopted, changed: true, reason };
  }
}
