import type { Outcome } from '@tradewind/core-types';

/** A message that was sent, but for what is given. */
export function outcome(some: Partial<Outcome> = {}): Outcome {
  return {
    kind: 'sent',
    producer: 'own',
    sequence: 1,
    topic: 'data.quotes.OKX.BTCUSDT',
    priority: 2,
    path: 'main',
    subscriptionId: undefined,
    deliveryCount: 1,
    publishedAtMs: 0,
    waitedMs: 1,
    handledMs: 2,
    reason: undefined,
    error: undefined,
    ...some,
  };
}
