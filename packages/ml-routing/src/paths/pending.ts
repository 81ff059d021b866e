import type { PathId } from '@tradewind/core-types';
import type { PathSettlement } from './path-strategy.ts';

/** How many messages are under way on each path, and where each went: bounded, so that what is never settled is forgotten. */
export class Pending {
  readonly #counts = new Map<PathId, number>();
  /** Ticket to path, in the order of choosing. */
  readonly #paths = new Map<number, PathId>();

  /** Messages under way on a path. */
  on(path: PathId): number {
    return this.#counts.get(path) ?? 0;
  }

  sent(ticket: number, path: PathId): void {
    const before = this.#paths.get(ticket);
    if (before !== undefined) this.#forget(ticket, before);
    if (this.#paths.size >= MAX_PENDING) {
      for (const [oldest, itsPath] of this.#paths) {
        this.#forget(oldest, itsPath);
        break;
      }
    }
    this.#paths.set(ticket, path);
    this.#counts.set(path, this.on(path) + 1);
  }

  /** Returns whether it was known. */
  settled({ ticket }: PathSettlement): boolean {
    const path = this.#paths.get(ticket);
    if (path === undefined) return false;
    this.#forget(ticket, path);
    return true;
  }

  #forget(ticket: number, path: PathId): void {
    this.#paths.delete(ticket);
    const left = this.on(path) - 1;
    if (left > 0) this.#counts.set(path, left);
    else this.#counts.delete(path);
  }
}

/** Messages that may be under way at once; of more the oldest are forgotten. */
const MAX_PENDING = 65_536;
