import {
  PRIORITY_NAMES,
  ValidationError,
  isPattern,
  isTopic,
  showValue,
  silentLogger,
  type Clock,
  type ConsumeFrom,
  type LaneScheduler,
  type Logger,
  type OverflowPolicy,
  type PathId,
  type PayloadSchema,
  type Random,
  type RoutingPlugin,
  type Transport,
  type ValidationIssue,
  systemClock,
} from '@tradewind/core-types';
import { z } from 'zod';
import { systemRandom } from '../platform/random.ts';
import { isPayloadSchema } from './publishing/payload-schemas.ts';
import type { RetryPolicy } from './delivering/retry-policy.ts';
import { DEFAULT_SHARES, type LaneShares } from './lanes/weighted-scheduler.ts';

type Quadruple<T> = readonly [T, T, T, T];

/** The options with their defaults, as the client is built from them. */
export interface ResolvedClientOptions {
  readonly name: string;
  readonly capacities: Quadruple<number>;
  readonly policies: Quadruple<OverflowPolicy>;
  readonly shares: LaneShares;
  readonly workers: { readonly min: number; readonly max: number; readonly stuckAfterMs: number };
  readonly flushIntervalMs: number;
  readonly sliceMs: number;
  readonly highWaterRatio: number;
  readonly retry: RetryPolicy;
  readonly deadLetterTopic: string;
  readonly maxDeadLetters: number;
  readonly plugins: readonly RoutingPlugin[];
  readonly pluginBudgetMicros: number;
  readonly trace: { readonly size: number; readonly every: number };
  readonly scheduler: LaneScheduler | undefined;
  readonly schedulerBudgetMicros: number;
  readonly maxStarvationMs: number;
  readonly paths: ReadonlyMap<PathId, Transport>;
  readonly group: string | undefined;
  readonly from: ConsumeFrom;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly payloadSchemas: Readonly<Record<string, PayloadSchema>>;
  readonly maxWaiters: number;
  readonly maxTopics: number;
  readonly maxSubscriptions: number;
}

/**
 * Checks all options at once and fills in the defaults.
 *
 * @throws ValidationError `INVALID_OPTIONS`, with every issue and its path.
 */
export function resolveClientOptions(input: unknown): ResolvedClientOptions {
  const result = OPTIONS.safeParse(input);
  const issues = result.success ? [] : result.error.issues.flatMap((issue) => toIssues(issue, input));
  const [first] = issues;
  if (first !== undefined) {
    throw new ValidationError('INVALID_OPTIONS', {
      ...first,
      issues,
      hint: 'Correct what is named; leave an option out to get its default.',
    });
  }
  if (!result.success) throw result.error;
  const { lanes, paths, ...rest } = result.data;
  const perLane = PRIORITY_NAMES.map((name, priority) => ({
    capacity: lanes[name]?.capacity ?? DEFAULT_CAPACITY,
    overflow: lanes[name]?.overflow ?? 'refuse',
    share: lanes[name]?.share ?? (DEFAULT_SHARES[priority] as number),
  }));
  return {
    ...rest,
    capacities: perLane.map(({ capacity }) => capacity) as unknown as Quadruple<number>,
    policies: perLane.map(({ overflow }) => overflow) as unknown as Quadruple<OverflowPolicy>,
    shares: perLane.map(({ share }) => share) as unknown as LaneShares,
    scheduler: rest.scheduler,
    group: rest.group,
    paths: new Map(Object.entries(paths)),
  };
}

function integer(min: number, max: number): z.ZodNumber {
  const expected = `an integer from ${min} to ${max}`;
  return z
    .number({ error: expected })
    .int({ error: expected })
    .min(min, { error: expected })
    .max(max, { error: expected });
}

function number(min: number, max: number): z.ZodNumber {
  const expected = `a number from ${min} to ${max}`;
  return z.number({ error: expected }).min(min, { error: expected }).max(max, { error: expected });
}

/** An object that has these methods; nothing of it is copied. */
function withMethods<T>(expected: string, ...methods: readonly string[]): z.ZodType<T> {
  return z.custom<T>((value) => hasMethods(value, methods), { error: expected });
}

function hasMethods(value: unknown, methods: readonly string[]): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return methods.every((method) => typeof Reflect.get(value, method) === 'function');
}

const DEFAULT_CAPACITY = 65_536;

const LANE = z.strictObject({
  capacity: integer(1, 100_000_000).optional(),
  overflow: z
    .enum(['refuse', 'dropOldest', 'dropNewest', 'conflate'], { error: 'refuse, dropOldest, dropNewest or conflate' })
    .optional(),
  share: number(0.001, 1).optional(),
});

const LANES = z
  .strictObject({ CRITICAL: LANE.optional(), HIGH: LANE.optional(), NORMAL: LANE.optional(), LOW: LANE.optional() })
  .refine(
    (lanes) =>
      PRIORITY_NAMES.reduce((sum, name, i) => sum + (lanes[name]?.share ?? DEFAULT_SHARES[i] ?? 0), 0) <= 1 + 1e-9,
    {
      error: 'shares that add up to at most 1, the defaults of the others included',
    },
  );

const WORKERS = z
  .strictObject({
    min: integer(1, 50).optional(),
    max: integer(1, 50).optional(),
    stuckAfterMs: number(1, 86_400_000).default(60_000),
  })
  .transform(({ min, max = 50, stuckAfterMs }) => ({ min: min ?? Math.min(4, max), max, stuckAfterMs }))
  .refine(({ min, max }) => min <= max, { error: 'a min that is at most max' });

const RETRY = z.strictObject({
  maxAttempts: integer(1, 100).default(3),
  initialDelayMs: number(0, 3_600_000).default(100),
  multiplier: number(1, 10).default(2),
  maxDelayMs: number(0, 86_400_000).default(10_000),
  jitter: number(0, 1).default(0.2),
});

const TRANSPORT = withMethods<Transport>(
  'a transport: an object with publish, consume and close',
  'publish',
  'consume',
  'close',
);
const CLOCK_METHODS = ['now', 'setTimer', 'clearTimer', 'microtask', 'nextTurn'] as const;

const OPTIONS = z.strictObject(
  {
    name: z
      .string({ error: 'a string' })
      .min(1, { error: 'at least one character' })
      .max(64, { error: 'at most 64 characters' })
      .default('client'),
    lanes: LANES.default({}),
    workers: WORKERS.prefault({}),
    flushIntervalMs: number(0, 60_000).default(0),
    sliceMs: number(0.1, 1_000).default(0.25),
    highWaterRatio: number(0.01, 1).default(0.8),
    retry: RETRY.prefault({}),
    deadLetterTopic: z.custom<string>(isTopic, { error: 'a topic' }).default('dead-letters'),
    maxDeadLetters: integer(1, 1_000_000).default(1_000),
    plugins: z
      .array(
        z.custom<RoutingPlugin>((value) => typeof value === 'object' && value !== null, { error: 'a routing plugin' }),
        {
          error: 'an array of routing plugins',
        },
      )
      .default([]),
    pluginBudgetMicros: number(1, 1_000_000).default(50),
    trace: z
      .strictObject({ size: integer(0, 1_000_000).default(1_000), every: integer(1, 1_000_000).default(100) })
      .prefault({}),
    scheduler: withMethods<LaneScheduler>('a lane scheduler: an object with pick', 'pick').optional(),
    schedulerBudgetMicros: number(1, 1_000_000).default(50),
    maxStarvationMs: number(1, 60_000).default(100),
    paths: z
      .record(z.string(), TRANSPORT, { error: 'an object of transports by name' })
      .refine((paths) => Object.keys(paths).length <= 16, { error: 'at most 16 paths' })
      .default({}),
    group: z.string({ error: 'a string' }).min(1, { error: 'at least one character' }).optional(),
    from: z.enum(['now', 'oldest'], { error: 'now or oldest' }).default('now'),
    clock: withMethods<Clock>(`a clock: an object with ${CLOCK_METHODS.join(', ')}`, ...CLOCK_METHODS).default(
      systemClock,
    ),
    random: withMethods<Random>('an object with next', 'next').default(systemRandom),
    logger: z
      .custom<Logger>((value) => hasMethods(value, ['debug', 'info', 'warn', 'error']), {
        error: 'a logger: an object with debug, info, warn and error',
      })
      .default(silentLogger),
    payloadSchemas: z
      .record(
        z.string().refine(isPattern, { error: 'a pattern as the key' }),
        z.custom<PayloadSchema>(isPayloadSchema, { error: 'a Standard Schema of version 1' }),
        { error: 'an object of schemas by pattern' },
      )
      .default({}),
    maxWaiters: integer(1, 1_000_000).default(1_000),
    maxTopics: integer(1, 10_000_000).default(100_000),
    maxSubscriptions: integer(1, 10_000_000).default(1_000_000),
  },
  { error: 'an object of options' },
);

type SchemaIssue = z.core.$ZodIssue;

function toIssues(issue: SchemaIssue, input: unknown): ValidationIssue[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: pathText([...issue.path, key]),
      expected: 'no option of this name',
      received: showValue(valueAt(input, [...issue.path, key])),
    }));
  }
  if (issue.code === 'invalid_key') {
    const [first] = issue.issues;
    const name = issue.path.at(-1);
    return [{ path: pathText(issue.path), expected: first?.message ?? issue.message, received: showValue(name) }];
  }
  return [{ path: pathText(issue.path), expected: issue.message, received: showValue(valueAt(input, issue.path)) }];
}

function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((part, i) => (typeof part === 'number' ? `[${part}]` : `${i === 0 ? '' : '.'}${String(part)}`))
    .join('');
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const part of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Reflect.get(value, part);
  }
  return value;
}
