import type { FactKey, PathId, PathLoad, RoutingContext } from '@tradewind/core-types';
import { BusError } from '../errors.ts';

/** The context of a chain: its clock, its paths, and the facts that its plugins share. One object for all messages. */
export class ChainContext implements RoutingContext {
  readonly paths: readonly PathId[];
  nowMs = 0;
  readonly #facts = new Map<string, unknown>();

  readonly #load: (path: PathId) => PathLoad | undefined;

  constructor(paths: readonly PathId[], load: (path: PathId) => PathLoad | undefined = unknownLoad) {
    this.#load = load;
    this.paths = Object.freeze([...paths]);
  }

  load(path: PathId): PathLoad | undefined {
    return this.#load(path);
  }

  fact<T>(key: FactKey<T>): T | undefined {
    return this.#facts.get(key) as T | undefined;
  }

  /** @throws BusError `TOO_MANY_FACTS`, which counts as a fault of the plugin that called. */
  set<T>(key: FactKey<T>, value: T): void {
    if (this.#facts.size >= MAX_FACTS && !this.#facts.has(key)) {
      throw new BusError('TOO_MANY_FACTS', {
        message: `Expected at most ${MAX_FACTS} facts on one client, received ${JSON.stringify(key)} as one more.`,
        hint: 'Give a fact a fixed key and keep what belongs to a topic inside its value.',
      });
    }
    this.#facts.set(key, value);
  }
}

function unknownLoad(): undefined {
  return undefined;
}

/** Facts have fixed names, a handful per plugin; a key made per topic or order would grow for ever. */
const MAX_FACTS = 256;
