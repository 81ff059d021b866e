import { ValidationError, showValue, type RoutableMessage, type ValidationIssue } from '@tradewind/core-types';

/** What a {@link PredictiveRouter} is told. Everything may be left out. */
export interface PredictiveRouterOptions {
  /** How many paths are known at most, 1 to 1,024, 200 bytes each. Default 64. */
  readonly maxPaths?: number | undefined;
  /** What a message costs others that come after it over what it is expected to wait for itself, 0 to 10. 0 chooses selfishly. Default 0.6. */
  readonly queuePrice?: number | undefined;
  /** A path that nothing was seen of for so many decisions may be tried, 1 to 1,000,000. Default 16. */
  readonly leastStaleness?: number | undefined;
  /** What was not settled for so long counts as lost, in milliseconds, 1 to 86,400,000. Default 60,000. */
  readonly forgetAfterMs?: number | undefined;
  /** The size of a message in the plugin, not negative. Default: the length of a text or of bytes, 0 for anything else. Microseconds: it is on the hot path. */
  readonly sizeOf?: ((message: RoutableMessage) => number) | undefined;
  /** Whether messages of one ordering key (the topic, where there is none) keep their path while one of them is under way. Default true. */
  readonly keepOrder?: boolean | undefined;
}

/** The numbers of {@link PredictiveRouterOptions}, complete and checked. */
export interface PredictiveSettings {
  readonly maxPaths: number;
  readonly queuePrice: number;
  readonly leastStaleness: number;
  readonly forgetAfterMs: number;
}

/** @throws ValidationError `INVALID_OPTIONS` with everything that is wrong. */
export function readPredictiveOptions(options: PredictiveRouterOptions): PredictiveSettings {
  if (typeof options !== 'object' || options === null) {
    throw invalid([{ path: '', expected: 'an object of options', received: showValue(options) }]);
  }
  const settings = {
    maxPaths: options.maxPaths ?? 64,
    queuePrice: options.queuePrice ?? 0.6,
    leastStaleness: options.leastStaleness ?? 16,
    forgetAfterMs: options.forgetAfterMs ?? 60_000,
  };
  const issues = [
    ...issue('maxPaths', settings.maxPaths, { min: 1, max: 1_024, whole: true }),
    ...issue('queuePrice', settings.queuePrice, { min: 0, max: 10, whole: false }),
    ...issue('leastStaleness', settings.leastStaleness, { min: 1, max: 1_000_000, whole: true }),
    ...issue('forgetAfterMs', settings.forgetAfterMs, { min: 1, max: 86_400_000, whole: false }),
  ];
  if (issues.length > 0) throw invalid(issues);
  return settings;
}

interface Range {
  readonly min: number;
  readonly max: number;
  readonly whole: boolean;
}

function issue(path: string, value: unknown, { min, max, whole }: Range): readonly ValidationIssue[] {
  const fits = typeof value === 'number' && value >= min && value <= max && (!whole || Number.isInteger(value));
  if (fits) return [];
  return [{ path, expected: `${whole ? 'an integer' : 'a number'} from ${min} to ${max}`, received: showValue(value) }];
}

function invalid(issues: readonly ValidationIssue[]): ValidationError {
  const first = issues[0] ?? { path: '', expected: 'options', received: 'others' };
  const hint = 'Mend the options of the router: see PredictiveRouterOptions.';
  return new ValidationError('INVALID_OPTIONS', { ...first, issues, hint });
}
