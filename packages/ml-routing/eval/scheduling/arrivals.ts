import type { Dice } from '../random.ts';

/** Gives the time of the next arrival after the one before, in milliseconds. `ratePerMs` is the long-run rate. */
export type ArrivalProcess = (dice: Dice, ratePerMs: number) => () => number;

/** Independent arrivals. */
export const poisson: ArrivalProcess = (dice, ratePerMs) => {
  let atMs = 0;
  return () => (atMs += dice.exponential(1 / ratePerMs));
};

/** Two regimes that take turns: three quarters of the time at 0.6 of the rate, one quarter at 2.2 of it. */
export const bursts: ArrivalProcess = (dice, ratePerMs) => {
  let atMs = 0;
  let untilMs = 0;
  let isBurst = true;
  return () => {
    for (;;) {
      if (atMs >= untilMs) {
        isBurst = !isBurst;
        untilMs = atMs + dice.exponential(isBurst ? BURST_MS : 3 * BURST_MS);
      }
      const next = atMs + dice.exponential(1 / (ratePerMs * (isBurst ? 2.2 : 0.6)));
      if (next <= untilMs) return (atMs = next);
      atMs = untilMs;
    }
  };
};

/** Arrivals that cause further ones (Hawkes, exponential kernel, by thinning): each brings 0.7 more on average within some 20 ms. */
export const hawkes: ArrivalProcess = (dice, ratePerMs) => {
  const base = ratePerMs * (1 - BRANCHING);
  let atMs = 0;
  let excited = 0;
  return () => {
    for (;;) {
      const bound = base + excited;
      const waitMs = dice.exponential(1 / bound);
      atMs += waitMs;
      excited *= Math.exp(-waitMs / KERNEL_MS);
      if (dice.next() * bound > base + excited) continue;
      excited += BRANCHING / KERNEL_MS;
      return atMs;
    }
  };
};

const BURST_MS = 150;
const BRANCHING = 0.7;
const KERNEL_MS = 20;
