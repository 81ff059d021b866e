import { MessageBus } from '@tradewind/core';
import { patternMatches, type BusCounts, type Handler } from '@tradewind/core-types';
import type { BusSubject } from '../../src/index.ts';
import { ended, flawed, handling } from './flawed-bus.ts';

/** What is wrong, who is wrong in this way, and the rule that has to find it. */
export const BROKEN_BUSES: readonly { readonly flaw: string; readonly rule: string; readonly subject: BusSubject }[] = [
  {
    flaw: 'delivers after publish has returned',
    rule: 'delivers-inside-publish',
    subject: handling((handler) => (payload, meta) => queueMicrotask(() => handler(payload, meta))),
  },
  {
    flaw: 'hands out copies',
    rule: 'delivers-inside-publish',
    subject: handling((handler) => (payload, meta) => handler(structuredClone(payload), meta)),
  },
  {
    flaw: 'lets * stop at dots',
    rule: 'matches-patterns',
    subject: flawed((inner) => ({
      subscribe: (pattern, handler, options) =>
        inner.subscribe(
          pattern,
          (payload, meta) =>
            pattern.split('.').length === meta.topic.split('.').length
              ? (handler as Handler)(payload, meta)
              : undefined,
          options,
        ),
    })),
  },
  {
    flaw: 'treats ? as a literal',
    rule: 'matches-like-the-reference',
    subject: flawed((inner) => ({
      subscribe: (pattern, handler, options) =>
        inner.subscribe(
          pattern,
          (payload, meta) =>
            patternMatches(pattern.replaceAll('?', '.'), meta.topic) ? (handler as Handler)(payload, meta) : undefined,
          options,
        ),
    })),
  },
  {
    flaw: 'ignores handlerPriority',
    rule: 'ranks-handlers',
    subject: flawed((inner) => ({
      subscribe: (pattern, handler, options) =>
        inner.subscribe(pattern, handler as Handler, { ...options, handlerPriority: 0 }),
    })),
  },
  {
    flaw: 'ranks low numbers first',
    rule: 'ranks-handlers',
    subject: flawed((inner) => ({
      subscribe: (pattern, handler, options) =>
        inner.subscribe(pattern, handler as Handler, { ...options, handlerPriority: -(options?.handlerPriority ?? 0) }),
    })),
  },
  {
    flaw: 'calls a function once per message, however often it is subscribed',
    rule: 'delivers-once-per-subscription',
    subject: flawed((inner) => {
      let message: unknown;
      const called = new Set<unknown>();
      return {
        publish: (topic, payload) => {
          message = {};
          called.clear();
          return inner.publish(topic, payload);
        },
        subscribe: (pattern, handler, options) =>
          inner.subscribe(
            pattern,
            (payload, meta) => {
              if (message === undefined || called.has(handler)) return undefined;
              called.add(handler);
              return (handler as Handler)(payload, meta);
            },
            options,
          ),
      };
    }),
  },
  {
    flaw: 'throws what a handler throws',
    rule: 'isolates-failures',
    subject: flawed((inner) => {
      let thrown: { readonly error: unknown } | undefined;
      return {
        publish: (topic, payload) => {
          const taken = inner.publish(topic, payload);
          if (thrown !== undefined) throw thrown.error;
          return taken;
        },
        subscribe: (pattern, handler, options) =>
          inner.subscribe(
            pattern,
            (payload, meta) => {
              try {
                return (handler as Handler)(payload, meta);
              } catch (error) {
                thrown = { error };
                return undefined;
              }
            },
            options,
          ),
      };
    }),
  },
  {
    flaw: 'does not look at the promises of handlers',
    rule: 'isolates-failures',
    subject: handling((handler) => (payload, meta) => {
      const result = handler(payload, meta);
      if (result instanceof Promise) result.catch(() => undefined);
    }),
  },
  {
    flaw: 'takes any text for a topic',
    rule: 'refuses-bad-names',
    subject: flawed((inner) => ({
      publish: (topic, payload) => {
        try {
          return inner.publish(topic, payload);
        } catch {
          return true;
        }
      },
    })),
  },
  {
    flaw: 'delivers what handlers publish after the message at hand',
    rule: 'goes-depth-first',
    subject: flawed((inner) => {
      const queue: (() => void)[] = [];
      let publishing = false;
      return {
        publish: (topic, payload) => {
          queue.push(() => inner.publish(topic, payload));
          if (publishing) return true;
          publishing = true;
          for (let next = queue.shift(); next !== undefined; next = queue.shift()) next();
          publishing = false;
          return true;
        },
      };
    }),
  },
  {
    flaw: 'ends a recursion without saying so',
    rule: 'bounds-recursion',
    subject: flawed((inner) => ({
      publish: (topic, payload) => {
        try {
          return inner.publish(topic, payload);
        } catch (error) {
          if (String(error).includes('64')) return true;
          throw error;
        }
      },
    })),
  },
  {
    flaw: 'makes a new subscription each time',
    rule: 'knows-a-subscription-again',
    subject: flawed((inner) => {
      let made = 0;
      return {
        subscribe: (pattern, handler, options) => {
          made += 1;
          return inner.subscribe(pattern, handler as Handler, { ...options, id: options?.id ?? `made-${made}` });
        },
      };
    }),
  },
  {
    flaw: 'ignores ids',
    rule: 'tells-subscriptions-by-id',
    subject: flawed((inner) => ({
      subscribe: (pattern, handler, options) =>
        inner.subscribe(pattern, handler as Handler, { handlerPriority: options?.handlerPriority }),
    })),
  },
  {
    flaw: 'ends subscriptions only by dispose',
    rule: 'ends-subscriptions',
    subject: flawed((inner) => ({
      subscribe: (pattern, handler, options) => {
        const subscription = inner.subscribe(pattern, handler as Handler, options);
        return { ...ended(subscription, () => undefined), [Symbol.dispose]: () => subscription.unsubscribe() };
      },
    })),
  },
  {
    flaw: 'ends subscriptions when the delivery is over',
    rule: 'ends-at-once-during-delivery',
    subject: flawed((inner) => {
      let delivering = 0;
      const later: (() => void)[] = [];
      return {
        publish: (topic, payload) => {
          delivering += 1;
          const taken = inner.publish(topic, payload);
          delivering -= 1;
          for (const end of later.splice(0)) end();
          return taken;
        },
        subscribe: (pattern, handler, options) => {
          const subscription = inner.subscribe(pattern, handler as Handler, options);
          return ended(subscription, () => {
            if (delivering > 0) later.push(() => subscription.unsubscribe());
            else subscription.unsubscribe();
          });
        },
      };
    }),
  },
  {
    flaw: 'gives new subscribers the message that is being delivered',
    rule: 'begins-with-the-next-message',
    subject: flawed((inner) => {
      let current: { readonly topic: string; readonly payload: unknown } | undefined;
      return {
        publish: (topic, payload) => {
          current = { topic, payload };
          const taken = inner.publish(topic, payload);
          current = undefined;
          return taken;
        },
        subscribe: (pattern, handler, options) => {
          const subscription = inner.subscribe(pattern, handler as Handler, options);
          if (current !== undefined) (handler as Handler)(current.payload, { topic: current.topic });
          return subscription;
        },
      };
    }),
  },
  {
    flaw: 'has handles that always say yes',
    rule: 'publishes-through-handles',
    subject: flawed((inner) => ({
      topic: (topic) => ({ topic, publish: (payload) => inner.publish(topic, payload), hasSubscribers: () => true }),
    })),
  },
  {
    flaw: 'has handles that keep the route of their making',
    rule: 'publishes-through-handles',
    subject: flawed((inner) => ({
      topic: (topic) => {
        const reached = inner.subscriptionsOf(topic).length > 0;
        return {
          topic,
          publish: (payload) => !reached || inner.publish(topic, payload),
          hasSubscribers: () => reached,
        };
      },
    })),
  },
  {
    flaw: 'lists subscriptions backwards',
    rule: 'answers-about-subscriptions',
    subject: flawed((inner) => ({ subscriptionsOf: (topic) => inner.subscriptionsOf(topic).toReversed() })),
  },
  {
    flaw: 'counts subscriptions that have ended',
    rule: 'counts',
    subject: flawed((inner) => {
      let most = 0;
      return {
        counts: (): BusCounts => {
          const counts = inner.counts();
          most = Math.max(most, counts.subscriptions);
          return { ...counts, subscriptions: most };
        },
      };
    }),
  },
  {
    flaw: 'has an untyped view that is another bus',
    rule: 'has-an-untyped-view',
    subject: flawed(() => ({ untyped: () => new MessageBus().untyped() })),
  },
  {
    flaw: 'sends later',
    rule: 'sends-to-one',
    subject: flawed((inner) => ({ send: (endpoint, payload) => queueMicrotask(() => inner.send(endpoint, payload)) })),
  },
  {
    flaw: 'registers endpoints as subscribers',
    rule: 'keeps-endpoints-apart-from-topics',
    subject: flawed((inner) => ({
      register: (endpoint, handler) => {
        const registration = inner.register(endpoint, handler);
        inner.subscribe(endpoint, (payload) => handler(payload as never, { endpoint }));
        return registration;
      },
    })),
  },
  {
    flaw: 'sends to nobody without a word',
    rule: 'refuses-taken-and-unknown-endpoints',
    subject: flawed((inner) => ({
      send: (endpoint, payload) => {
        if (inner.endpoints().includes(endpoint)) inner.send(endpoint, payload);
      },
    })),
  },
  {
    flaw: 'throws what an endpoint throws',
    rule: 'isolates-failures-of-endpoints',
    subject: flawed((inner) => {
      const handlers = new Map<string, (payload: never, meta: { readonly endpoint: string }) => unknown>();
      return {
        register: (endpoint, handler) => {
          handlers.set(endpoint, handler);
          return inner.register(endpoint, handler);
        },
        send: (endpoint, payload) => void handlers.get(endpoint)?.(payload as never, { endpoint }),
      };
    }),
  },
  {
    flaw: 'answers the oldest request, whatever the correlation id',
    rule: 'answers-requests',
    subject: flawed((inner) => {
      const pending: string[] = [];
      return {
        register: (endpoint, handler) =>
          inner.register(endpoint, (payload, meta) => {
            if (meta.correlationId !== undefined) pending.push(meta.correlationId);
            return handler(payload as never, meta);
          }),
        respond: (correlationId, payload) => inner.respond(pending.shift() ?? correlationId, payload),
      };
    }),
  },
  {
    flaw: 'makes its own correlation ids',
    rule: 'takes-correlation-ids',
    subject: flawed((inner) => ({
      request: (endpoint, payload, options) =>
        inner.request(endpoint, payload, { timeoutMs: options?.timeoutMs, signal: options?.signal }),
    })),
  },
  {
    flaw: 'waits for ever',
    rule: 'ends-requests',
    subject: flawed((inner) => ({
      request: (endpoint, payload, options) =>
        inner.request(endpoint, payload, { correlationId: options?.correlationId, timeoutMs: 2 ** 31 - 1 }),
    })),
  },
  {
    flaw: 'leaves failed requests to their timeout',
    rule: 'reports-failed-requests',
    subject: flawed((inner) => ({
      register: (endpoint, handler) =>
        inner.register(endpoint, (payload, meta) => {
          try {
            const result = handler(payload as never, meta);
            if (result instanceof Promise) result.catch(() => undefined);
          } catch {
            // Nobody hears of it.
          }
        }),
      request: (endpoint, payload) => inner.request(endpoint, payload, { timeoutMs: 30 }),
    })),
  },
  {
    flaw: 'says that every response was awaited',
    rule: 'refuses-late-responses',
    subject: flawed((inner) => ({
      respond: (correlationId, payload) => {
        inner.respond(correlationId, payload);
        return true;
      },
    })),
  },
];
