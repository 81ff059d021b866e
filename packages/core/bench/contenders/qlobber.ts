import { Qlobber } from 'qlobber';
import type { PubSub } from './pub-sub.ts';

/** A matcher only; the loop that calls the handlers is what its users write around it. Its defaults keep nothing between matches. */
export function qlobber(): PubSub {
  const matcher = new Qlobber<(payload: unknown) => void>();
  return {
    subscribe: (pattern, handler) => matcher.add(translate(pattern), handler),
    publish: (topic, payload) => {
      const handlers = matcher.match(topic);
      for (let i = 0; i < handlers.length; i += 1) handlers[i]?.(payload);
    },
  };
}

/** `*` is one segment there, `#` any number. */
function translate(pattern: string): string {
  return pattern.replace(/\*$/, '#').replaceAll('+', '*');
}
