import { LeastPending } from '../../src/paths/least-pending.ts';
import type { PathStrategy } from '../../src/paths/path-strategy.ts';
import { PeakEwma } from '../../src/paths/peak-ewma.ts';
import { PowerOfTwoChoices } from '../../src/paths/power-of-two-choices.ts';
import { RoundRobin } from '../../src/paths/round-robin.ts';
import { Dice } from '../random.ts';
import type { PathContender } from './simulation.ts';
import type { PathTrace } from './world.ts';

/** Knows what nobody can know: the expected latency of this message on every path, queues included. */
export function oracle(trace: PathTrace): PathContender {
  const expectedMs = new Float64Array(trace.shape.paths.length);
  return {
    name: 'oracle',
    choose: (index, _nowMs, expected) => {
      expected(index, expectedMs);
      return expectedMs.indexOf(Math.min(...expectedMs));
    },
    settled: () => undefined,
  };
}

/** A strategy of the package in the simulation. */
export function contender(strategy: PathStrategy, trace: PathTrace): PathContender {
  const names = trace.shape.paths.map((_, path) => `path-${path}`);
  return {
    name: strategy.name,
    choose: (index, nowMs) => {
      const size = trace.size[index] as number;
      const volatility = trace.shape.volatility(nowMs);
      return names.indexOf(strategy.choose(names, { ticket: index + 1, nowMs, size, volatility }));
    },
    settled: (index, path, atMs, latencyMs) =>
      strategy.settled({ ticket: index + 1, path: names[path] as string, atMs, latencyMs, result: 'arrived' }),
  };
}

/** The plain strategies. */
export function plainStrategies(seed: number): readonly PathStrategy[] {
  return [
    new RoundRobin(),
    new PowerOfTwoChoices({ random: new Dice(seed) }),
    new LeastPending(),
    new PeakEwma({ decayMs: PEAK_DECAY_MS }),
  ];
}

/** Chosen on the tuning seeds, the best of 30 to 10,000. */
const PEAK_DECAY_MS = 300;
