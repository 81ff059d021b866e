import { readNumbers } from '../options.ts';

/** How {@link PatternLearner} learns. */
export interface PatternLearnerOptions {
  /** Successes of a word before it has a meaning. Default 5; 1 to 1,000. */
  readonly minimumSupport?: number | undefined;
  /** Successes of a value before it is part of a meaning. Default 2; 1 to 100. */
  readonly minimumValueSupport?: number | undefined;
  /** Outcomes of a word after which an earlier one counts half. Default 200; 2 to 1,000,000. */
  readonly halfLife?: number | undefined;
  /** Words that are remembered. Default 1,024; 1 to 100,000. */
  readonly maxWords?: number | undefined;
}

/** @throws ValidationError `INVALID_OPTIONS` with every number that is wrong. */
export function readLearnerOptions(
  options: PatternLearnerOptions,
): Required<{ [Key in keyof PatternLearnerOptions]: number }> {
  return readNumbers(options, 'PatternLearnerOptions', {
    minimumSupport: { usual: 5, min: 1, max: 1_000 },
    minimumValueSupport: { usual: 2, min: 1, max: 100 },
    halfLife: { usual: 200, min: 2, max: 1_000_000 },
    maxWords: { usual: 1_024, min: 1, max: 100_000, whole: true },
  });
}
