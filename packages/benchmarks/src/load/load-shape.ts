import type { Random } from '@tradewind/core-types';

/**
 * When messages are meant to be sent: a plan that is made before the run, so that it costs nothing during it.
 *
 * A shape says nothing about what is sent. The same random numbers give the same plan.
 */
export interface LoadShape {
  /** For reports: `constant 10000/s`. */
  readonly name: string;
  /** How long the plan is. */
  readonly durationMs: number;
  /** The times of sending in milliseconds after the start, rising, from 0 to below `durationMs`. Called once per run. */
  arrivalsMs(random: Random): Float64Array;
}

/** A plan never has more messages than this: 50 million, 400 MB of times. */
export const MAX_ARRIVALS: number = 50_000_000;
