import { RouteIndex } from '../matching/route-index.ts';
import type { RankedEntry } from '../matching/route.ts';
import type { ConsumerGroup } from './consumer-group.ts';

interface Interest extends RankedEntry {
  readonly group: ConsumerGroup;
}

/** Which groups want which topics. */
export class Interests {
  readonly #index = new RouteIndex<Interest>();
  readonly #byGroup = new Map<ConsumerGroup, Map<string, Interest>>();
  #added = 0;

  /** What the group wants from now on: exactly these patterns. */
  set(group: ConsumerGroup, patterns: Iterable<string>): void {
    const current = this.#byGroup.get(group) ?? new Map<string, Interest>();
    const wanted = new Set<string>();
    for (const pattern of patterns) wanted.add(this.#index.canonical(pattern));
    for (const [pattern, interest] of current) {
      if (wanted.has(pattern)) continue;
      this.#index.remove(interest);
      current.delete(pattern);
    }
    for (const pattern of wanted) if (!current.has(pattern)) current.set(pattern, this.#add(group, pattern));
    if (current.size > 0) this.#byGroup.set(group, current);
    else this.#byGroup.delete(group);
  }

  /**
   * Puts the groups that want a topic into `into`, each once.
   *
   * @throws ValidationError `INVALID_TOPIC`
   */
  collect(topic: string, into: ConsumerGroup[]): void {
    into.length = 0;
    const { entries } = this.#index.route(topic);
    for (let i = 0; i < entries.length; i += 1) {
      const group = entries[i]?.group;
      if (group !== undefined && !into.includes(group)) into.push(group);
    }
  }

  #add(group: ConsumerGroup, pattern: string): Interest {
    this.#added += 1;
    const interest = { pattern, group, key: group, handlerPriority: 0, order: this.#added, handler: ignore };
    this.#index.add(interest);
    return interest;
  }
}

/** Interests are looked up, not called. */
function ignore(): void {
  return undefined;
}
