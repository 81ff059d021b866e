import {
  PRIORITIES,
  Priority,
  type LaneScheduler,
  type LanesView,
  type PluginState,
  type SchedulingEvent,
} from '@tradewind/core-types';
import type { LaneSchedulerSubject } from '../../src/index.ts';

let sharedTurns = 0;

/** Serves by turns, the lanes that took longest less often: a scheduler with a state that keeps all rules. */
export function costAware(): LaneScheduler {
  let costs = [0, 0, 0, 0];
  return {
    name: 'cost-aware',
    pick: (lanes) => {
      const runnable = PRIORITIES.filter((lane) => lanes.runnable(lane) > 0);
      return runnable.toSorted((a, b) => (costs[a] ?? 0) - (costs[b] ?? 0) || a - b)[0] ?? Priority.CRITICAL;
    },
    observe: ({ kind, lane, servedMs }) => {
      if (kind === 'end') costs[lane] = (costs[lane] ?? 0) + servedMs;
    },
    state: {
      snapshot: () => ({ version: 1, data: [...costs] }),
      restore: (state) => {
        costs = readCosts(state);
      },
    },
  };
}

function readCosts({ version, data }: PluginState): number[] {
  if (version !== 1 || !Array.isArray(data) || !data.every(Number.isFinite))
    throw new TypeError('state: expected version 1 with four costs');
  return [...data] as number[];
}

/** Looks at the messages themselves: the earliest deadline first. */
export function earliestDeadline(): LaneScheduler {
  return {
    name: 'earliest-deadline',
    pick: (lanes) => {
      let best: Priority = Priority.CRITICAL;
      let earliest = Number.POSITIVE_INFINITY;
      let found = false;
      for (const lane of PRIORITIES) {
        for (let k = 0; k < lanes.runnable(lane); k += 1) {
          const deadlineMs = Math.min(
            lanes.deadlineMs(lane, k),
            lanes.arrivedAtMs(lane, k) + 100 + lanes.topicId(lane, k),
          );
          if (found && deadlineMs >= earliest) continue;
          found = true;
          earliest = deadlineMs;
          best = lane;
        }
      }
      return best;
    },
  };
}

function firstRunnable(lanes: LanesView): Priority {
  return PRIORITIES.find((lane) => lanes.runnable(lane) > 0) ?? Priority.CRITICAL;
}

function picking(pick: LaneScheduler['pick'], rest: Partial<LaneScheduler> = {}): LaneSchedulerSubject {
  return { create: () => ({ name: 'broken', pick, ...rest }) };
}

/** What is wrong, who is wrong in this way, and the rule that has to find it. */
export const BROKEN_SCHEDULERS: readonly {
  readonly flaw: string;
  readonly rule: string;
  readonly subject: LaneSchedulerSubject;
}[] = [
  { flaw: 'has no name', rule: 'has-its-members', subject: { create: () => ({ name: '', pick: firstRunnable }) } },
  {
    flaw: 'is declared with a state and has none',
    rule: 'has-its-members',
    subject: { ...picking(firstRunnable), stateful: true },
  },
  { flaw: 'always picks CRITICAL', rule: 'picks-a-runnable-lane', subject: picking(() => Priority.CRITICAL) },
  {
    flaw: 'answers with the name of a lane',
    rule: 'picks-a-runnable-lane',
    subject: picking(() => 'HIGH' as unknown as Priority),
  },
  {
    flaw: 'goes round without looking',
    rule: 'picks-the-only-lane',
    subject: {
      create: () => {
        let turn = 0;
        return {
          name: 'broken',
          pick: () => {
            turn += 1;
            return PRIORITIES[turn % 4] ?? Priority.LOW;
          },
        };
      },
    },
  },
  {
    flaw: 'picks the deepest lane',
    rule: 'passes-over-parked-messages',
    subject: picking((lanes) => PRIORITIES.toSorted((a, b) => lanes.depth(b) - lanes.depth(a))[0] ?? Priority.LOW),
  },
  {
    flaw: 'throws when nothing is runnable',
    rule: 'survives-empty-lanes',
    subject: picking((lanes) => {
      const lane = PRIORITIES.find((each) => lanes.runnable(each) > 0);
      if (lane === undefined) throw new Error('nothing to do');
      return lane;
    }),
  },
  {
    flaw: 'looks at the first message of every lane',
    rule: 'asks-within-bounds',
    subject: picking((lanes) => {
      for (const lane of PRIORITIES) lanes.deadlineMs(lane, 0);
      return firstRunnable(lanes);
    }),
  },
  {
    flaw: 'looks at parked messages',
    rule: 'asks-within-bounds',
    subject: picking((lanes) => {
      const lane = firstRunnable(lanes);
      for (let k = 0; k < lanes.depth(lane); k += 1) lanes.topicId(lane, k);
      return lane;
    }),
  },
  {
    flaw: 'keeps the lanes',
    rule: 'keeps-nothing',
    subject: {
      create: () => {
        let last: LanesView | undefined;
        return {
          name: 'broken',
          pick: (lanes) => {
            const wasDeep = (last?.depth(Priority.LOW) ?? 0) > 3;
            last = lanes;
            return wasDeep && lanes.runnable(Priority.LOW) > 0 ? Priority.LOW : firstRunnable(lanes);
          },
        };
      },
    },
  },
  {
    flaw: 'writes notes on events',
    rule: 'keeps-nothing',
    subject: picking(firstRunnable, { observe: (event) => void Object.assign(event, { seen: true }) }),
  },
  {
    flaw: 'keeps events in a list',
    rule: 'works-on-reused-events',
    subject: {
      create: () => {
        const events: SchedulingEvent[] = [];
        return {
          name: 'broken',
          pick: (lanes) => {
            const urgent =
              events.filter(({ lane, kind }) => lane === Priority.LOW && kind === 'arrival').length % 5 === 0;
            return urgent && lanes.runnable(Priority.LOW) > 0 ? Priority.LOW : firstRunnable(lanes);
          },
          observe: (event) => void events.push(event),
        };
      },
    },
  },
  {
    flaw: 'draws lots',
    rule: 'picks-repeatably',
    subject: picking((lanes) => {
      const runnable = PRIORITIES.filter((lane) => lanes.runnable(lane) > 0);
      return runnable[Math.floor(Math.random() * runnable.length)] ?? Priority.LOW;
    }),
  },
  {
    flaw: 'takes turns with all other schedulers',
    rule: 'shares-nothing',
    subject: picking((lanes) => {
      sharedTurns += 1;
      const runnable = PRIORITIES.filter((lane) => lanes.runnable(lane) > 0);
      return runnable[sharedTurns % Math.max(1, runnable.length)] ?? Priority.LOW;
    }),
  },
  {
    flaw: 'expects the arrival of every ticket that ends',
    rule: 'survives-odd-events',
    subject: {
      create: () => {
        const arrivals = new Map<number, { readonly atMs: number }>();
        return {
          name: 'broken',
          pick: firstRunnable,
          observe: ({ kind, ticket, atMs }) => {
            if (kind === 'arrival') arrivals.set(ticket, { atMs });
            else if (kind === 'end' && atMs < (arrivals.get(ticket) as { readonly atMs: number }).atMs)
              arrivals.clear();
          },
        };
      },
    },
  },
  {
    flaw: 'fails when it ends',
    rule: 'ends',
    subject: picking(firstRunnable, { [Symbol.asyncDispose]: () => Promise.reject(new Error('no disk')) }),
  },
  {
    flaw: 'has what JSON loses in its snapshot',
    rule: 'snapshot-is-json',
    subject: picking(firstRunnable, {
      state: { snapshot: () => ({ version: 1, data: [Number.NaN] }), restore: readCosts },
    }),
  },
  {
    flaw: 'gives away its live state',
    rule: 'snapshot-is-a-copy',
    subject: {
      create: () => {
        const costs = [0, 0, 0, 0];
        return {
          name: 'broken',
          pick: firstRunnable,
          observe: ({ lane }) => {
            costs[lane] = (costs[lane] ?? 0) + 1;
          },
          state: { snapshot: () => ({ version: 1, data: costs }), restore: readCosts },
        };
      },
    },
  },
  {
    flaw: 'restores nothing',
    rule: 'restored-decides-alike',
    subject: {
      create: () => {
        const scheduler = costAware();
        return {
          ...scheduler,
          state: { snapshot: () => scheduler.state?.snapshot() ?? { version: 1, data: [] }, restore: readCosts },
        };
      },
    },
  },
  {
    flaw: 'adds a restored state to what it has',
    rule: 'restore-replaces',
    subject: {
      create: () => {
        const scheduler = costAware();
        const own = (): number[] => readCosts(scheduler.state?.snapshot() ?? { version: 1, data: [] });
        return {
          ...scheduler,
          state: {
            snapshot: () => ({ version: 1, data: own() }),
            restore: (state) => {
              const costs = own();
              scheduler.state?.restore({
                version: 1,
                data: readCosts(state).map((cost, lane) => cost + (costs[lane] ?? 0)),
              });
            },
          },
        };
      },
    },
  },
  {
    flaw: 'restores whatever it is given',
    rule: 'refuses-strange-states',
    subject: picking(firstRunnable, {
      state: { snapshot: () => ({ version: 1, data: null }), restore: () => undefined },
    }),
  },
];
