import {
  Priority,
  type Outcome,
  type PluginState,
  type RoutableMessage,
  type RoutingDecision,
  type RoutingPlugin,
} from '@tradewind/core-types';
import type { RoutingPluginSubject } from '../../src/index.ts';

const lifted = { priority: Priority.HIGH, reason: 'lifted' };
let seenByAll = 0;

/** Lifts each topic that has failed more often than others: a plugin with a state that keeps all rules. */
export function failureCounter(): RoutingPlugin {
  const failures = new Map<string, number>();
  return {
    name: 'failure-counter',
    route: ({ topic }) => ((failures.get(topic) ?? 0) > 2 ? lifted : undefined),
    observe: ({ kind, topic }) => {
      if (kind === 'failed') failures.set(topic, (failures.get(topic) ?? 0) + 1);
    },
    state: {
      snapshot: () => ({ version: 1, data: Object.fromEntries(failures) }),
      restore: (state) => {
        const entries = readCounts(state);
        failures.clear();
        for (const [topic, count] of entries) failures.set(topic, count);
      },
    },
  };
}

function readCounts({ version, data }: PluginState): [string, number][] {
  if (version !== 1 || typeof data !== 'object' || data === null || Array.isArray(data))
    throw new TypeError('state: expected version 1 with counts by topic');
  return Object.entries(data as Record<string, number>);
}

/** The plugin above with other members. */
function counterWith(change: (plugin: RoutingPlugin) => object): () => RoutingPlugin {
  return () => {
    const plugin = failureCounter();
    return { ...plugin, ...change(plugin) };
  };
}

function routing(route: (message: RoutableMessage) => unknown): () => RoutingPlugin {
  return () => ({ name: 'broken', route: (message) => route(message) as RoutingDecision | undefined });
}

/** What is wrong, who is wrong in this way, and the rule that has to find it. */
export const BROKEN_PLUGINS: readonly {
  readonly flaw: string;
  readonly rule: string;
  readonly subject: RoutingPluginSubject;
}[] = [
  { flaw: 'has no name', rule: 'has-the-five-members', subject: { create: () => ({ name: '' }) } },
  {
    flaw: 'has another name each time',
    rule: 'has-the-five-members',
    subject: {
      create: () => {
        seenByAll += 1;
        return { name: `plugin-${seenByAll}` };
      },
    },
  },
  {
    flaw: 'is declared with a state and has none',
    rule: 'has-the-five-members',
    subject: { create: () => ({ name: 'plain' }), stateful: true },
  },
  {
    flaw: 'shows what belongs to itself',
    rule: 'shows-nothing-else',
    subject: {
      create: () =>
        new (class {
          readonly name = 'leaky';
          readonly counters = new Map();
          reset(): void {
            this.counters.clear();
          }
        })(),
    },
  },
  {
    flaw: 'decides without a reason',
    rule: 'decides-in-known-shapes',
    subject: { create: routing(() => ({ priority: Priority.LOW })) },
  },
  {
    flaw: 'computes an expiry that is no number',
    rule: 'decides-in-known-shapes',
    subject: { create: routing(({ expiresAtMs }) => ({ expiresAtMs: Number(expiresAtMs) - 1, reason: 'sooner' })) },
  },
  {
    flaw: 'names a priority',
    rule: 'decides-in-known-shapes',
    subject: { create: routing(() => ({ priority: 'HIGH', reason: 'by name' })) },
  },
  {
    flaw: 'routes asynchronously',
    rule: 'decides-at-once',
    subject: { create: routing(() => Promise.resolve(lifted)) },
  },
  {
    flaw: 'observes asynchronously',
    rule: 'decides-at-once',
    subject: {
      create: () => ({ name: 'broken', observe: () => Promise.reject(new Error('database away')) as unknown as void }),
    },
  },
  {
    flaw: 'has the name of a path built in',
    rule: 'chooses-known-paths',
    subject: { create: routing(() => ({ path: 'kraken', reason: 'cheapest' })), paths: ['binance', 'kraken'] },
  },
  {
    flaw: 'takes payloads for granted',
    rule: 'survives-odd-input',
    subject: { create: routing(({ payload }) => ((payload as { bid: number }).bid > 1e9 ? lifted : undefined)) },
  },
  {
    flaw: 'takes topics for granted',
    rule: 'survives-odd-input',
    subject: {
      create: routing(({ topic }) => ((topic.split('.')[1] as string).startsWith('zzz') ? lifted : undefined)),
    },
  },
  {
    flaw: 'computes a priority from the payload',
    rule: 'survives-odd-input',
    subject: {
      create: routing(({ payload }) => (payload === '' ? { priority: Number.NaN, reason: 'computed' } : undefined)),
    },
  },
  {
    flaw: 'keeps the last message',
    rule: 'keeps-nothing',
    subject: {
      create: () => {
        let last: RoutableMessage | undefined;
        return {
          name: 'broken',
          route: (message) => {
            const same = last?.topic === message.topic;
            last = message;
            return same ? lifted : undefined;
          },
        };
      },
    },
  },
  {
    flaw: 'writes its decision into the message',
    rule: 'keeps-nothing',
    subject: { create: routing((message) => void Object.assign(message, { priority: Priority.HIGH })) },
  },
  {
    flaw: 'keeps outcomes in a list',
    rule: 'works-on-reused-objects',
    subject: {
      create: () => {
        const outcomes: Outcome[] = [];
        return {
          name: 'broken',
          route: () => (outcomes.filter(({ kind }) => kind === 'failed').length > 3 ? lifted : undefined),
          observe: (outcome) => void outcomes.push(outcome),
        };
      },
    },
  },
  {
    flaw: 'rounds the prices of payloads',
    rule: 'leaves-payloads-alone',
    subject: {
      create: routing(({ payload }) => {
        if (typeof payload === 'object' && payload !== null && 'bid' in payload) Object.assign(payload, { bid: 1 });
      }),
    },
  },
  {
    flaw: 'explores at random',
    rule: 'decides-repeatably',
    subject: { create: routing(() => (Math.random() < 0.1 ? lifted : undefined)) },
  },
  {
    flaw: 'looks at the clock on the wall',
    rule: 'decides-repeatably',
    subject: { create: routing(() => (Date.now() % 2_000 < 1_000 ? lifted : undefined)) },
  },
  {
    flaw: 'counts in a variable of its module',
    rule: 'shares-nothing',
    subject: {
      create: routing(() => {
        seenByAll += 1;
        return seenByAll % 7 === 0 ? lifted : undefined;
      }),
    },
  },
  {
    flaw: 'never ends',
    rule: 'ends',
    subject: { create: () => ({ name: 'broken', [Symbol.asyncDispose]: () => Promise.reject(new Error('no disk')) }) },
  },
  {
    flaw: 'puts a map into its snapshot',
    rule: 'snapshot-is-json',
    subject: {
      create: counterWith(() => ({
        state: { snapshot: () => ({ version: 1, data: { counts: new Map([['a', 1]]) } }), restore: () => undefined },
      })),
    },
  },
  {
    flaw: 'has infinities in its snapshot',
    rule: 'snapshot-is-json',
    subject: {
      create: counterWith(() => ({
        state: { snapshot: () => ({ version: 1, data: [-Infinity] }), restore: () => undefined },
      })),
    },
  },
  {
    flaw: 'gives away its live state',
    rule: 'snapshot-is-a-copy',
    subject: {
      create: () => {
        const data: Record<string, number> = {};
        return {
          name: 'broken',
          observe: ({ topic }) => {
            data[topic] = (data[topic] ?? 0) + 1;
          },
          state: { snapshot: () => ({ version: 1, data }), restore: () => undefined },
        };
      },
    },
  },
  {
    flaw: 'restores nothing',
    rule: 'restored-decides-alike',
    subject: {
      create: counterWith(({ state }) => ({ state: { snapshot: () => state?.snapshot(), restore: readCounts } })),
    },
  },
  {
    flaw: 'leaves half of its state out of the snapshot',
    rule: 'restored-decides-alike',
    subject: {
      create: () => {
        const plugin = failureCounter();
        let routed = 0;
        return {
          ...plugin,
          route: (message, context) => {
            routed += 1;
            return routed % 37 === 0 ? lifted : plugin.route?.(message, context);
          },
        };
      },
    },
  },
  {
    flaw: 'adds a restored state to what it has',
    rule: 'restore-replaces',
    subject: {
      create: () => {
        let failures = 0;
        return {
          name: 'broken',
          route: () => (failures > 10 ? lifted : undefined),
          observe: ({ kind }) => {
            if (kind === 'failed') failures += 1;
          },
          state: {
            snapshot: () => ({ version: 1, data: failures }),
            restore: ({ data }) => {
              failures += Number(data);
            },
          },
        };
      },
    },
  },
  {
    flaw: 'restores whatever it is given',
    rule: 'refuses-strange-states',
    subject: {
      create: () => {
        let failures = 0;
        return {
          name: 'broken',
          observe: () => {
            failures += 1;
          },
          state: {
            snapshot: () => ({ version: 1, data: failures }),
            restore: ({ data }) => {
              failures = Number(data);
            },
          },
        };
      },
    },
  },
  {
    flaw: 'forgets everything before it refuses a state',
    rule: 'refuses-strange-states',
    subject: {
      create: counterWith(({ state }) => ({
        state: {
          snapshot: () => state?.snapshot(),
          restore: (next: PluginState) => {
            state?.restore({ version: 1, data: {} });
            state?.restore(next);
          },
        },
      })),
    },
  },
];
