/**
 * Q-learning that learns of every action at once.
 *
 * Where the randomness comes from outside (who publishes what, how long it takes) and not from the actions, it can be recorded and
 * replayed: after each step it is known what *every* action would have earned, and where it would have led. So each step updates the whole row
 * of its state, nothing is explored at the cost of live traffic, and actions are compared on the same luck
 * (S. R. Sinclair et al., "Hindsight learning for MDPs with exogenous inputs", ICML 2023; the update is C. J. C. H. Watkins's, 1989).
 */
export class HindsightQ {
  readonly states: number;
  readonly actions: number;
  /** By state, then action. */
  readonly values: Float64Array<ArrayBuffer>;
  /** Updates by state. */
  readonly visits: Float64Array<ArrayBuffer>;
  readonly #discount: number;
  readonly #leastRate: number;

  /** `leastRate`: the learning rate falls as one over the visits, down to this; 0 converges, more keeps up with a world that changes. */
  constructor(options: {
    readonly states: number;
    readonly actions: number;
    readonly discount: number;
    readonly leastRate: number;
  }) {
    this.states = options.states;
    this.actions = options.actions;
    this.values = new Float64Array(options.states * options.actions);
    this.visits = new Float64Array(options.states);
    this.#discount = options.discount;
    this.#leastRate = options.leastRate;
  }

  /** One step: by action, what it earned and the state it led to. Rewards that are not finite leave the step out. */
  update(state: number, rewards: ArrayLike<number>, nextStates: ArrayLike<number>): void {
    for (let action = 0; action < this.actions; action += 1) {
      if (!Number.isFinite(rewards[action])) return;
    }
    const visits = (this.visits[state] as number) + 1;
    this.visits[state] = visits;
    const rate = Math.max(1 / visits, this.#leastRate);
    for (let action = 0; action < this.actions; action += 1) {
      const at = state * this.actions + action;
      const ahead =
        this.values[(nextStates[action] as number) * this.actions + this.best(nextStates[action] as number)];
      const target = (rewards[action] as number) + this.#discount * (ahead as number);
      this.values[at] = (this.values[at] as number) + rate * (target - (this.values[at] as number));
    }
  }

  /** The action of the highest value; the first one among equals. */
  best(state: number): number {
    let best = 0;
    const from = state * this.actions;
    for (let action = 1; action < this.actions; action += 1) {
      if ((this.values[from + action] as number) > (this.values[from + best] as number)) best = action;
    }
    return best;
  }
}
