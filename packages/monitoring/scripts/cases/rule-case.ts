/** How long a case is about, which says how often there are samples and how often rules are looked at. */
export type CaseSpan = 'minutes' | 'hours' | 'days';

/**
 * Series for one rule and a time at which it is looked at. Values are in the notation of promtool: `1+2x3` is 1 3 5 7, `5x2` is 5 5 5, `stale` ends a series, `_x3` is three
 * times nothing.
 */
export interface RuleCase {
  /** Values by series: `name{label="value"}`. */
  readonly series: Readonly<Record<string, string>>;
  /** Whole minutes after the first sample. Rules are looked at a little later, so that no sample lies just at an edge of a range. */
  readonly atMinutes: number;
  /** Default `minutes`. */
  readonly span?: CaseSpan | undefined;
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
  return { series, atMinutes, span: 'hours' };
}

/** Samples every five minutes too, and looked at seldom: what is to be seen must last for hours. */
export function days(atMinutes: number, series: RuleCase['series']): RuleCase {
  return { series, atMinutes, span: 'days' };
}

export const DAY = 1_440;
