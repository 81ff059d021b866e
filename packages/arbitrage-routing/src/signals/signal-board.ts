import type { SignalCandidate } from './signal-part.ts';
import type { SignalTransition } from './signal.ts';

interface Live {
  readonly expiresAtNs: bigint;
  readonly text: string;
}

/**
 * Which signals are live, and which have to be decided anew.
 *
 * Workload: a mark for each candidate of a changed slot, a decision for each marked one once an event, however often it was marked.
 */
export class SignalBoard {
  readonly #candidates: readonly SignalCandidate[];
  readonly #bySlot: readonly (readonly SignalCandidate[])[];
  readonly #rank: ReadonlyMap<SignalCandidate, number>;
  readonly #live = new Map<SignalCandidate, Live>();
  readonly #marked = new Set<SignalCandidate>();
  /** No live signal expires before it: a lower bound, so that an event costs one comparison. */
  #nextExpiryNs: bigint | undefined;
  #opened = 0;
  #closed = 0;

  constructor(candidates: readonly SignalCandidate[], slots: number) {
    this.#candidates = candidates;
    const bySlot: SignalCandidate[][] = Array.from({ length: slots }, () => []);
    for (const candidate of candidates) {
      for (const slot of new Set(candidate.slots)) bySlot[slot]?.push(candidate);
    }
    this.#bySlot = bySlot;
    this.#rank = new Map(candidates.map((candidate, rank) => [candidate, rank]));
  }

  get counts(): { readonly opened: number; readonly closed: number; readonly live: number } {
    return { opened: this.#opened, closed: this.#closed, live: this.#live.size };
  }

  readonly mark: (candidate: SignalCandidate) => void = (candidate) => {
    this.#marked.add(candidate);
  };

  markSlot(slot: number): void {
    for (const candidate of this.#bySlot[slot] ?? []) this.#marked.add(candidate);
  }

  /** Marks what has expired by now. */
  markExpired(nowNs: bigint): void {
    if (this.#nextExpiryNs === undefined || nowNs <= this.#nextExpiryNs) return;
    let next: bigint | undefined;
    for (const [candidate, { expiresAtNs }] of this.#live) {
      if (expiresAtNs < nowNs) this.#marked.add(candidate);
      else if (next === undefined || expiresAtNs < next) next = expiresAtNs;
    }
    this.#nextExpiryNs = next;
  }

  /** Decides what is marked, in the order of the configuration. */
  settle(): readonly SignalTransition[] {
    if (this.#marked.size === 0) return NONE;
    const marked = this.#marked.size === 1 ? [...this.#marked] : this.#inOrder();
    this.#marked.clear();
    const transitions: SignalTransition[] = [];
    for (const candidate of marked) this.#decide(candidate, transitions);
    return transitions;
  }

  #inOrder(): readonly SignalCandidate[] {
    const ranks = [...this.#marked].map((candidate) => this.#rank.get(candidate) as number);
    return ranks.sort((a, b) => a - b).map((rank) => this.#candidates[rank] as SignalCandidate);
  }

  #decide(candidate: SignalCandidate, into: SignalTransition[]): void {
    const { id, type } = candidate;
    const before = this.#live.get(candidate);
    const figures = candidate.decide();
    if (figures === undefined) {
      if (before === undefined) return;
      this.#live.delete(candidate);
      this.#closed += 1;
      into.push({ op: 'close', type, id });
      return;
    }
    const text = JSON.stringify(figures);
    if (text === before?.text) return;
    const expiresAtNs = BigInt(figures.expiresAtNs);
    if (this.#nextExpiryNs === undefined || expiresAtNs < this.#nextExpiryNs) this.#nextExpiryNs = expiresAtNs;
    this.#live.set(candidate, { expiresAtNs, text });
    if (before === undefined) this.#opened += 1;
    const op = before === undefined ? 'open' : 'update';
    // A candidate's figures are those of its type.
    into.push({ op, type, id, ...figures } as SignalTransition);
  }
}

const NONE: readonly SignalTransition[] = Object.freeze([]);
