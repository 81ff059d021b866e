import type { Handler, MessageMeta } from '@tradewind/core-types';
import { TWIN_HEADER } from './hedged-publisher.ts';

/**
 * A handler that gets only the first copy of each hedged message; messages that are not hedged always get through.
 *
 * It remembers the identities of the last `size` hedged messages. A copy whose handler failed is not remembered: its retry, or its twin, gets through.
 * Make one per subscription.
 *
 * @param size - 1 to 10,000,000; about 100 bytes each. Default 65,536: enough while a twin comes within so many messages.
 */
export function onlyFirstTwin<P>(handler: Handler<P, MessageMeta>, size = 65_536): Handler<P, MessageMeta> {
  const bound = Math.max(1, Math.floor(size) || 1);
  // The older half is dropped when the younger one is full: two sets need no list of ages.
  let young = new Set<string>();
  let old = new Set<string>();
  const forget = (twin: string): void => {
    young.delete(twin);
    old.delete(twin);
  };
  return (payload, meta) => {
    const twin = meta.headers?.[TWIN_HEADER];
    if (twin === undefined) return handler(payload, meta);
    if (young.has(twin) || old.has(twin)) return undefined;
    young.add(twin);
    if (young.size > bound / 2) {
      old = young;
      young = new Set();
    }
    try {
      const running = handler(payload, meta);
      if (running === undefined) return undefined;
      return Promise.resolve(running).catch((error: unknown) => {
        forget(twin);
        throw error;
      });
    } catch (error) {
      forget(twin);
      throw error;
    }
  };
}
