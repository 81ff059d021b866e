import type { RangeFunction } from '../expressions/expression.ts';
import { regression } from './regression.ts';

/** The values of a series in a range, without what was not there. */
export interface Stretch {
  readonly timesMs: ArrayLike<number>;
  readonly values: ArrayLike<number>;
  readonly fromMs: number;
  readonly toMs: number;
}

/** What a function makes of a stretch; undefined where there is too little of it. */
export function evaluateRange(name: RangeFunction, stretch: Stretch): number | undefined {
  const { values, timesMs } = stretch;
  if (values.length === 0) return undefined;
  switch (name) {
    case 'rate':
    case 'increase':
    case 'delta':
      return extrapolated(name, stretch);
    case 'deriv':
      return values.length < 2 ? undefined : regression(timesMs, values, timesMs[0] as number).slope;
    case 'changes':
      return changes(values);
    case 'avg_over_time':
      return total(values) / values.length;
    case 'min_over_time':
      return extreme(values, Math.min);
    case 'max_over_time':
      return extreme(values, Math.max);
    case 'sum_over_time':
      return total(values);
    case 'count_over_time':
      return values.length;
  }
}

function total(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i += 1) sum += values[i] as number;
  return sum;
}

function extreme(values: ArrayLike<number>, choose: (a: number, b: number) => number): number {
  let found = values[0] as number;
  for (let i = 1; i < values.length; i += 1) found = choose(found, values[i] as number);
  return found;
}

function changes(values: ArrayLike<number>): number {
  let count = 0;
  for (let i = 1; i < values.length; i += 1) if (values[i] !== values[i - 1]) count += 1;
  return count;
}

/**
 * Growth between the first and the last sample, taken on to the ends of the range as Prometheus does (`extrapolatedRate` of its engine): up to the end
 * where the sample next to it is near, else by half a distance; and never back to before a counter was zero.
 */
function extrapolated(
  name: 'rate' | 'increase' | 'delta',
  { timesMs, values, fromMs, toMs }: Stretch,
): number | undefined {
  const count = values.length;
  if (count < 2) return undefined;
  const [first, last] = [values[0] as number, values[count - 1] as number];
  const isCounter = name !== 'delta';
  const grown = last - first + (isCounter ? lostInResets(values) : 0);
  const sampledMs = (timesMs[count - 1] as number) - (timesMs[0] as number);
  const distanceMs = sampledMs / (count - 1);
  const nearMs = distanceMs * NEAR;
  let toStartMs = (timesMs[0] as number) - fromMs;
  const toEndMs = toMs - (timesMs[count - 1] as number);
  if (isCounter && grown > 0 && first >= 0) toStartMs = Math.min(toStartMs, (sampledMs * first) / grown);
  const wholeMs =
    sampledMs + (toStartMs < nearMs ? toStartMs : distanceMs / 2) + (toEndMs < nearMs ? toEndMs : distanceMs / 2);
  const whole = (grown * wholeMs) / sampledMs;
  return name === 'rate' ? whole / ((toMs - fromMs) / 1_000) : whole;
}

/** A counter that fell was reset: what it had before is added. */
function lostInResets(values: ArrayLike<number>): number {
  let lost = 0;
  for (let i = 1; i < values.length; i += 1) {
    if ((values[i] as number) < (values[i - 1] as number)) lost += values[i - 1] as number;
  }
  return lost;
}

/** A sample is near an end when it is within so many average distances. */
const NEAR = 1.1;
