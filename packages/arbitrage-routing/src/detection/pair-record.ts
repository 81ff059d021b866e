import { LargeRecord } from './large-record.ts';
import type { PairDecision } from './pair-decision.ts';
import { SmallDecision, SmallRecord } from './small-decision.ts';
import type { PairFigures } from './transition.ts';

/** What decided that a spread is an opportunity: its members are the figures. */
export type PairVerdict = PairDecision | SmallDecision;

/** The figures of a live spread, as whatever decided last left them. */
export class PairRecord {
  #kept: SmallRecord | LargeRecord | undefined;

  /** Takes over a verdict; returns whether a figure differs from what was kept. */
  take(verdict: PairVerdict): boolean {
    if (verdict instanceof SmallDecision) {
      if (this.#kept instanceof SmallRecord) return this.#kept.take(verdict);
      return this.#replace(takeInto(new SmallRecord(), verdict));
    }
    if (this.#kept instanceof LargeRecord) return this.#kept.take(verdict);
    return this.#replace(takeInto(new LargeRecord(), verdict));
  }

  figures(): PairFigures {
    return (this.#kept as SmallRecord | LargeRecord).figures();
  }

  /** A number became too large for floats, or is no more: the two kinds can be compared as texts. */
  #replace(record: SmallRecord | LargeRecord): boolean {
    const before = this.#kept?.figures();
    this.#kept = record;
    if (before === undefined) return true;
    const after = record.figures();
    return Object.keys(after).some((name) => after[name as keyof PairFigures] !== before[name as keyof PairFigures]);
  }
}

function takeInto<R extends { take(verdict: V): boolean }, V>(record: R, verdict: V): R {
  record.take(verdict);
  return record;
}
