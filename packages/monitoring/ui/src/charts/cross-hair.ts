/** A chart that shows where the pointer is over another one. */
export interface Follower {
  /** @param time - In seconds since the epoch; undefined: the pointer is over no chart. */
  follow(time: number | undefined): void;
}

/** The moment at which the pointer is, common to all charts that are on the screen. */
export class CrossHair {
  readonly #followers = new Set<Follower>();

  /** @returns What ends it. */
  join(follower: Follower): () => void {
    this.#followers.add(follower);
    return () => this.#followers.delete(follower);
  }

  /** The pointer moved over a chart, or left it. */
  point(time: number | undefined, by: Follower): void {
    for (const follower of this.#followers) if (follower !== by) follower.follow(time);
  }
}

/** That of the page. */
export const crossHair: CrossHair = new CrossHair();
