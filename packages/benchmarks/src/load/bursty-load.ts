import type { Random } from '@tradewind/core-types';
import { POSITIVE, checkNumber, invalidOption } from '../checks.ts';
import { MAX_ARRIVALS, type LoadShape } from './load-shape.ts';
import { exponential } from './rate-course.ts';

/** A load in which each message makes further ones more likely for a while. */
export interface BurstyLoadOptions {
  /** The mean rate in the long run. */
  readonly perSecond: number;
  readonly durationMs: number;
  /** How many further messages one message causes on average, from 0 to below 1. Default 0.8, near what is found in order flow. */
  readonly branchingRatio?: number | undefined;
  /** After this time the excitement of a message has fallen to 1/e. Default 20 ms. */
  readonly decayMs?: number | undefined;
}

const RATIO = { expected: 'a number from 0 to below 1', isFine: (ratio: number): boolean => ratio >= 0 && ratio < 1 };
const MS_PER_S = 1000;
/** The process runs for so many of its relaxation times, decay / (1 - ratio), before the plan: what is left of its beginning is e^-10. */
const LEAD_DECAYS = 10;
/** With a ratio near 1 the lead would be longer than any plan. */
const MAX_LEAD_MESSAGES = 1_000_000;

/**
 * Bursts as markets have them: a Hawkes process with an exponential kernel, self-exciting and clustered. Simulated exactly, interval by
 * interval; memory and time are linear in the number of messages. The process has been under way for a while when the plan begins: the
 * expected rate is the mean one from the first moment on. One short plan has more or less than that, by what bursts fall into it.
 *
 * Sources: A. Hawkes, "Spectra of some self-exciting and mutually exciting point processes", Biometrika 58 (1971); simulation by
 * A. Dassios and H. Zhao, "Exact simulation of Hawkes process with exponentially decaying intensity", ECP 18 (2013).
 *
 * @throws ValidationError `INVALID_OPTIONS` for a branching ratio of 1 or more, where the process explodes, and other numbers out of range.
 */
export function burstyLoad(options: BurstyLoadOptions): LoadShape {
  const perSecond = checkNumber('perSecond', options.perSecond, POSITIVE);
  const durationMs = checkNumber('durationMs', options.durationMs, POSITIVE);
  const branchingRatio = checkNumber('branchingRatio', options.branchingRatio ?? 0.8, RATIO);
  const decayMs = checkNumber('decayMs', options.decayMs ?? 20, POSITIVE);
  const expected = (perSecond * durationMs) / MS_PER_S;
  if (expected > MAX_ARRIVALS / 2) throw invalidOption('perSecond', `at most ${MAX_ARRIVALS / 2} messages`, expected);
  return {
    name: `bursty ${perSecond}/s`,
    durationMs,
    arrivalsMs: (random) => {
      const perMs = perSecond / MS_PER_S;
      const leadMs = Math.min((LEAD_DECAYS * decayMs) / (1 - branchingRatio), MAX_LEAD_MESSAGES / perMs);
      const process = new HawkesProcess({ perMs, branchingRatio, decayMs, random, startMs: -leadMs });
      const arrivals: number[] = [];
      for (let atMs = process.next(); atMs < durationMs && arrivals.length < MAX_ARRIVALS; atMs = process.next()) {
        if (atMs >= 0) arrivals.push(atMs);
      }
      return Float64Array.from(arrivals);
    },
  };
}

interface HawkesOptions {
  readonly perMs: number;
  readonly branchingRatio: number;
  readonly decayMs: number;
  readonly random: Random;
  readonly startMs: number;
}

class HawkesProcess {
  readonly #random: Random;
  readonly #base: number;
  readonly #jump: number;
  readonly #decay: number;
  #atMs: number;
  #excitement: number;

  constructor({ perMs, branchingRatio, decayMs, random, startMs }: HawkesOptions) {
    this.#random = random;
    this.#atMs = startMs;
    // The mean of the stationary process, so that the mean rate is right at once; its distribution comes with the lead.
    this.#excitement = perMs * branchingRatio;
    this.#base = perMs * (1 - branchingRatio);
    this.#decay = 1 / decayMs;
    this.#jump = branchingRatio * this.#decay;
  }

  /** The time of the next event: the earlier of the next spontaneous one and the next excited one, which may never come. */
  next(): number {
    const spontaneous = exponential(this.#random) / this.#base;
    const rest = 1 - (this.#decay * exponential(this.#random)) / this.#excitement;
    const excited = rest > 0 ? -Math.log(rest) / this.#decay : Number.POSITIVE_INFINITY;
    const wait = Math.min(spontaneous, excited);
    this.#atMs += wait;
    this.#excitement = this.#excitement * Math.exp(-this.#decay * wait) + this.#jump;
    return this.#atMs;
  }
}
