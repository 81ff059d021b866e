import { Tally } from './tally.ts';

/** How many were looked at, and how many were beyond what may be looked at. */
export interface Share {
  lookedAt: number;
  leftOut: number;
}

/** What was seen of one bus from one moment on: at most 2,000 topics and 1,000 subscriptions. */
export class Stretch {
  readonly startedAtMs: number;
  readonly topics: Map<string, Tally> = new Map();
  readonly subscriptions: Map<string, Tally> = new Map();
  /** Times that a topic was let go for a busier one. */
  evictedTopics = 0;
  /** Messages that were published. */
  readonly messages: Share = { lookedAt: 0, leftOut: 0 };
  /** Attempts of handlers. */
  readonly attempts: Share = { lookedAt: 0, leftOut: 0 };

  constructor(startedAtMs: number) {
    this.startedAtMs = startedAtMs;
  }

  topic(name: string): Tally | undefined {
    return tallyOf(this.topics, name, MAX_TOPICS);
  }

  subscription(id: string): Tally | undefined {
    return tallyOf(this.subscriptions, id, MAX_SUBSCRIPTIONS);
  }

  /** This one and the one after it as one. */
  with(next: Stretch): Stretch {
    const both = new Stretch(this.startedAtMs);
    for (const stretch of [this, next]) {
      addShare(both.messages, stretch.messages);
      addShare(both.attempts, stretch.attempts);
      for (const [name, tally] of stretch.topics) both.topic(name)?.add(tally);
      for (const [id, tally] of stretch.subscriptions) both.subscription(id)?.add(tally);
    }
    return both;
  }
}

function addShare(to: Share, from: Share): void {
  to.lookedAt += from.lookedAt;
  to.leftOut += from.leftOut;
}

function tallyOf(tallies: Map<string, Tally>, key: string, max: number): Tally | undefined {
  let tally = tallies.get(key);
  if (tally !== undefined || tallies.size >= max) return tally;
  tally = new Tally();
  tallies.set(key, tally);
  return tally;
}

const MAX_TOPICS = 2_000;
const MAX_SUBSCRIPTIONS = 1_000;
