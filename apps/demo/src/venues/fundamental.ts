import type { Random } from '@tradewind/core-types';
import { exponential, gaussian } from './variates.ts';

/** How the worth of an asset moves. */
export interface FundamentalParameters {
  /** At the start, in quote currency. */
  readonly price: number;
  /** Standard deviation of the logarithm over one second: 0.0001 is one basis point. */
  readonly volatilityPerSecond: number;
  /** How often news comes, per second. */
  readonly jumpsPerSecond: number;
  /** Standard deviation of one jump's logarithm. */
  readonly jumpSize: number;
}

/** One step of a path. */
export interface FundamentalStep {
  readonly price: number;
  /** The jump of this step as a logarithm; 0 when there was none. */
  readonly jump: number;
}

/**
 * What an asset is worth, shared by all venues that trade it: a geometric Brownian motion with jumps
 * (R. Merton, "Option pricing when underlying stock returns are discontinuous", Journal of Financial Economics, 1976).
 *
 * A model price that nobody trades at: it is a binary float on purpose, and never leaves the simulation. What venues publish are
 * whole ticks.
 */
export class Fundamental {
  readonly #parameters: FundamentalParameters;
  readonly #random: Random;
  #logPrice: number;
  #nextJumpSeconds: number;
  #seconds = 0;

  constructor(parameters: FundamentalParameters, random: Random) {
    this.#parameters = parameters;
    this.#random = random;
    this.#logPrice = Math.log(parameters.price);
    this.#nextJumpSeconds = exponential(random) / parameters.jumpsPerSecond;
  }

  get price(): number {
    return Math.exp(this.#logPrice);
  }

  /** Moves on to a moment after the last one. */
  advanceTo(seconds: number): FundamentalStep {
    const elapsed = seconds - this.#seconds;
    this.#logPrice += this.#parameters.volatilityPerSecond * Math.sqrt(elapsed) * gaussian(this.#random);
    let jump = 0;
    while (this.#nextJumpSeconds <= seconds) {
      jump += this.#parameters.jumpSize * gaussian(this.#random);
      this.#nextJumpSeconds += exponential(this.#random) / this.#parameters.jumpsPerSecond;
    }
    this.#logPrice += jump;
    this.#seconds = seconds;
    return { price: this.price, jump };
  }
}
