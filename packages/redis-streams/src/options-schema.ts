import { randomUUID } from 'node:crypto';
import {
  ValidationError,
  showValue,
  silentLogger,
  type Clock,
  type Logger,
  type Random,
  type ValidationIssue,
  systemClock,
} from '@tradewind/core-types';
import { z } from 'zod';
import type { RedisConnection } from './connection/connection-options.ts';
import { parseConnectionUrl } from './connection/connection-url.ts';
import type { RedisStreamSettings } from './options.ts';

/**
 * Checks all options at once and fills in the defaults.
 *
 * @throws ValidationError `INVALID_OPTIONS`, with every issue and its path; what belongs to `connection` is never shown.
 */
export function resolveOptions(input: unknown): RedisStreamSettings {
  const result = OPTIONS.safeParse(input);
  const issues = result.success
    ? furtherIssues(result.data)
    : result.error.issues.flatMap((issue) => toIssues(issue, input));
  const [first] = issues;
  if (first !== undefined) {
    throw new ValidationError('INVALID_OPTIONS', {
      ...first,
      issues,
      hint: 'Correct what is named; leave an option out to get its default.',
    });
  }
  if (!result.success) throw result.error;
  return withDefaults(result.data);
}

type Options = z.infer<typeof OPTIONS>;

function withDefaults(options: Options): RedisStreamSettings {
  const { compression, spool, autotrimMins, heartbeatIntervalSecs, retention } = options;
  return {
    connection: options.connection,
    name: options.name,
    startup: options.startup,
    base: baseOf(options),
    shards: options.shards,
    streamPerTopic: options.streamPerTopic,
    encoding: options.encoding,
    compression: compression === undefined ? undefined : { thresholdBytes: 1_024, level: 1, ...given(compression) },
    maxEntryMessages: options.maxEntryMessages,
    maxEntryBytes: options.maxEntryBytes,
    maxPayloadBytes: options.maxPayloadBytes ?? Math.min(1_048_576, options.maxEntryBytes - ENTRY_OVERHEAD_BYTES),
    typesFilter: new Set(options.typesFilter),
    bufferIntervalMs: options.bufferIntervalMs,
    heartbeatIntervalMs: heartbeatIntervalSecs === undefined ? undefined : heartbeatIntervalSecs * 1_000,
    producerId: options.producerId ?? randomUUID(),
    deduplicationMs: options.deduplicationMs,
    publishTimeoutMs: options.publishTimeoutMs,
    commandTimeoutMs: options.commandTimeoutMs,
    connectTimeoutMs: options.connectTimeoutMs,
    replicas: options.replicas,
    replicaTimeoutMs: options.replicaTimeoutMs ?? Math.floor(options.commandTimeoutMs / 2),
    spool: spool === undefined ? undefined : { maxBytes: 2 ** 30, sync: true, ...given(spool) },
    autotrimMs: autotrimMins === undefined ? undefined : autotrimMins * 60_000,
    retention: {
      maxEntries: retention?.maxEntries,
      minId: retention?.minId,
      dropUnread: retention?.dropUnread ?? false,
      dropSettled: retention?.dropSettled ?? false,
    },
    claimIdleMs: options.claimIdleMs,
    maxDeliveries: options.maxDeliveries,
    redeliveryDelayMs: options.redeliveryDelayMs,
    readCount: options.readCount,
    blockMs: options.blockMs,
    maxDeadLetters: options.maxDeadLetters,
    externalStreams: options.externalStreams,
    clock: options.clock,
    random: options.random,
    logger: options.logger,
  };
}

/** What was given, without members that are undefined: they must not hide a default. */
function given<T extends object>(options: T): { readonly [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as {
    readonly [K in keyof T]: Exclude<T[K], undefined>;
  };
}

/** As NautilusTrader makes its stream keys: `trader-` TRADER `:` INSTANCE `:` PREFIX. */
function baseOf(options: Options): string {
  const { traderId, instanceId, streamsPrefix } = options;
  const trader = (options.useTraderId ?? traderId !== undefined) ? `${traderId}:` : '';
  const prefix = (options.useTraderPrefix ?? traderId !== undefined) ? 'trader-' : '';
  const instance = options.useInstanceId === true ? `${instanceId}:` : '';
  return `${prefix}${trader}${instance}${streamsPrefix}`;
}

/** What is right by itself and not together. */
function furtherIssues(options: Options): readonly ValidationIssue[] {
  const issues: ValidationIssue[] = [];
  const expect = (holds: boolean, path: string, expected: string, received: unknown): void => {
    if (!holds) issues.push({ path, expected, received: showValue(received) });
  };
  const mostPayload = options.maxEntryBytes - ENTRY_OVERHEAD_BYTES;
  expect(
    (options.maxPayloadBytes ?? 1) <= mostPayload,
    'maxPayloadBytes',
    `at most ${mostPayload}, as maxEntryBytes is ${options.maxEntryBytes}`,
    options.maxPayloadBytes,
  );
  const mostWait = options.commandTimeoutMs - 10;
  expect(
    (options.replicaTimeoutMs ?? 0) <= mostWait,
    'replicaTimeoutMs',
    `at most ${mostWait}, as commandTimeoutMs is ${options.commandTimeoutMs}`,
    options.replicaTimeoutMs,
  );
  expect(
    options.useTraderId !== true || options.traderId !== undefined,
    'traderId',
    'a name, as useTraderId is true',
    options.traderId,
  );
  expect(
    options.useInstanceId !== true || options.instanceId !== undefined,
    'instanceId',
    'a name, as useInstanceId is true',
    options.instanceId,
  );
  expect(
    options.spool === undefined || options.producerId !== undefined,
    'producerId',
    'a name of its own for this transport, as there is a spool: after a restart it finds what it wrote',
    options.producerId,
  );
  return issues;
}

function toIssues(issue: z.core.$ZodIssue, input: unknown): readonly ValidationIssue[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: [...issue.path, key].join('.'),
      expected: 'an option that exists',
      received: issue.path[0] === 'connection' ? 'one that does not' : showValue(at(input, [...issue.path, key])),
    }));
  }
  const isSecret = issue.path[0] === 'connection';
  const path = issue.path.map(String).join('.');
  const received = at(input, issue.path);
  return [{ path, expected: issue.message, received: isSecret ? kindOf(received) : showValue(received) }];
}

/** What it is, without what it says: it may be a password. */
function kindOf(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  return typeof value === 'string' ? 'a text that is not shown' : `a value of type ${typeof value}`;
}

function at(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
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

function oneOf<const T extends readonly string[]>(...values: T): z.ZodEnum<{ [K in T[number]]: K }> {
  return z.enum(values, { error: values.join(' or ') }) as z.ZodEnum<{ [K in T[number]]: K }>;
}

function text(max: number): z.ZodString {
  const expected = `a text of 1 to ${max} characters`;
  return z.string({ error: expected }).min(1, { error: expected }).max(max, { error: expected });
}

/** Part of keys: braces would change the slot, spaces and control characters the look of every log line. */
function name(max: number): z.ZodString {
  const expected = `a name of 1 to ${max} letters, digits and -_.:`;
  return z.string({ error: expected }).regex(new RegExp(`^[\\w.:-]{1,${max}}$`, 'u'), { error: expected });
}

function yesOrNo(): z.ZodBoolean {
  return z.boolean({ error: 'true or false' });
}

function withMethods<T>(expected: string, ...methods: readonly string[]): z.ZodType<T> {
  return z.custom<T>(
    (value) =>
      typeof value === 'object' &&
      value !== null &&
      methods.every((method) => typeof Reflect.get(value, method) === 'function'),
    { error: expected },
  );
}

const PORT = integer(1, 65_535);
const ADDRESS = z.strictObject({ host: text(255), port: PORT }, { error: 'an object with host and port' });
const ADDRESSES = z.array(ADDRESS, { error: 'addresses' }).min(1, { error: 'at least one address' });
const CREDENTIALS = { username: text(1_024).optional(), password: text(4_096).optional() };
const TLS = z.custom<object>((value) => typeof value === 'object' && value !== null, { error: 'options of node:tls' });
const DATABASE = integer(0, 65_535).optional();

const STANDALONE = z.strictObject({
  host: text(255).optional(),
  port: PORT.optional(),
  path: text(1_024).optional(),
  db: DATABASE,
  tls: TLS.optional(),
  ...CREDENTIALS,
});
const SENTINEL = z.strictObject({
  sentinels: ADDRESSES,
  masterName: text(255),
  sentinelUsername: text(1_024).optional(),
  sentinelPassword: text(4_096).optional(),
  db: DATABASE,
  tls: TLS.optional(),
  ...CREDENTIALS,
});
const CLUSTER = z.strictObject({
  cluster: ADDRESSES,
  tls: TLS.optional(),
  natMap: z.record(z.string(), ADDRESS).optional(),
  ...CREDENTIALS,
});
const URL_TEXT = z.string().refine((url) => parseConnectionUrl(url) !== undefined, {
  error: 'a URL as redis://user:password@host:6379/0, rediss://… or unix:///path, special characters encoded',
});

/** Which kind it is, is told by what it has, so that an issue is about that kind alone. */
const CONNECTION = z.unknown().transform((value, context): RedisConnection => {
  if (typeof value === 'function') return value as RedisConnection;
  const schema = typeof value === 'string' ? URL_TEXT : kindSchema(value);
  if (schema === undefined) {
    context.addIssue({ code: 'custom', message: 'a URL, options, or a function that returns an ioredis client' });
    return z.NEVER;
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data as RedisConnection;
  for (const issue of result.error.issues) context.issues.push({ ...issue, input: undefined });
  return z.NEVER;
});

function kindSchema(value: unknown): z.ZodType | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if ('sentinels' in value) return SENTINEL;
  return 'cluster' in value ? CLUSTER : STANDALONE;
}

const OPTIONS = z.strictObject(
  {
    connection: CONNECTION,
    name: name(64).default('redis'),
    startup: oneOf('require', 'degrade').default('degrade'),
    streamsPrefix: name(128).default('stream'),
    traderId: name(128).optional(),
    instanceId: name(128).optional(),
    useTraderPrefix: yesOrNo().optional(),
    useTraderId: yesOrNo().optional(),
    useInstanceId: yesOrNo().optional(),
    shards: integer(1, 256).default(4),
    streamPerTopic: yesOrNo().default(false),
    encoding: oneOf('msgpack', 'json').default('msgpack'),
    compression: z
      .strictObject({
        algorithm: z.literal('zstd', { error: 'zstd' }),
        thresholdBytes: integer(0, 16_777_216).optional(),
        level: integer(1, 19).optional(),
      })
      .optional(),
    maxEntryMessages: integer(1, 1_024).default(128),
    maxEntryBytes: integer(4_096, 268_435_456).default(4_194_304),
    maxPayloadBytes: integer(1, 268_435_456).optional(),
    typesFilter: z.array(text(255), { error: 'names of types' }).default([]),
    bufferIntervalMs: integer(0, 60_000).default(0),
    heartbeatIntervalSecs: number(0.1, 86_400).optional(),
    producerId: z
      .string({ error: 'a text' })
      .regex(/^[\w.-]{1,128}$/u, { error: '1 to 128 letters, digits, -, _ and .' })
      .optional(),
    deduplicationMs: integer(1_000, 2_592_000_000).default(86_400_000),
    publishTimeoutMs: integer(100, 3_600_000).default(10_000),
    commandTimeoutMs: integer(50, 600_000).default(2_000),
    connectTimeoutMs: integer(50, 600_000).default(5_000),
    replicas: integer(0, 16).default(0),
    replicaTimeoutMs: integer(10, 600_000).optional(),
    spool: z
      .strictObject({
        directory: text(4_096),
        maxBytes: integer(65_536, 2 ** 40).optional(),
        sync: yesOrNo().optional(),
      })
      .optional(),
    autotrimMins: integer(1, 525_600).optional(),
    retention: z
      .strictObject({
        maxEntries: integer(1, 2 ** 40).optional(),
        minId: z
          .string({ error: 'an id of a stream' })
          .regex(/^\d{1,20}-\d{1,20}$/u, { error: 'an id of a stream, as 1700000000000-0' })
          .optional(),
        dropUnread: yesOrNo().optional(),
        dropSettled: yesOrNo().optional(),
      })
      .optional(),
    claimIdleMs: integer(100, 3_600_000).default(30_000),
    maxDeliveries: integer(1, 1_000).default(5),
    redeliveryDelayMs: integer(0, 3_600_000).default(100),
    readCount: integer(1, 1_024).default(16),
    blockMs: integer(10, 60_000).default(2_000),
    maxDeadLetters: integer(1, 100_000_000).default(100_000),
    externalStreams: z.array(text(512), { error: 'names of streams' }).default([]),
    clock: withMethods<Clock>('a Clock', 'now', 'setTimer', 'clearTimer', 'microtask', 'nextTurn').default(systemClock),
    random: withMethods<Random>('a Random', 'next').default({ next: () => Math.random() }),
    logger: withMethods<Logger>('a Logger', 'debug', 'info', 'warn', 'error').default(silentLogger),
  },
  { error: 'an object with options' },
);

/** What an entry has besides payloads, for one message with the longest topic. */
const ENTRY_OVERHEAD_BYTES = 2_048;
