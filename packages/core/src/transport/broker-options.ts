import {
  ValidationError,
  showValue,
  silentLogger,
  type Clock,
  type Codec,
  type Logger,
  type ValidationIssue,
  systemClock,
} from '@tradewind/core-types';
import type { EventLogger } from '../platform/event-logger.ts';

/** Every number is a bound; reaching it is an error, a redelivery or a count, never a silent loss. */
export interface InMemoryBrokerOptions {
  /** Default: the system clock. */
  readonly clock?: Clock | undefined;
  /** Default: silent. */
  readonly logger?: Logger | undefined;
  /** Turns payloads into bytes and back, so that consumers get copies. Default: none, and consumers get the publisher's own objects. */
  readonly codec?: Codec | undefined;
  /** The largest encoded payload in bytes, with a codec only; 1 to 2^30. Default 1,048,576. */
  readonly maxPayloadBytes?: number | undefined;
  /** Messages of one lane that may wait for one group; one batch too many is refused with `TRANSPORT_FULL`. 1,000 to 10,000,000; default 100,000. */
  readonly maxBacklog?: number | undefined;
  /** Messages of one lane that one consumer may have unsettled; it gets no more until it settles some. 1 to 1,000,000; default 10,000. */
  readonly maxUnsettled?: number | undefined;
  /** The last messages of each lane that consumers with `from: 'oldest'` get. 0 to 1,000,000; default 1,000. */
  readonly historySize?: number | undefined;
  /** How often a message is brought until it is dead-lettered though nobody said so: it may be what ends its consumers. 1 to 1,000; default 10. */
  readonly maxDeliveries?: number | undefined;
  /** How long a message that is to be redelivered waits for its next attempt, in milliseconds; 0 to 3,600,000, default 100. Its key waits with it. */
  readonly redeliveryDelayMs?: number | undefined;
  /** Dead letters that are kept. While there is no room, messages that ought to be put aside go on being redelivered. 1 to 1,000,000; default 10,000. */
  readonly maxDeadLetters?: number | undefined;
}

/** Options with their defaults. */
export type BrokerSettings = {
  readonly [Option in Exclude<keyof InMemoryBrokerOptions, 'codec' | 'logger'>]-?: NonNullable<
    InMemoryBrokerOptions[Option]
  >;
} & Pick<InMemoryBrokerOptions, 'codec'> & { readonly logger: EventLogger };

/** @throws ValidationError `INVALID_OPTIONS` with every number that is out of its range. */
export function brokerSettings(options: InMemoryBrokerOptions): BrokerSettings {
  const issues: ValidationIssue[] = [];
  const numbers = {
    maxPayloadBytes: integer(options, 'maxPayloadBytes', issues),
    maxBacklog: integer(options, 'maxBacklog', issues),
    maxUnsettled: integer(options, 'maxUnsettled', issues),
    historySize: integer(options, 'historySize', issues),
    maxDeliveries: integer(options, 'maxDeliveries', issues),
    redeliveryDelayMs: integer(options, 'redeliveryDelayMs', issues),
    maxDeadLetters: integer(options, 'maxDeadLetters', issues),
  };
  const [first] = issues;
  if (first !== undefined) {
    throw new ValidationError('INVALID_OPTIONS', { ...first, issues, hint: 'Leave an option out for its default.' });
  }
  return {
    clock: options.clock ?? systemClock,
    logger: options.logger ?? silentLogger,
    codec: options.codec,
    ...numbers,
  };
}

type NumberOption = keyof typeof RANGES;

function integer(options: InMemoryBrokerOptions, name: NumberOption, issues: ValidationIssue[]): number {
  const [least, most, usual] = RANGES[name];
  const value: unknown = options[name] ?? usual;
  if (Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most) return value as number;
  issues.push({ path: name, expected: `an integer from ${least} to ${most}`, received: showValue(value) });
  return usual;
}

/** Least, most, default. A backlog holds at least ten full batches of a client, so that each of them can ever be stored. */
const RANGES = {
  maxPayloadBytes: [1, 2 ** 30, 1_048_576],
  maxBacklog: [1_000, 10_000_000, 100_000],
  maxUnsettled: [1, 1_000_000, 10_000],
  historySize: [0, 1_000_000, 1_000],
  maxDeliveries: [1, 1_000, 10],
  redeliveryDelayMs: [0, 3_600_000, 100],
  maxDeadLetters: [1, 1_000_000, 10_000],
} as const;
