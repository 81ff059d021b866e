interface KeyState<Owner> {
  owner: Owner | undefined;
  /** How many of its messages the owner has not settled. */
  unsettled: number;
  /** How many of its messages wait for their next attempt: nobody gets a later one before them. */
  held: number;
}

/**
 * Which consumer of a group has messages of which key: one key, one consumer at a time.
 *
 * Workload: two calls per message. Holds only the keys that are on their way, so it is as large as what is unsettled.
 */
export class KeyOwnership<Owner> {
  readonly #states = new Map<string, KeyState<Owner>>();

  get size(): number {
    return this.#states.size;
  }

  mayTake(key: string, owner: Owner): boolean {
    const state = this.#states.get(key);
    return state === undefined || (state.held === 0 && (state.owner === undefined || state.owner === owner));
  }

  take(key: string, owner: Owner): void {
    const state = this.#state(key);
    state.owner = owner;
    state.unsettled += 1;
  }

  settle(key: string): void {
    const state = this.#state(key);
    state.unsettled -= 1;
    if (state.unsettled === 0) state.owner = undefined;
    this.#forget(key, state);
  }

  hold(key: string): void {
    this.#state(key).held += 1;
  }

  unhold(key: string): void {
    const state = this.#state(key);
    state.held -= 1;
    this.#forget(key, state);
  }

  #state(key: string): KeyState<Owner> {
    let state = this.#states.get(key);
    if (state === undefined) {
      state = { owner: undefined, unsettled: 0, held: 0 };
      this.#states.set(key, state);
    }
    return state;
  }

  #forget(key: string, state: KeyState<Owner>): void {
    if (state.unsettled === 0 && state.held === 0) this.#states.delete(key);
  }
}
