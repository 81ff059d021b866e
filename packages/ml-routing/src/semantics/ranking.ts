/** The topics with the highest scores, best first; of equal ones the earlier. Keeps a short sorted list: for ten of a thousand that is the cheapest. */
export class BestTopics {
  readonly topics: number[] = [];
  readonly scores: number[] = [];
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  offer(topic: number, score: number): void {
    const { topics, scores } = this;
    let at = topics.length;
    if (at >= this.#limit && score <= (scores[at - 1] as number)) return;
    if (at < this.#limit) {
      topics.push(topic);
      scores.push(score);
    } else at -= 1;
    while (at > 0 && (scores[at - 1] as number) < score) {
      topics[at] = topics[at - 1] as number;
      scores[at] = scores[at - 1] as number;
      at -= 1;
    }
    topics[at] = topic;
    scores[at] = score;
  }
}

/** Weights added up by topic, in memory that is used again: a suggestion may touch thousands of topics. Empty again once it was drained. */
export class TopicSums {
  readonly #touched: number[] = [];
  #sums: Float64Array = new Float64Array(0);

  /** Adds a weight above 0 to each of the topics. */
  add(topics: readonly number[], weight: number): void {
    for (let at = 0; at < topics.length; at += 1) {
      const topic = topics[at] as number;
      if (topic >= this.#sums.length) this.#grow(topic);
      if (this.#sums[topic] === 0) this.#touched.push(topic);
      this.#sums[topic] = (this.#sums[topic] as number) + weight;
    }
  }

  /** Offers the topics in the order in which they came. */
  drain(into: BestTopics): void {
    for (let at = 0; at < this.#touched.length; at += 1) {
      const topic = this.#touched[at] as number;
      into.offer(topic, this.#sums[topic] as number);
      this.#sums[topic] = 0;
    }
    this.#touched.length = 0;
  }

  #grow(topic: number): void {
    const grown = new Float64Array(Math.max(1_024, topic * 2));
    grown.set(this.#sums);
    this.#sums = grown;
  }
}
