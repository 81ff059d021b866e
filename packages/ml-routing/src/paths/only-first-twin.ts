import type { Handler, MessageMeta } from '@tradewind/core-types';
import { TWIN_HEADER } from './path-headers.ts';

/** What a handler of {@link onlyFirstTwin} has done so far. */
export interface TwinCounts {
  /** Hedged messages that it let through, those among them that were tried again after a failure counted each time. */
  readonly passed: number;
  /** Second copies that it dropped. */
  readonly dropped: number;
}

/** A handler that drops second copies, and says how many. */
export interface FirstTwinHandler<P> {
  (payload: P, meta: MessageMeta): unknown;
  counts(): TwinCounts;
}

/**
 * A handler that gets only the first copy of each hedged message; messages that are not hedged always get through.
 *
 * It remembers the identities of the last `size` hedged messages. A copy whose handler failed is not remembered: its retry, or its twin, gets through.
 * Make one per subscription. What it drops is counted: `counts()`. A count far above what the senders' `hedged` say means that two of them go by the same `id` and `instance`.
 *
 * @param size - 1 to 10,000,000; about 100 bytes each. Default 65,536: enough while a twin comes within so many messages.
 */
export function onlyFirstTwin<P>(handler: Handler<P, MessageMeta>, size = 65_536): FirstTwinHandler<P> {
  const bound = Math.max(1, Math.floor(size) || 1);
  // A ring, because the oldest entry of a large Set is slow to find once many were deleted before it.
  const ring: string[] = [];
  const places = new Map<string, number>();
  let next = 0;
  let passed = 0;
  let dropped = 0;
  const remember = (twin: string): void => {
    const oldest = ring[next];
    // One that was forgotten and came again has a younger place: that one stands.
    if (oldest !== undefined && places.get(oldest) === next) places.delete(oldest);
    ring[next] = twin;
    places.set(twin, next);
    next = next + 1 === bound ? 0 : next + 1;
  };
  const firstOnly = (payload: P, meta: MessageMeta): unknown => {
    const twin = meta.headers?.[TWIN_HEADER];
    if (twin === undefined) return handler(payload, meta);
    if (places.has(twin)) {
      dropped += 1;
      return undefined;
    }
    passed += 1;
    remember(twin);
    try {
      const running = handler(payload, meta);
      if (running === undefined) return undefined;
      return Promise.resolve(running).catch((error: unknown) => {
        places.delete(twin);
        throw error;
      });
    } catch (error) {
      places.delete(twin);
      throw error;
    }
  };
  return Object.assign(firstOnly, { counts: (): TwinCounts => ({ passed, dropped }) });
}
