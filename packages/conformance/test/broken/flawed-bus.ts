import { MessageBus } from '@tradewind/core';
import type { Handler, MessageBus as Bus, Subscription } from '@tradewind/core-types';
import type { BusSubject } from '../../src/index.ts';

/** A bus that works, but for what `flaw` replaces. */
export function flawed(flaw: (inner: MessageBus) => Partial<Bus>): BusSubject {
  return {
    create: () => {
      const inner = new MessageBus();
      const bus: Bus = {
        publish: (topic, payload) => inner.publish(topic, payload),
        topic: (topic) => inner.topic(topic),
        subscribe: (pattern, handler, options) => inner.subscribe(pattern, handler as Handler, options),
        register: (endpoint, handler) => inner.register(endpoint, handler),
        send: (endpoint, payload) => inner.send(endpoint, payload),
        request: (endpoint, payload, options) => inner.request(endpoint, payload, options),
        respond: (correlationId, payload) => inner.respond(correlationId, payload),
        isSubscribed: (pattern, handler) => inner.isSubscribed(pattern, handler),
        subscriptionsOf: (topic) => inner.subscriptionsOf(topic),
        patterns: () => inner.patterns(),
        endpoints: () => inner.endpoints(),
        counts: () => inner.counts(),
        untyped: () => inner.untyped(),
        ...flaw(inner),
      };
      return bus;
    },
  };
}

/** Handlers as the inner bus calls them. */
export function handling(change: (handler: Handler, inner: MessageBus) => Handler): BusSubject {
  return flawed((inner) => ({
    subscribe: (pattern, handler, options) => inner.subscribe(pattern, change(handler as Handler, inner), options),
  }));
}

export function ended(subscription: Subscription, unsubscribe: () => void): Subscription {
  return {
    id: subscription.id,
    pattern: subscription.pattern,
    get active() {
      return subscription.active;
    },
    unsubscribe,
    [Symbol.dispose]: unsubscribe,
  };
}
