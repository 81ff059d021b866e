import { PRIORITIES, type Outcome, type RoutableMessage } from '@tradewind/core-types';

/** The same message with everything that a publisher may do to it. */
export function oddMessages(message: RoutableMessage): readonly RoutableMessage[] {
  return [
    ...oddPayloads().map((payload) => ({ ...message, payload })),
    ...ODD_TOPICS.map((topic) => ({ ...message, topic })),
    ...PRIORITIES.map((priority) => ({ ...message, priority, declaredPriority: priority })),
    { ...message, orderingKey: '', headers: {}, expiresAtMs: 0 },
    { ...message, orderingKey: 'x'.repeat(1_000), headers: { '': '', __proto__: 'x' }, expiresAtMs: -1 },
    { ...message, path: 'a path that nobody has', sequence: Number.MAX_SAFE_INTEGER, publishedAtMs: 0 },
    { ...message, sequence: 0, expiresAtMs: Number.MAX_VALUE },
  ];
}

const ODD_TOPICS = [
  'a',
  'x'.repeat(255),
  Array.from({ length: 32 }, () => 'a').join('.'),
  'data.quotes',
  'data.quotes.BINANCE.BTC.USDT.extra',
  '__proto__',
  'constructor.toString',
  'DATA.QUOTES.binance.ü',
];

function oddPayloads(): readonly unknown[] {
  const cycle: Record<string, unknown> = {};
  cycle['self'] = cycle;
  return [
    undefined,
    null,
    true,
    0,
    -0,
    Number.NaN,
    Infinity,
    10n ** 30n,
    '',
    'text',
    Symbol('payload'),
    () => undefined,
    [],
    {},
    Object.create(null),
    Object.freeze({ bid: Number.NaN, ask: null, price: 'not a number' }),
    { bid: '1e999', ask: {}, price: [], size: -1 },
    new Date(Number.NaN),
    new Map([['a', 1]]),
    new Uint8Array(3),
    cycle,
    {
      get bid(): number {
        return Number.POSITIVE_INFINITY;
      },
    },
  ];
}

/** Outcomes at the edges of what a client reports. */
export const ODD_OUTCOMES: readonly Partial<Outcome>[] = [
  { kind: 'refused', waitedMs: 0, handledMs: 0, subscriptionId: undefined },
  { kind: 'dropped', reason: 'laneFull', deliveryCount: 0 },
  { kind: 'dropped', reason: 'plugin' },
  { kind: 'superseded', path: 'main' },
  { kind: 'unrouted', subscriptionId: undefined },
  { kind: 'expired', waitedMs: 1e12 },
  { kind: 'failed', error: undefined, deliveryCount: 1_000_000 },
  { kind: 'failed', error: null },
  { kind: 'failed', error: 'text' },
  { kind: 'deadLettered', error: Object.create(null) },
  { kind: 'sent', path: 'a path that nobody has', handledMs: Number.MAX_VALUE },
  { kind: 'handled', sequence: -1, producer: '', topic: '__proto__' },
];
