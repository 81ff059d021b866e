import { useEffect, useRef, useState } from 'preact/hooks';
import type { Drawable } from '../drawing/frame-scheduler.ts';

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

/** When components are drawn again. */
interface Turns {
  ask(drawable: Drawable): void;
  forget(drawable: Drawable): void;
}

export interface PartOptions<Part> {
  /** When the component is drawn after its part became another one. Default at once; what changes with every frame and costs takes its turn. */
  readonly turns?: Turns | undefined;
  /** Whether two parts read the same. Default `Object.is`. */
  readonly isSame?: ((a: Part, b: Part) => boolean) | undefined;
}

/** A part of the state; the component is drawn again when that part is another one. */
export function useStore<State, Action, Part>(
  store: Store<State, Action>,
  select: (state: State) => Part,
  { turns = AT_ONCE, isSame = Object.is }: PartOptions<Part> = {},
): Part {
  const [, drawAgain] = useState<object>();
  const part = select(store.state);
  // What the listener compares with is of the last drawing: it listens once, and so keeps its place among the others.
  const drawn = useRef({ part, select, isSame });
  drawn.current = { part, select, isSame };
  useEffect(() => {
    const turn = { draw: () => drawAgain({}) };
    const look = (): void => {
      const last = drawn.current;
      if (!last.isSame(last.select(store.state), last.part)) turns.ask(turn);
    };
    const end = store.subscribe(look);
    // Something may have happened between the drawing and now.
    look();
    return () => {
      end();
      turns.forget(turn);
    };
  }, [store, turns]);
  return part;
}

const AT_ONCE: Turns = { ask: (drawable) => drawable.draw(), forget: () => undefined };
