import type { InstrumentTable, InstrumentTerms } from '../market/instrument-table.ts';
import type { LevelSource } from '../market/levels.ts';
import { RECORD, RECORD_STRIDE, type SlotRecords } from '../market/slot-records.ts';
import { closeReasonOf } from './close-reason.ts';
import { GroupBests } from './group-bests.ts';
import { LivePairs, type LivePair } from './live-pairs.ts';
import type { OpportunitySink } from './opportunity-sink.ts';
import { PairDecision, type PairLimits } from './pair-decision.ts';
import { PairRecord, type PairVerdict } from './pair-record.ts';
import { SMALL, SmallDecision } from './small-decision.ts';
import type { QuoteState } from './quote-state.ts';

/** What a pair of slots needs to be screened and decided. */
export interface PairSpreadsOptions {
  readonly table: InstrumentTable;
  readonly records: SlotRecords;
  readonly state: QuoteState;
  readonly levels: LevelSource;
  /** Whether the levels are the best ones alone, in the records. */
  readonly isTop: boolean;
  readonly limits: PairLimits;
  readonly sink: OpportunitySink;
  /** Called with a slot that turns out to be stale where it crosses; it is to be disabled everywhere. */
  readonly evict: (slot: number) => void;
}

/**
 * Spreads between two instruments of a group.
 *
 * Workload: a quote in two hundred crosses anything, and `GroupBests` tells the others apart. Only a crossing, or a slot that carries a live
 * opportunity, is decided exactly, against every other member of the group.
 */
export class PairSpreads {
  readonly #table: InstrumentTable;
  readonly #records: SlotRecords;
  readonly #state: QuoteState;
  readonly #sink: OpportunitySink;
  readonly #evict: (slot: number) => void;
  readonly #decision: PairDecision;
  /** Absent where floats do not do: with full books, and where a notional is capped. */
  readonly #small: SmallDecision | undefined;
  /** For the loop that takes quotes in. */
  readonly bests: GroupBests;
  /** A net bid above a net ask times this may be an opportunity; floats err by far less than the slack. */
  readonly #screen: number;
  readonly #live: LivePairs;
  readonly #dirty: number[] = [];

  constructor({ table, records, state, levels, isTop, limits, sink, evict }: PairSpreadsOptions) {
    this.#table = table;
    this.#records = records;
    this.#state = state;
    this.#sink = sink;
    this.#evict = evict;
    this.#decision = new PairDecision(levels, limits);
    const isTopAlone = isTop && limits.maxNotional === undefined;
    this.#small = isTopAlone ? new SmallDecision(records.floats, limits) : undefined;
    this.#screen = (1 + Number(limits.minEdgePpm) / 1e6) * (1 - SCREEN_SLACK);
    this.#live = new LivePairs(table.size);
    this.bests = new GroupBests(table, records, this.#screen);
  }

  /** How many are live. */
  get liveCount(): number {
    return this.#live.size;
  }

  /** Takes note of a slot whose quote or usability changed; returns whether it has to be settled. */
  changed(slot: number): boolean {
    if (!this.bests.changed(slot)) return false;
    if (!this.bests.crosses(slot) && this.#state.liveCount[slot] === 0) return false;
    this.#dirty.push(slot);
    return true;
  }

  /** Decides all that has to be settled. Evictions during it add to the list and are settled too. */
  settle(): void {
    for (let i = 0; i < this.#dirty.length; i += 1) this.#settleSlot(this.#dirty[i] as number);
    this.#dirty.length = 0;
  }

  #settleSlot(slot: number): void {
    for (const pair of this.#live.of(slot) ?? []) {
      if (!this.#isCrossing(pair.buy, pair.sell)) this.#close(pair);
    }
    const group = this.#table.groupOf[slot] as number;
    const end = this.#table.groupStart[group + 1] as number;
    for (let other = this.#table.groupStart[group] as number; other < end; other += 1) {
      if (other === slot) continue;
      if (this.#isCrossing(slot, other)) this.#settlePair(slot, other);
      if (this.#isCrossing(other, slot)) this.#settlePair(other, slot);
    }
  }

  #isCrossing(buy: number, sell: number): boolean {
    const { floats } = this.#records;
    const ask = floats[buy * RECORD_STRIDE + RECORD.NET_ASK] as number;
    return (floats[sell * RECORD_STRIDE + RECORD.NET_BID] as number) > ask * this.#screen;
  }

  #settlePair(buy: number, sell: number): void {
    const live = this.#live.find(buy, sell);
    const buyTerms = this.#table.terms[buy] as InstrumentTerms;
    const sellTerms = this.#table.terms[sell] as InstrumentTerms;
    const verdict = this.#areFresh(buy, sell) ? this.#decide(buyTerms, sellTerms) : undefined;
    if (verdict === undefined) {
      if (live !== undefined) this.#close(live);
    } else if (live === undefined) {
      this.#open(buyTerms, sellTerms, verdict);
    } else if (live.record.take(verdict)) {
      this.#sink.updated(live, live.record.figures());
    }
  }

  /** What the spread is worth; undefined when it is no opportunity. */
  #decide(buy: InstrumentTerms, sell: InstrumentTerms): PairVerdict | undefined {
    const small = this.#small?.decide(buy, sell) ?? SMALL.TOO_LARGE;
    if (small !== SMALL.TOO_LARGE) return small === SMALL.YES ? this.#small : undefined;
    return this.#decision.decide(buy, sell) ? this.#decision : undefined;
  }

  #areFresh(buy: number, sell: number): boolean {
    const isBuyFresh = this.#state.isFresh(buy);
    const isSellFresh = this.#state.isFresh(sell);
    if (!isBuyFresh) this.#evict(buy);
    if (!isSellFresh) this.#evict(sell);
    return isBuyFresh && isSellFresh;
  }

  #open(buy: InstrumentTerms, sell: InstrumentTerms, verdict: PairVerdict): void {
    const record = new PairRecord();
    record.take(verdict);
    const live: LivePair = {
      id: `P|${this.#table.groupNames[buy.group] ?? ''}|${buy.key}>${sell.key}`,
      type: 'PRICE_SPREAD',
      buy: buy.slot,
      sell: sell.slot,
      legs: [
        { slot: buy.slot, side: 'BUY' },
        { slot: sell.slot, side: 'SELL' },
      ],
      record,
    };
    this.#live.add(live);
    this.bests.addLive(buy.group, 1);
    this.#state.retain(buy.slot);
    this.#state.retain(sell.slot);
    this.#sink.opened(live, record.figures());
  }

  #close(pair: LivePair): void {
    this.#live.remove(pair);
    this.bests.addLive(this.#table.groupOf[pair.buy] as number, -1);
    this.#state.release(pair.buy);
    this.#state.release(pair.sell);
    this.#sink.closed(pair, closeReasonOf(pair, this.#state));
  }
}

/** A net price is the product of three floats, each within 2^-53: the error is below 1e-15. */
export const SCREEN_SLACK = 1e-12;
