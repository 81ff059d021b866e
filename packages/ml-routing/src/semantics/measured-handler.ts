import type { Clock, Handler, TopicMeta } from '@tradewind/core-types';
import type { PatternAnalytics } from './pattern-analytics.ts';

/** A handler that tells how long it took and whether it succeeded; a failure goes on to the bus as it came. */
export class MeasuredHandler<Meta extends TopicMeta> {
  /** The subscription that it serves, which is known only once it is subscribed. */
  subscriptionId = '';
  readonly handle: Handler<unknown, Meta>;
  readonly #clock: Clock;
  readonly #analytics: PatternAnalytics;
  /** Written anew for each delivery. */
  readonly #delivery = { succeeded: true, latencyMs: 0, endedAtMs: 0 };

  constructor(handler: Handler<unknown, Meta>, clock: Clock, analytics: PatternAnalytics) {
    this.#clock = clock;
    this.#analytics = analytics;
    this.handle = (payload, meta) => this.#run(handler, payload, meta);
  }

  #run(handler: Handler<unknown, Meta>, payload: unknown, meta: Meta): unknown {
    const startMs = this.#clock.now();
    let answer: unknown;
    try {
      answer = handler(payload, meta);
    } catch (error) {
      this.#count(false, startMs);
      throw error;
    }
    if (!(answer instanceof Promise)) {
      this.#count(true, startMs);
      return answer;
    }
    return answer.then(
      (value: unknown) => {
        this.#count(true, startMs);
        return value;
      },
      (error: unknown) => {
        this.#count(false, startMs);
        throw error;
      },
    );
  }

  #count(succeeded: boolean, startMs: number): void {
    const delivery = this.#delivery;
    delivery.succeeded = succeeded;
    delivery.endedAtMs = this.#clock.now();
    delivery.latencyMs = delivery.endedAtMs - startMs;
    this.#analytics.count(this.subscriptionId, delivery);
  }
}
