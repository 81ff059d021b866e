import { ValidationError, showValue } from '@tradewind/core-types';

/** What is looked at for `LATENCY_ARBITRAGE`. */
export interface LatencyOptions {
  /** Pairs of instrument keys of which one may lead the other. Each needs a `tickSize`. */
  readonly pairs: readonly (readonly [first: string, second: string])[];
  /** Lags to compare, in milliseconds; positive: the first leads. At most 512. Default: 0 and ±0.5 to ±300 in 16 steps. */
  readonly lagsMs?: readonly number[] | undefined;
  /** How far back the estimate looks. Milliseconds, above the largest lag, at most 10 minutes. Default 30,000. */
  readonly windowMs?: number | undefined;
  /** Observations of each instrument that are kept, 2 to 4,096. Default 2,048. */
  readonly capacity?: number | undefined;
  /** How often each price has to have moved within the window. Default 30. */
  readonly minMoves?: number | undefined;
  /** How strong the correlation at the best lag has to be, 0 to 1. Default 0.6. */
  readonly minCorrelation?: number | undefined;
  /**
   * Whose clock: `receive`, that of this system, on which orders are sent; or `event`, that of the venues, for venues whose clocks agree: an
   * offset between them is a lag like any other. Default `receive`.
   */
  readonly time?: 'receive' | 'event' | undefined;
}

/** The options with their defaults, times in nanoseconds. */
export interface LatencySettings {
  readonly lagsNs: readonly number[];
  readonly windowNs: number;
  readonly capacity: number;
  readonly minMoves: number;
  readonly minCorrelation: number;
  readonly time: 'receive' | 'event';
}

/** @throws ValidationError `INVALID_OPTIONS` */
export function latencySettings(options: LatencyOptions): LatencySettings {
  const { lagsMs = DEFAULT_LAGS, windowMs = 30_000, capacity = 2048, minMoves = 30 } = options;
  const { minCorrelation = 0.6, time = 'receive' } = options;
  const widest = Math.max(...lagsMs.map((lag) => Math.abs(lag)));
  const hasDistinctLags = lagsMs.length > 0 && lagsMs.length <= MAX_LAGS && new Set(lagsMs).size === lagsMs.length;
  check('lagsMs', `1 to ${MAX_LAGS} different numbers`, lagsMs, hasDistinctLags && Number.isFinite(widest));
  check(
    'windowMs',
    `above every lag, at most ${MAX_WINDOW_MS}`,
    windowMs,
    windowMs > widest && windowMs <= MAX_WINDOW_MS,
  );
  check('capacity', `an integer from 2 to ${MAX_CAPACITY}`, capacity, isWithin(capacity, 2, MAX_CAPACITY));
  check('minMoves', `an integer from 1 to ${MAX_CAPACITY}`, minMoves, isWithin(minMoves, 1, MAX_CAPACITY));
  check('minCorrelation', 'from 0 to 1', minCorrelation, minCorrelation >= 0 && minCorrelation <= 1);
  check('time', "'receive' or 'event'", time, time === 'receive' || time === 'event');
  const lagsNs = lagsMs.map((lag) => Math.round(lag * NS_PER_MS));
  return { lagsNs, windowNs: Math.round(windowMs * NS_PER_MS), capacity, minMoves, minCorrelation, time };
}

function isWithin(value: number, min: number, max: number): boolean {
  return Number.isInteger(value) && value >= min && value <= max;
}

// Four arguments in a row read as the table that they are.
function check(name: string, expected: string, received: unknown, isGood: boolean): void {
  if (isGood) return;
  const hint = 'Mend the options of lead and lag: see LatencyOptions.';
  throw new ValidationError('INVALID_OPTIONS', {
    path: `latency.${name}`,
    expected,
    received: showValue(received),
    hint,
  });
}

const STEPS = [0.5, 1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100, 150, 200, 300];
const DEFAULT_LAGS: readonly number[] = [0, ...STEPS.flatMap((lag) => [lag, -lag])];
const MAX_LAGS = 512;
const MAX_WINDOW_MS = 600_000;
const MAX_CAPACITY = 4096;
const NS_PER_MS = 1e6;
