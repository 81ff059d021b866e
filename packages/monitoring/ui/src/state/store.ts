import { useEffect, useState } from 'preact/hooks';

/** State that is changed by actions alone, and told to whoever looks. */
export class Store<State, Action> {
  readonly #reduce: (state: State, action: Action) => State;
  readonly #listeners = new Set<() => void>();
  #state: State;

  constructor(reduce: (state: State, action: Action) => State, initial: State) {
    this.#reduce = reduce;
    this.#state = initial;
  }

  get state(): State {
    return this.#state;
  }

  dispatch(action: Action): void {
    const next = this.#reduce(this.#state, action);
    if (next === this.#state) return;
    this.#state = next;
    for (const listener of this.#listeners) listener();
  }

  /** @returns What ends it. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

/** A part of the state; the component is drawn again when that part is another one. */
export function useStore<State, Action, Part>(store: Store<State, Action>, select: (state: State) => Part): Part {
  const [, drawAgain] = useState<object>();
  const part = select(store.state);
  useEffect(() => {
    let seen = part;
    return store.subscribe(() => {
      const next = select(store.state);
      if (Object.is(next, seen)) return;
      seen = next;
      drawAgain({});
    });
  });
  return part;
}
