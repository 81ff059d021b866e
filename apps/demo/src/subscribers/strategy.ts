import {
  compareDecimals,
  divideDecimals,
  formatDecimal,
  roundToMultiple,
  type Bar,
  type DecimalText,
  type InstrumentId,
  type SubmitOrder,
} from '@tradewind/core-types';
import { nsAt, type Listing } from '../feed.ts';
import type { Reactor } from '../timeline/reaction-ledger.ts';
import { LIMITS } from './desk-limits.ts';
import { microsOf, type Desk } from './desk.ts';

/** What the strategy keeps about one instrument. Signals may be floats: no money is computed from them. */
interface InstrumentView {
  mean: number;
  /** Of the distance between close and mean, as a fraction. */
  usualDistance: number;
  bars: number;
  /** Orders sent, buys counted up and sells down. */
  clips: number;
  orders: number;
}

/** What the strategy has done. */
export interface StrategyCounts {
  readonly bars: number;
  readonly orders: number;
}

/**
 * Buys what has fallen unusually far below its own average of one-second closes and sells what has risen above it.
 *
 * It is slow: it thinks for {@link THINK_MS} milliseconds of market time about each bar, asynchronously, and holds a worker while it
 * does. What it decides depends on the bars of the one instrument alone, so it does not matter which instrument is thought about
 * first. It is there to keep the bus busy, not to earn money.
 */
export class Strategy {
  readonly #desk: Desk;
  readonly #reactor: Reactor;
  readonly #thinkMs: number;
  readonly #views = new Map<InstrumentId, InstrumentView>();
  #bars = 0;
  #orders = 0;

  /** @param speed - Market seconds per real second: thinking goes as fast as the market. */
  constructor(desk: Desk, speed: number) {
    this.#desk = desk;
    this.#thinkMs = Math.min(THINK_MS / speed, LONGEST_THOUGHT_MS);
    this.#reactor = desk.ledger.reactor({
      name: 'strategy',
      delayMicros: (event) => (event.type === 'bar' ? DELAY_MICROS : undefined),
    });
    const count = desk.deliveries.open({ subscriber: 'strategy', kinds: ['bar'], conflating: false });
    desk.bus.subscribe('data.bars.*', async (bar, meta) => {
      count(bar, meta);
      await this.#onBar(bar);
    });
  }

  get counts(): StrategyCounts {
    return { bars: this.#bars, orders: this.#orders };
  }

  async #onBar(bar: Bar): Promise<void> {
    const due = microsOf(this.#desk, bar.tsInitNs) + DELAY_MICROS;
    try {
      await this.#think();
      const order = this.#decide(bar, due);
      if (order !== undefined)
        this.#desk.schedule(due, { type: 'order_command', step: 'check', order }, order.clientOrderId);
    } finally {
      this.#reactor.settle(due);
    }
  }

  #think(): Promise<void> {
    const { clock } = this.#desk;
    return new Promise((resolve) => {
      if (this.#thinkMs < 1) clock.nextTurn(resolve);
      else clock.setTimer(resolve, this.#thinkMs);
    });
  }

  #decide(bar: Bar, due: number): SubmitOrder | undefined {
    this.#bars += 1;
    const listing = this.#desk.listings.get(bar.instrumentId);
    if (listing === undefined || !isTraded(listing) || !bar.barType.includes(ONE_SECOND)) return undefined;
    const view = this.#viewOf(bar);
    const distance = Number(bar.close) / view.mean - 1;
    const isWarm = view.bars >= WARM_UP_BARS;
    const isUnusual = Math.abs(distance) > UNUSUAL * view.usualDistance;
    view.bars += 1;
    view.mean += SMOOTHING * (Number(bar.close) - view.mean);
    view.usualDistance += SMOOTHING * (Math.abs(distance) - view.usualDistance);
    if (!isWarm || !isUnusual) return undefined;
    const side = distance < 0 ? 'BUY' : 'SELL';
    const clips = view.clips + (side === 'BUY' ? 1 : -1);
    const quantity = quantityOf(listing, bar.close);
    if (Math.abs(clips) > MAX_CLIPS || quantity === undefined) return undefined;
    view.clips = clips;
    view.orders += 1;
    this.#orders += 1;
    return {
      type: 'submit_order',
      strategyId: STRATEGY_ID,
      instrumentId: bar.instrumentId,
      clientOrderId: `${bar.instrumentId}#${view.orders}`,
      tsInitNs: nsAt(this.#desk.startNs, due),
      side,
      orderType: 'LIMIT',
      // A price that has traded in this bar: it lies on the venue's grid without our knowing the grid.
      price: side === 'BUY' ? bar.high : bar.low,
      quantity,
      timeInForce: 'IOC',
    };
  }

  #viewOf(bar: Bar): InstrumentView {
    let view = this.#views.get(bar.instrumentId);
    if (view === undefined) {
      view = { mean: Number(bar.close), usualDistance: 0, bars: 0, clips: 0, orders: 0 };
      this.#views.set(bar.instrumentId, view);
    }
    return view;
  }
}

/** Contracts are left alone: what one is worth is not in a recording. */
function isTraded({ kind, quote }: Listing): boolean {
  return (kind === 'spot' || kind === 'equity') && LIMITS.has(quote);
}

/** The desk's usual value of an order at this price, in whole lots where the lot is known; undefined when that is nothing. */
function quantityOf({ quote, lotSize }: Listing, price: DecimalText): DecimalText | undefined {
  const clip = LIMITS.get(quote)?.clip;
  if (clip === undefined || compareDecimals(price, ZERO) <= 0) return undefined;
  const exact = divideDecimals(clip, price, { scale: 8, rounding: 'down' });
  const quantity = lotSize === undefined ? exact : roundToMultiple(exact, { step: lotSize, rounding: 'down' });
  return quantity.mantissa === 0n ? undefined : formatDecimal(quantity);
}

const STRATEGY_ID = 'reversion';
/** How long it thinks about a bar, in milliseconds of market time. */
const THINK_MS = 20;
/** In real milliseconds: in slow motion it does not think for seconds. */
const LONGEST_THOUGHT_MS = 100;
/** From a bar to the order that it leads to: what thinking may take before virtual time waits for it. */
const DELAY_MICROS = 250_000;
const ONE_SECOND = '-1-SECOND-';
const WARM_UP_BARS = 3;
const SMOOTHING = 0.2;
const UNUSUAL = 1.6;
const MAX_CLIPS = 3;
const ZERO = '0' as DecimalText;
