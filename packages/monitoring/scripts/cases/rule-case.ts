/**
 * Series for one rule and a time at which it is looked at. Values are in the notation of promtool: `1+2x3` is 1 3 5 7, `5x2` is 5 5 5, `stale` ends a series.
 */
export interface RuleCase {
  /** Values by series: `name{label="value"}`. */
  readonly series: Readonly<Record<string, string>>;
  /** Whole minutes after the first sample. Rules are looked at a little later, so that no sample lies just at an edge of a range. */
  readonly atMinutes: number;
  /** Samples every five minutes instead of every thirty seconds. */
  readonly isLong?: boolean | undefined;
}

/** What makes a rule fire, and what looks like it and must not. */
export interface RuleCases {
  readonly fires: RuleCase;
  readonly quiet: RuleCase;
}

export type CasesByRule = Readonly<Record<string, RuleCases>>;

/** Samples every thirty seconds. */
export function short(atMinutes: number, series: RuleCase['series']): RuleCase {
  return { series, atMinutes };
}

/** Samples every five minutes. */
export function long(atMinutes: number, series: RuleCase['series']): RuleCase {
  return { series, atMinutes, isLong: true };
}

export const DAY = 1_440;
