/** What was seen of one topic or subscription in a stretch. */
export class Tally {
  published = 0;
  handled = 0;
  failed = 0;
  /** Of handlers that ended, in milliseconds. */
  totalMs = 0;
  maxMs = 0;
  readonly publishers: Set<string> = new Set();
  /** The time of each subscription on this topic; of a subscription it stays empty. */
  readonly msBySubscription: Map<string, number> = new Map();

  ended(ms: number, hasFailed: boolean): void {
    if (hasFailed) this.failed += 1;
    else this.handled += 1;
    this.totalMs += ms;
    if (ms > this.maxMs) this.maxMs = ms;
  }

  publishedBy(publisher: string): void {
    this.published += 1;
    this.publisher(publisher);
  }

  /** Of so many the first eight are named. */
  publisher(publisher: string): void {
    if (this.publishers.size < MAX_PUBLISHERS) this.publishers.add(publisher);
  }

  tookFor(subscription: string, ms: number): void {
    if (this.msBySubscription.size >= MAX_SUBSCRIPTIONS && !this.msBySubscription.has(subscription)) return;
    this.msBySubscription.set(subscription, (this.msBySubscription.get(subscription) ?? 0) + ms);
  }

  /** Takes what another one saw. */
  add(other: Tally): void {
    this.published += other.published;
    this.handled += other.handled;
    this.failed += other.failed;
    this.totalMs += other.totalMs;
    this.maxMs = Math.max(this.maxMs, other.maxMs);
    for (const publisher of other.publishers) this.publisher(publisher);
    for (const [subscription, ms] of other.msBySubscription) this.tookFor(subscription, ms);
  }

  /** Whose handlers took most of the time on this topic. */
  get slowest(): string | undefined {
    let slowest: string | undefined;
    let most = 0;
    for (const [subscription, ms] of this.msBySubscription) {
      if (ms <= most) continue;
      slowest = subscription;
      most = ms;
    }
    return slowest;
  }
}

const MAX_PUBLISHERS = 8;
const MAX_SUBSCRIPTIONS = 16;
