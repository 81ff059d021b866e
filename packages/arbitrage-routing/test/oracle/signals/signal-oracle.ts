import type { NormalizedEvent } from '../../../src/market/normalized-event.ts';
import type { SignalDetectorOptions } from '../../../src/signals/signal-detector.ts';
import { calendarCandidates, fundingCandidates } from './carry-oracle.ts';
import { latencyOracle } from './latency-oracle.ts';
import { OracleMarket, type OracleInstrument } from './oracle-market.ts';
import { statisticalOracle } from './statistical-oracle.ts';

export interface OracleCandidate {
  readonly id: string;
  readonly type: string;
  readonly instruments: readonly OracleInstrument[];
  /** Those of which a quanto contract's settlement matters too. Default: all. */
  readonly settlements?: readonly OracleInstrument[];
  readonly decide: () => Record<string, unknown> | undefined;
}

export interface OraclePart {
  readonly candidates: readonly OracleCandidate[];
  /** Whether all its candidates have to be decided anew. */
  advance?(toNs: bigint): boolean;
  observe?(instrument: OracleInstrument, receivedNs: bigint, eventNs: bigint | undefined): void;
  lose?(key: string): void;
}

export type OracleChange = {
  readonly op: 'open' | 'update' | 'close';
  readonly type: string;
  readonly id: string;
} & Record<string, unknown>;

/** docs/signals.md, section by section: after every event everything that it concerns is computed anew, from all that ever came. */
export class SignalOracle {
  readonly #market: OracleMarket;
  readonly #parts: readonly OraclePart[];
  readonly open = new Map<string, Record<string, unknown>>();
  #hasClock = false;

  constructor(options: SignalDetectorOptions) {
    this.#market = new OracleMarket(options);
    this.#parts = [
      latencyOracle(this.#market),
      statisticalOracle(this.#market),
      { candidates: fundingCandidates(this.#market) },
      { candidates: calendarCandidates(this.#market) },
    ];
  }

  apply(event: NormalizedEvent): readonly OracleChange[] {
    const market = this.#market;
    if (!/^\d{1,19}$/.test(String(event.tsRecv))) return [];
    const atNs = BigInt(event.tsRecv);
    const usable = new Set(market.instruments.filter((each) => market.isUsable(each)));
    const due = new Set<OracleCandidate>();
    if (!this.#hasClock || atNs > market.nowNs) {
      for (const part of this.#parts) {
        if (part.advance?.(atNs) === true) for (const candidate of part.candidates) due.add(candidate);
      }
      market.nowNs = atNs;
      this.#hasClock = true;
    }
    const { changed, lost, observed } = market.take(event, atNs);
    for (const part of this.#parts) {
      for (const key of lost) part.lose?.(key);
      if (observed !== undefined) {
        const time = event.type === 'quote' ? event.tsEvent : undefined;
        const eventNs = /^\d{1,19}$/.test(String(time)) ? BigInt(String(time)) : undefined;
        part.observe?.(observed, atNs, eventNs);
      }
    }
    for (const part of this.#parts) {
      for (const candidate of part.candidates) {
        const before = this.open.get(candidate.id);
        const isExpired = before !== undefined && BigInt(before['expiresAtNs'] as string) < market.nowNs;
        const all = [
          ...candidate.instruments,
          ...(candidate.settlements ?? candidate.instruments).flatMap(({ settlement }) => settlement ?? []),
        ];
        const isConcerned = all.some((each) => changed.has(each.key) || (usable.has(each) && !market.isUsable(each)));
        if (isExpired || isConcerned) due.add(candidate);
      }
    }
    return this.#parts
      .flatMap(({ candidates }) => candidates)
      .filter((each) => due.has(each))
      .flatMap((each) => this.#decide(each));
  }

  #decide({ id, type, decide }: OracleCandidate): readonly OracleChange[] {
    const before = this.open.get(id);
    const figures = decide();
    if (figures === undefined) {
      this.open.delete(id);
      return before === undefined ? [] : [{ op: 'close', type, id }];
    }
    this.open.set(id, figures);
    if (JSON.stringify(before) === JSON.stringify(figures)) return [];
    return [{ op: before === undefined ? 'open' : 'update', type, id, ...figures }];
  }
}
