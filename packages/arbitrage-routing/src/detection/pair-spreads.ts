import type { InstrumentTable, InstrumentTerms } from '../market/instrument-table.ts';
import type { LevelSource } from '../market/levels.ts';
import { RECORD, RECORD_STRIDE } from '../market/slot-records.ts';
import { closeReasonOf } from './close-reason.ts';
import type { OpportunitySink, OpportunitySource } from './opportunity-sink.ts';
import { PairDecision, PairRecord, type PairLimits } from './pair-decision.ts';
import type { QuoteState } from './quote-state.ts';

/** What a pair of slots needs to be screened and decided. */
export interface PairSpreadsOptions {
  readonly table: InstrumentTable;
  readonly records: Float64Array;
  readonly state: QuoteState;
  readonly levels: LevelSource;
  readonly limits: PairLimits;
  readonly sink: OpportunitySink;
  /** Called with a slot that turns out to be stale where it crosses; it is to be disabled everywhere. */
  readonly evict: (slot: number) => void;
}

interface LivePair extends OpportunitySource {
  readonly record: PairRecord;
}

/**
 * Spreads between two instruments of a group.
 *
 * Workload: a quote in two hundred crosses anything. So each group keeps its best net bid and ask, and a quote is compared with these two
 * alone; only a crossing, or a slot that carries a live opportunity, is decided exactly, against every other member of the group.
 * When the best itself gets worse its group is read through once, which over all quotes comes to about two loads a quote.
 */
export class PairSpreads {
  readonly #table: InstrumentTable;
  readonly #records: Float64Array;
  readonly #state: QuoteState;
  readonly #sink: OpportunitySink;
  readonly #evict: (slot: number) => void;
  readonly #decision: PairDecision;
  readonly #bestBid: Float64Array;
  readonly #bestAsk: Float64Array;
  readonly #bestBidSlot: Int32Array;
  readonly #bestAskSlot: Int32Array;
  /** A net bid above a net ask times this may be an opportunity; floats err by far less than the slack. */
  readonly #screen: number;
  readonly #live = new Map<number, LivePair>();
  readonly #dirty: number[] = [];

  constructor({ table, records, state, levels, limits, sink, evict }: PairSpreadsOptions) {
    this.#table = table;
    this.#records = records;
    this.#state = state;
    this.#sink = sink;
    this.#evict = evict;
    this.#decision = new PairDecision(levels, limits);
    const groups = table.groupNames.length;
    this.#bestBid = new Float64Array(groups).fill(Number.NEGATIVE_INFINITY);
    this.#bestAsk = new Float64Array(groups).fill(Number.POSITIVE_INFINITY);
    this.#bestBidSlot = new Int32Array(groups).fill(-1);
    this.#bestAskSlot = new Int32Array(groups).fill(-1);
    this.#screen = (1 + Number(limits.minEdgePpm) / 1e6) * (1 - SCREEN_SLACK);
  }

  /** How many are live. */
  get liveCount(): number {
    return this.#live.size;
  }

  /** Takes note of a slot whose quote or usability changed; returns whether it has to be settled. */
  changed(slot: number): boolean {
    const group = this.#records[slot * RECORD_STRIDE + RECORD.GROUP] as number;
    if (group < 0) return false;
    const bid = this.#state.net[slot * 2] as number;
    const ask = this.#state.net[slot * 2 + 1] as number;
    if (bid >= (this.#bestBid[group] as number)) {
      this.#bestBid[group] = bid;
      this.#bestBidSlot[group] = slot;
    } else if (this.#bestBidSlot[group] === slot) {
      this.#findBestBid(group);
    }
    if (ask <= (this.#bestAsk[group] as number)) {
      this.#bestAsk[group] = ask;
      this.#bestAskSlot[group] = slot;
    } else if (this.#bestAskSlot[group] === slot) {
      this.#findBestAsk(group);
    }
    const screen = this.#screen;
    if (
      bid > (this.#bestAsk[group] as number) * screen ||
      (this.#bestBid[group] as number) > ask * screen ||
      (this.#state.liveCount[slot] as number) > 0
    ) {
      this.#dirty.push(slot);
      return true;
    }
    return false;
  }

  /** Decides all that has to be settled. Evictions during it add to the list and are settled too. */
  settle(): void {
    for (let i = 0; i < this.#dirty.length; i += 1) this.#settleSlot(this.#dirty[i] as number);
    this.#dirty.length = 0;
  }

  #settleSlot(slot: number): void {
    const group = this.#table.groupOf[slot] as number;
    const end = this.#table.groupStart[group + 1] as number;
    for (let other = this.#table.groupStart[group] as number; other < end; other += 1) {
      if (other === slot) continue;
      this.#settlePair(slot, other);
      this.#settlePair(other, slot);
    }
  }

  #settlePair(buy: number, sell: number): void {
    const { net } = this.#state;
    const isCrossing = (net[sell * 2] as number) > (net[buy * 2 + 1] as number) * this.#screen;
    const key = buy * this.#table.size + sell;
    const live = this.#live.get(key);
    if (!isCrossing && live === undefined) return;
    const buyTerms = this.#table.terms[buy] as InstrumentTerms;
    const sellTerms = this.#table.terms[sell] as InstrumentTerms;
    if (!isCrossing || !this.#areFresh(buy, sell) || !this.#decision.decide(buyTerms, sellTerms)) {
      if (live !== undefined) this.#close(key, live);
    } else if (live === undefined) {
      this.#open(key, buyTerms, sellTerms);
    } else if (live.record.take(this.#decision)) {
      this.#sink.updated(live, live.record.figures());
    }
  }

  #areFresh(buy: number, sell: number): boolean {
    const [isBuyFresh, isSellFresh] = [this.#state.isFresh(buy), this.#state.isFresh(sell)];
    if (!isBuyFresh) this.#evict(buy);
    if (!isSellFresh) this.#evict(sell);
    return isBuyFresh && isSellFresh;
  }

  #open(key: number, buy: InstrumentTerms, sell: InstrumentTerms): void {
    const record = new PairRecord();
    record.take(this.#decision);
    const live: LivePair = {
      id: `P|${this.#table.groupNames[buy.group] ?? ''}|${buy.key}>${sell.key}`,
      type: 'PRICE_SPREAD',
      legs: [
        { slot: buy.slot, side: 'BUY' },
        { slot: sell.slot, side: 'SELL' },
      ],
      record,
    };
    this.#live.set(key, live);
    this.#state.retain(buy.slot);
    this.#state.retain(sell.slot);
    this.#sink.opened(live, record.figures());
  }

  #close(key: number, live: LivePair): void {
    this.#live.delete(key);
    for (const { slot } of live.legs) this.#state.release(slot);
    this.#sink.closed(live, closeReasonOf(live, this.#state));
  }

  #findBestBid(group: number): void {
    const { net } = this.#state;
    const end = this.#table.groupStart[group + 1] as number;
    let found = this.#table.groupStart[group] as number;
    let best = net[found * 2] as number;
    for (let slot = found + 1; slot < end; slot += 1) {
      const bid = net[slot * 2] as number;
      if (bid > best) {
        best = bid;
        found = slot;
      }
    }
    this.#bestBid[group] = best;
    this.#bestBidSlot[group] = found;
  }

  #findBestAsk(group: number): void {
    const { net } = this.#state;
    const end = this.#table.groupStart[group + 1] as number;
    let found = this.#table.groupStart[group] as number;
    let best = net[found * 2 + 1] as number;
    for (let slot = found + 1; slot < end; slot += 1) {
      const ask = net[slot * 2 + 1] as number;
      if (ask < best) {
        best = ask;
        found = slot;
      }
    }
    this.#bestAsk[group] = best;
    this.#bestAskSlot[group] = found;
  }
}

/** A net price is the product of three floats, each within 2^-53: the error is below 1e-15. */
export const SCREEN_SLACK = 1e-12;
