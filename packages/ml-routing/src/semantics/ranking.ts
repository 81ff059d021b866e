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
