import {
  ValidationError,
  showValue,
  silentLogger,
  type Clock,
  type Logger,
  type ValidationIssue,
  systemClock,
} from '@tradewind/core-types';

/** A handler that threw or rejected, as {@link MessageBusOptions.onHandlerError} is told. */
export interface HandlerFailure {
  readonly error: unknown;
  readonly topic: string;
  readonly pattern: string;
  readonly subscriptionId: string;
}

/** Every number is a bound: reaching it is an error with a code, or visible in the metrics, never a silent loss. */
export interface MessageBusOptions {
  /** Where failures of handlers are logged, at most ten lines a second. Default: nowhere. */
  readonly logger?: Logger | undefined;
  /** Times the requests. Never read per message. Default: the system's. */
  readonly clock?: Clock | undefined;
  /** 1 to 10,000,000. One more subscription throws `TOO_MANY_SUBSCRIPTIONS`. Default 1,000,000. */
  readonly maxSubscriptions?: number | undefined;
  /** 1 to 1,000,000. One more request rejects with `TOO_MANY_REQUESTS`. Default 10,000. */
  readonly maxPendingRequests?: number | undefined;
  /**
   * 0 to 1,000,000: how many topics without a subscriber of their own keep their route, once they were seen twice. A topic that has no
   * place is matched anew for each message. About 200 bytes each. Default 65,536.
   */
  readonly maxCachedTopics?: number | undefined;
  /** 1 to 10,000,000: how many topics the catalog lists, once it is used. Default 100,000. */
  readonly maxListedTopics?: number | undefined;
  /** Called for every failure of a handler, after it was counted. What it throws or rejects with is ignored. */
  readonly onHandlerError?: ((failure: HandlerFailure) => void) | undefined;
}

/** The options with their defaults. */
export type ResolvedBusOptions = {
  readonly [Name in Exclude<keyof MessageBusOptions, 'onHandlerError'>]-?: NonNullable<MessageBusOptions[Name]>;
} & Pick<MessageBusOptions, 'onHandlerError'>;

/**
 * Checks all options at once.
 *
 * @throws ValidationError `INVALID_OPTIONS`, with every issue and its path.
 */
export function resolveBusOptions(options: MessageBusOptions): ResolvedBusOptions {
  const issues: ValidationIssue[] = [];
  const given = options as unknown;
  if (typeof given !== 'object' || given === null) {
    issues.push({ path: '', expected: 'an object of options', received: showValue(given) });
    throw invalidOptions(issues);
  }
  for (const name of Object.keys(given)) {
    if (!KNOWN.has(name))
      issues.push({ path: name, expected: `one of ${[...KNOWN].join(', ')}`, received: 'an unknown option' });
  }
  const resolved: ResolvedBusOptions = {
    logger: withMethods(issues, 'logger', options.logger ?? silentLogger, ['debug', 'info', 'warn', 'error']),
    clock: withMethods(issues, 'clock', options.clock ?? systemClock, [
      'now',
      'setTimer',
      'clearTimer',
      'microtask',
      'nextTurn',
    ]),
    maxSubscriptions: bound(issues, 'maxSubscriptions', options.maxSubscriptions ?? 1_000_000, [1, 10_000_000]),
    maxPendingRequests: bound(issues, 'maxPendingRequests', options.maxPendingRequests ?? 10_000, [1, 1_000_000]),
    maxCachedTopics: bound(issues, 'maxCachedTopics', options.maxCachedTopics ?? 65_536, [0, 1_000_000]),
    maxListedTopics: bound(issues, 'maxListedTopics', options.maxListedTopics ?? 100_000, [1, 10_000_000]),
    onHandlerError: options.onHandlerError,
  };
  if (options.onHandlerError !== undefined && typeof options.onHandlerError !== 'function') {
    issues.push({ path: 'onHandlerError', expected: 'a function', received: showValue(options.onHandlerError) });
  }
  if (issues.length > 0) throw invalidOptions(issues);
  return resolved;
}

/** One error for all issues; there is at least one. */
export function invalidOptions(issues: readonly ValidationIssue[]): ValidationError {
  const first = issues[0] ?? { path: '', expected: 'valid options', received: 'others' };
  return new ValidationError('INVALID_OPTIONS', {
    ...first,
    issues,
    hint: 'Correct what is named; leave an option out to get its default.',
  });
}

function bound(issues: ValidationIssue[], path: string, value: number, [min, max]: readonly [number, number]): number {
  if (!Number.isInteger(value) || value < min || value > max) {
    issues.push({ path, expected: `an integer from ${min} to ${max}`, received: showValue(value) });
  }
  return value;
}

function withMethods<O extends object>(
  issues: ValidationIssue[],
  path: string,
  value: O,
  methods: readonly (keyof O & string)[],
): O {
  const isObject = typeof value === 'object' && value !== null;
  if (!isObject || methods.some((method) => typeof value[method] !== 'function')) {
    issues.push({ path, expected: `an object with the methods ${methods.join(', ')}`, received: showValue(value) });
  }
  return value;
}

const KNOWN: ReadonlySet<string> = new Set([
  'logger',
  'clock',
  'maxSubscriptions',
  'maxPendingRequests',
  'maxCachedTopics',
  'maxListedTopics',
  'onHandlerError',
] satisfies (keyof MessageBusOptions)[]);
