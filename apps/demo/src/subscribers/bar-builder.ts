import {
  addDecimals,
  compareDecimals,
  formatBarType,
  formatDecimal,
  parseDecimal,
  type Bar,
  type BarType,
  type Decimal,
  type DecimalText,
  type InstrumentId,
  type TimestampNs,
  type Trade,
} from '@tradewind/core-types';

/** Open, high, low, close and volume of a period that is not over yet. */
interface OpenBar {
  readonly period: bigint;
  readonly open: DecimalText;
  high: DecimalText;
  low: DecimalText;
  close: DecimalText;
  volume: Decimal;
}

/** Which bars to build. */
export interface BarBuilderOptions {
  readonly instrumentId: InstrumentId;
  readonly aggregation: 'SECOND' | 'MINUTE';
}

/**
 * Bars of one instrument from its trades, periods of the clock since 1970.
 *
 * A bar is closed by the first trade after its period: no clock is needed, so the same trades make the same bars. A period without a
 * trade has no bar. A trade without a size counts nothing into the volume.
 */
export class BarBuilder {
  readonly barType: BarType;
  readonly aggregation: 'SECOND' | 'MINUTE';
  readonly #instrumentId: InstrumentId;
  readonly #periodNs: bigint;
  #current: OpenBar | undefined;
  #closed = 0;

  constructor({ instrumentId, aggregation }: BarBuilderOptions) {
    this.#instrumentId = instrumentId;
    this.aggregation = aggregation;
    this.barType = formatBarType({ instrumentId, step: 1, aggregation, priceType: 'LAST', source: 'INTERNAL' });
    this.#periodNs = aggregation === 'SECOND' ? NS_PER_SECOND : 60n * NS_PER_SECOND;
  }

  /** Whether a period has begun and not been closed. */
  get hasOpenBar(): boolean {
    return this.#current !== undefined;
  }

  /**
   * Takes a trade into account.
   *
   * @returns The bar that it closes. `initNs` is when that bar is known.
   */
  add(trade: Trade, initNs: TimestampNs): Bar | undefined {
    const period = trade.tsInitNs / this.#periodNs;
    const bar = this.#current;
    if (bar === undefined || bar.period !== period) {
      this.#current = {
        period,
        open: trade.price,
        high: trade.price,
        low: trade.price,
        close: trade.price,
        volume: trade.size === null ? ZERO : parseDecimal(trade.size),
      };
      return bar === undefined ? undefined : this.#close(bar, initNs);
    }
    if (compareDecimals(trade.price, bar.high) > 0) bar.high = trade.price;
    if (compareDecimals(trade.price, bar.low) < 0) bar.low = trade.price;
    bar.close = trade.price;
    if (trade.size !== null) bar.volume = addDecimals(bar.volume, trade.size);
    return undefined;
  }

  #close({ period, open, high, low, close, volume }: OpenBar, initNs: TimestampNs): Bar {
    this.#closed += 1;
    return {
      type: 'bar',
      instrumentId: this.#instrumentId,
      barType: this.barType,
      tsEventNs: ((period + 1n) * this.#periodNs) as TimestampNs,
      tsInitNs: initNs,
      sequence: this.#closed - 1,
      open,
      high,
      low,
      close,
      volume: formatDecimal(volume),
    };
  }
}

const NS_PER_SECOND = 1_000_000_000n;
const ZERO = parseDecimal('0');
