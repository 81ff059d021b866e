import {
  addDecimals,
  compareDecimals,
  divideDecimals,
  formatDecimal,
  multiplyDecimals,
  parseDecimal,
  subtractDecimals,
  type Decimal,
  type DecimalText,
  type InstrumentId,
  type OrderFilled,
} from '@tradewind/core-types';

/** What the desk holds of one instrument, and what that has brought. */
export interface Position {
  readonly instrumentId: InstrumentId;
  /** Positive is long. */
  readonly quantity: DecimalText;
  /** Null when flat. To eight digits. */
  readonly averagePrice: DecimalText | null;
  /** In quote currency, fees not taken off. To eight digits. */
  readonly realizedPnl: DecimalText;
  readonly fees: DecimalText;
  readonly fills: number;
}

interface OpenPosition {
  quantity: Decimal;
  /** What the position cost, signed as its quantity is: its average price is cost divided by quantity. */
  cost: Decimal;
  realized: Decimal;
  fees: Decimal;
  fills: number;
}

/**
 * Positions by instrument from fills, at average cost. Quantities, cash and costs are exact decimals; only what a part of a position
 * cost is rounded, to eight digits.
 */
export class PositionBook {
  readonly #positions = new Map<InstrumentId, OpenPosition>();

  /** By instrument, in alphabetical order. */
  list(): readonly Position[] {
    return [...this.#positions]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([instrumentId, { quantity, cost, realized, fees, fills }]) => ({
        instrumentId,
        quantity: formatDecimal(quantity),
        averagePrice: quantity.mantissa === 0n ? null : formatDecimal(divideDecimals(cost, quantity, DIVISION)),
        realizedPnl: formatDecimal(realized),
        fees: formatDecimal(fees),
        fills,
      }));
  }

  add(fill: OrderFilled): void {
    const position = this.#positionOf(fill.instrumentId);
    position.fills += 1;
    if (fill.commission !== undefined) position.fees = addDecimals(position.fees, parseDecimal(fill.commission));
    const price = parseDecimal(fill.lastPrice);
    const size = parseDecimal(fill.lastQuantity);
    const signed = fill.side === 'BUY' ? size : negated(size);
    const opposes = position.quantity.mantissa !== 0n && position.quantity.mantissa > 0n !== signed.mantissa > 0n;
    const closing = opposes ? smaller(magnitude(position.quantity), size) : ZERO;
    if (closing.mantissa > 0n) close(position, closing, price);
    const opening = subtractDecimals(size, closing);
    const signedOpening = signed.mantissa > 0n ? opening : negated(opening);
    position.quantity = addDecimals(position.quantity, signedOpening);
    position.cost = addDecimals(position.cost, multiplyDecimals(signedOpening, price));
  }

  #positionOf(instrumentId: InstrumentId): OpenPosition {
    let position = this.#positions.get(instrumentId);
    if (position === undefined) {
      position = { quantity: ZERO, cost: ZERO, realized: ZERO, fees: ZERO, fills: 0 };
      this.#positions.set(instrumentId, position);
    }
    return position;
  }
}

/** Takes so much off a position at a price: the difference to its average cost is realized. */
function close(position: OpenPosition, size: Decimal, price: Decimal): void {
  const isLong = position.quantity.mantissa > 0n;
  const costOfClosed = divideDecimals(multiplyDecimals(position.cost, size), magnitude(position.quantity), DIVISION);
  const proceeds = multiplyDecimals(isLong ? size : negated(size), price);
  position.realized = addDecimals(position.realized, subtractDecimals(proceeds, costOfClosed));
  position.cost = subtractDecimals(position.cost, costOfClosed);
  position.quantity = isLong ? subtractDecimals(position.quantity, size) : addDecimals(position.quantity, size);
}

function negated({ mantissa, scale }: Decimal): Decimal {
  return { mantissa: -mantissa, scale };
}

function magnitude(value: Decimal): Decimal {
  return value.mantissa < 0n ? negated(value) : value;
}

function smaller(a: Decimal, b: Decimal): Decimal {
  return compareDecimals(a, b) <= 0 ? a : b;
}

const ZERO = parseDecimal('0');
const DIVISION = { scale: 8, rounding: 'half-even' } as const;
