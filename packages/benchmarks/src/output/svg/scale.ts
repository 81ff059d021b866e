/** Turns figures into positions along an axis. */
export interface Scale {
  position(value: number): number;
  /** Where marks belong, between the ends. */
  readonly ticks: readonly number[];
}

/** What an axis spans, and where it lies. */
export interface ScaleOptions {
  readonly from: number;
  readonly to: number;
  /** Positions of `from` and `to`. */
  readonly start: number;
  readonly end: number;
}

/** Equal steps for equal differences; about five marks at 1, 2 or 5 times a power of ten. */
export function linearScale({ from, to, start, end }: ScaleOptions): Scale {
  const span = to - from || 1;
  const rough = span / LINEAR_MARKS;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const first = Math.ceil(from / step - ROUNDING);
  const count = Math.floor(to / step + ROUNDING) - first + 1;
  return {
    position: (value) => start + ((value - from) / span) * (end - start),
    ticks: Array.from({ length: Math.max(0, count) }, (_, i) => Number(((first + i) * step).toPrecision(12))),
  };
}

/** Equal steps for equal ratios; a mark at each power of ten. `from` must be above 0. */
export function logScale({ from, to, start, end }: ScaleOptions): Scale {
  const low = Math.log10(from);
  const span = Math.log10(to) - low || 1;
  const first = Math.ceil(low - ROUNDING);
  const count = Math.floor(Math.log10(to) + ROUNDING) - first + 1;
  return {
    position: (value) => start + ((Math.log10(Math.max(value, from)) - low) / span) * (end - start),
    ticks: Array.from({ length: Math.max(0, count) }, (_, i) => 10 ** (first + i)),
  };
}

const LINEAR_MARKS = 5;
const ROUNDING = 1e-9;
