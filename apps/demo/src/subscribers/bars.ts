import {
  addDecimals,
  formatDecimal,
  parseDecimal,
  type Bar,
  type Decimal,
  type DecimalText,
  type InstrumentId,
  type Trade,
} from '@tradewind/core-types';
import { nsAt } from '../feed.ts';
import type { Reactor } from '../timeline/reaction-ledger.ts';
import { BarBuilder } from './bar-builder.ts';
import { microsOf, type Desk } from './desk.ts';

/** What has traded in one instrument. */
export interface Tape {
  readonly instrumentId: InstrumentId;
  readonly trades: number;
  /** In the unit of sizes; trades without a size are not in it. */
  readonly volume: DecimalText;
  readonly lastPrice: DecimalText;
}

interface OpenTape {
  readonly builders: readonly BarBuilder[];
  trades: number;
  volume: Decimal;
  lastPrice: DecimalText;
}

/** Makes one-second and one-minute bars of every instrument's trades, and publishes them. */
export class Bars {
  readonly #desk: Desk;
  readonly #reactor: Reactor;
  readonly #tapes = new Map<InstrumentId, OpenTape>();

  constructor(desk: Desk) {
    this.#desk = desk;
    this.#reactor = desk.ledger.reactor({
      name: 'bars',
      delayMicros: (event) => (event.type === 'trade' ? DELAY_MICROS : undefined),
    });
    const count = desk.deliveries.open({ subscriber: 'bars', kinds: ['trade'], conflating: false });
    desk.bus.subscribe('data.trades.+.+', (trade, meta) => {
      count(trade, meta);
      this.#onTrade(trade);
    });
  }

  /** By instrument, in alphabetical order. */
  tapes(): readonly Tape[] {
    return [...this.#tapes]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([instrumentId, { trades, volume, lastPrice }]) => ({
        instrumentId,
        trades,
        volume: formatDecimal(volume),
        lastPrice,
      }));
  }

  /** Periods that had begun when the market stopped: their bars were never closed, and not published. */
  openBars(): number {
    let open = 0;
    for (const { builders } of this.#tapes.values()) for (const builder of builders) if (builder.hasOpenBar) open += 1;
    return open;
  }

  #onTrade(trade: Trade): void {
    const due = microsOf(this.#desk, trade.tsInitNs) + DELAY_MICROS;
    const tape = this.#tapeOf(trade);
    tape.trades += 1;
    tape.lastPrice = trade.price;
    if (trade.size !== null) tape.volume = addDecimals(tape.volume, trade.size);
    for (const builder of tape.builders) {
      const bar = builder.add(trade, nsAt(this.#desk.startNs, due));
      if (bar === undefined) continue;
      this.#desk.schedule(due, bar, bar.barType);
      if (builder.aggregation === 'MINUTE') this.#desk.log.add({ atMicros: due, kind: 'market', text: describe(bar) });
    }
    this.#reactor.settle(due);
  }

  #tapeOf(trade: Trade): OpenTape {
    const { instrumentId } = trade;
    let tape = this.#tapes.get(instrumentId);
    if (tape === undefined) {
      const builders = AGGREGATIONS.map((aggregation) => new BarBuilder({ instrumentId, aggregation }));
      tape = { builders, trades: 0, volume: ZERO, lastPrice: trade.price };
      this.#tapes.set(instrumentId, tape);
    }
    return tape;
  }
}

function describe({ instrumentId, open, high, low, close, volume }: Bar): string {
  return `minute of ${instrumentId}: open ${open}, high ${high}, low ${low}, close ${close}, volume ${volume}`;
}

/** From the trade that closes a bar to the bar: what the handlers may take before virtual time waits for them. */
const DELAY_MICROS = 20_000;
const AGGREGATIONS = ['SECOND', 'MINUTE'] as const;
const ZERO = parseDecimal('0');
