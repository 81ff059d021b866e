import { PRIORITIES, type OverflowPolicy, type Priority } from '@tradewind/core-types';
import * as fc from 'fast-check';

/** How the handlers of a subscription behave. */
export type Behaviour =
  | 'sync'
  | 'slow'
  | 'throws'
  | 'quick'
  | 'rejects'
  | 'held'
  | 'timer'
  | 'never'
  | 'thenable'
  | 'publishes'
  | 'leaves'
  | 'evicts'
  | 'joins';

export interface PublishCommand {
  readonly kind: 'publish';
  readonly topic: number;
  /** Undefined: the topic is the key. */
  readonly key: number | undefined;
  readonly priority: Priority;
  readonly expiresInMs: number | undefined;
  readonly patient: boolean;
}

export interface SubscribeCommand {
  readonly kind: 'subscribe';
  readonly pattern: number;
  readonly behaviour: Behaviour;
  readonly concurrency: number;
  readonly handlerTimeoutMs: number | undefined;
  readonly conflates: boolean;
}

/** Many messages at once, with keys of their own, over some lanes in turn: what makes lanes compete. */
export interface BurstCommand {
  readonly kind: 'burst';
  readonly messages: number;
  readonly lanes: readonly Priority[];
}

export type Command =
  | PublishCommand
  | BurstCommand
  | SubscribeCommand
  | { readonly kind: 'unsubscribe'; readonly index: number }
  | { readonly kind: 'finish'; readonly index: number; readonly fails: boolean }
  | { readonly kind: 'advance'; readonly ms: number }
  | { readonly kind: 'rest' }
  | { readonly kind: 'pause' }
  | { readonly kind: 'resume' }
  | { readonly kind: 'flush' }
  | { readonly kind: 'workers'; readonly max: number }
  | { readonly kind: 'capacity'; readonly priority: Priority; readonly capacity: number }
  | { readonly kind: 'shares'; readonly shares: readonly number[] };

export interface WorldOptions {
  readonly workers: number;
  readonly capacities: readonly [number, number, number, number];
  readonly policies: readonly [OverflowPolicy, OverflowPolicy, OverflowPolicy, OverflowPolicy];
  readonly maxAttempts: number;
  readonly flushIntervalMs: number;
  /** Whether a plugin routes (and decides nothing): it makes the client keep books on keys. */
  readonly routed: boolean;
}

const priority = fc.constantFrom<Priority>(0, 1, 2, 3);
const rarely = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined, freq: 3 });

const publish: fc.Arbitrary<Command> = fc.record({
  kind: fc.constant('publish' as const),
  topic: fc.nat(5),
  key: fc.option(fc.nat(3), { nil: undefined }),
  priority,
  expiresInMs: rarely(fc.integer({ min: -1, max: 60 })),
  patient: fc.boolean(),
});

const burst: fc.Arbitrary<Command> = fc.record({
  kind: fc.constant('burst' as const),
  messages: fc.integer({ min: 10, max: 60 }),
  lanes: fc.subarray([...PRIORITIES], { minLength: 2 }),
});

/** Four shares of thousandths that add up to at most 1. */
const shares: fc.Arbitrary<readonly number[]> = fc
  .tuple(
    fc.integer({ min: 1, max: 60 }),
    fc.integer({ min: 1, max: 60 }),
    fc.integer({ min: 1, max: 60 }),
    fc.integer({ min: 1, max: 60 }),
  )
  .map((parts) => {
    const total = parts.reduce((sum, part) => sum + part, 0);
    return parts.map((part) => Math.max(1, Math.floor((part / total) * 990)) / 1_000);
  });

const subscribe: fc.Arbitrary<Command> = fc.record({
  kind: fc.constant('subscribe' as const),
  pattern: fc.nat(5),
  behaviour: fc.constantFrom<Behaviour>(
    'sync',
    'slow',
    'throws',
    'quick',
    'rejects',
    'held',
    'held',
    'timer',
    'never',
    'thenable',
    'publishes',
    'leaves',
    'evicts',
    'joins',
  ),
  concurrency: fc.constantFrom(1, 2, 50),
  handlerTimeoutMs: fc.option(fc.integer({ min: 1, max: 40 }), { nil: undefined }),
  conflates: fc.boolean(),
});

const others: fc.Arbitrary<Command> = fc.oneof(
  fc.record({ kind: fc.constant('unsubscribe' as const), index: fc.nat(20) }),
  fc.constant({ kind: 'pause' as const }),
  fc.constant({ kind: 'resume' as const }),
  fc.constant({ kind: 'resume' as const }),
  fc.constant({ kind: 'flush' as const }),
  fc.record({ kind: fc.constant('workers' as const), max: fc.integer({ min: 1, max: 6 }) }),
  fc.record({ kind: fc.constant('capacity' as const), priority, capacity: fc.integer({ min: 1, max: 12 }) }),
  fc.record({ kind: fc.constant('shares' as const), shares }),
);

const progress: fc.Arbitrary<Command> = fc.oneof(
  fc.constant({ kind: 'rest' as const }),
  fc.record({ kind: fc.constant('finish' as const), index: fc.nat(20), fails: fc.boolean() }),
  fc.record({ kind: fc.constant('advance' as const), ms: fc.nat(70) }),
);

/** Random interleavings: mostly publishing, and some of everything else. */
export const commands: fc.Arbitrary<Command[]> = fc.array(
  fc.oneof(
    { arbitrary: publish, weight: 12 },
    { arbitrary: burst, weight: 1 },
    { arbitrary: progress, weight: 7 },
    { arbitrary: subscribe, weight: 3 },
    { arbitrary: others, weight: 2 },
  ),
  { minLength: 10, maxLength: 150, size: 'max' },
);

const policy = fc.constantFrom<OverflowPolicy>('refuse', 'refuse', 'dropOldest', 'dropNewest', 'conflate');
const capacity = fc.oneof(
  { arbitrary: fc.integer({ min: 1, max: 15 }), weight: 2 },
  { arbitrary: fc.integer({ min: 30, max: 100 }), weight: 1 },
);

export const worldOptions: fc.Arbitrary<WorldOptions> = fc.record({
  workers: fc.integer({ min: 1, max: 5 }),
  capacities: fc.tuple(capacity, capacity, capacity, capacity),
  policies: fc.tuple(policy, policy, policy, policy),
  maxAttempts: fc.integer({ min: 1, max: 3 }),
  flushIntervalMs: fc.constantFrom(0, 0, 20),
  routed: fc.boolean(),
});
