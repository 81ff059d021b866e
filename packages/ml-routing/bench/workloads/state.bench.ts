import { systemClock } from '@tradewind/core';
import type { SchedulingEvent } from '@tradewind/core-types';
import type { Contender, Workload } from '../../../../tooling/bench/workload.ts';
import { createLearnedRouting, type LearnedRouting, type StateStore } from '../../src/index.ts';
import { StateKeeper } from '../../src/state/state-keeper.ts';
import { NOW_MS } from '../fixtures/still-lanes.ts';

const SAVINGS = 5;
const OBSERVATIONS = 40;
const US_PER_MS = 1_000;
const AN_INSTANT_MS = 0.01;
/** What messages may be held up by a saving at a time. */
const MOST_MS = 5;

/** Scheduling with so many topics, and a detector with so many instruments, each of which has been seen. */
function desk(topics: number, instruments: number): LearnedRouting {
  const routing = createLearnedRouting({ semantics: {} });
  for (let id = 1; id <= topics; id += 1) {
    for (const kind of ['arrival', 'start', 'end'] as const) routing.router?.observe(eventOf(id, kind));
  }
  for (let at = 0; at < instruments; at += 1) {
    for (let second = 0; second < OBSERVATIONS; second += 1) {
      routing.detector?.observeQuote({
        instrumentId: `S${at}.VENUE`,
        atMs: NOW_MS + 1_000 * second + at / instruments,
        bidPrice: 100 + Math.sin(second),
        askPrice: 101.3 + Math.sin(second),
        bidSize: 1,
        askSize: 1,
      });
    }
  }
  return routing;
}

function eventOf(id: number, kind: SchedulingEvent['kind']): SchedulingEvent {
  return {
    kind,
    lane: 2,
    ticket: id,
    topicId: id,
    topic: `data.quotes.VENUE.SYM${id}`,
    declaredPriority: 2,
    deadlineMs: Infinity,
    atMs: NOW_MS + id,
    waitedMs: 1,
    servedMs: 1.234_567,
    ok: true,
  };
}

/**
 * The turns of the event loop while a state is saved, by their processor time. The system books that when a thread goes to sleep, so it sleeps for an instant between two turns.
 */
class TurnWatch {
  longestUs = 0;
  turns = 0;
  readonly #bed = new Int32Array(new SharedArrayBuffer(4));
  #isOver = false;

  constructor() {
    let before = this.#booked();
    const turn = (): void => {
      const now = this.#booked();
      this.longestUs = Math.max(this.longestUs, now - before);
      this.turns += 1;
      before = now;
      if (!this.#isOver) setImmediate(turn);
    };
    setImmediate(turn);
  }

  stop(): void {
    this.#isOver = true;
  }

  #booked(): number {
    Atomics.wait(this.#bed, 0, 0, AN_INSTANT_MS);
    const { user, system } = process.threadCpuUsage();
    return user + system;
  }
}

/** The median of some savings into memory, so that it is not the disk that is measured. */
function saving(topics: number, instruments: number): Contender {
  return async () => {
    const routing = desk(topics, instruments);
    let characters = 0;
    const store: StateStore = {
      name: 'memory',
      load: async () => [],
      save: async (text) => {
        characters = text.length;
      },
      setAside: async ({ place }) => place,
    };
    const keeper = new StateKeeper({ owner: routing.state, store, clock: systemClock });
    const longest: number[] = [];
    for (let round = 0; round < SAVINGS; round += 1) {
      const watch = new TurnWatch();
      if (!(await keeper.save())) throw new Error('Expected that the state was saved.');
      watch.stop();
      longest.push(watch.longestUs / US_PER_MS);
    }
    longest.sort((a, b) => a - b);
    return { longestTurnCpuMs: longest[SAVINGS >> 1] ?? Number.NaN, characters };
  };
}

export const workloads: readonly Workload[] = [
  {
    name: 'state-saving',
    title: 'The longest turn of the event loop while what was learned is saved',
    work: 'Scheduling, regimes and patterns, saved into memory: the snapshots, the check, the text and its checksum. The median of five savings; full tables are the most that the defaults keep.',
    contenders: {
      '200 topics, 50 instruments': saving(200, 50),
      '1,000 topics, 300 instruments': saving(1_000, 300),
      'full tables: 4,096 topics, 1,024 instruments': saving(4_096, 1_024),
    },
    targets: [
      { metric: 'longestTurnCpuMs', of: '200 topics, 50 instruments', atMost: MOST_MS, unit: 'ms' },
      { metric: 'longestTurnCpuMs', of: '1,000 topics, 300 instruments', atMost: MOST_MS, unit: 'ms' },
      { metric: 'longestTurnCpuMs', of: 'full tables: 4,096 topics, 1,024 instruments', atMost: MOST_MS, unit: 'ms' },
    ],
  },
];
