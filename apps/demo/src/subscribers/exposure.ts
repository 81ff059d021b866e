import {
  addDecimals,
  multiplyDecimals,
  parseDecimal,
  subtractDecimals,
  type Decimal,
  type DecimalText,
  type OrderFilled,
  type OrderSide,
  type SubmitOrder,
} from '@tradewind/core-types';

/** What the desk holds, and has ordered, of one asset against one currency. */
interface AssetExposure {
  readonly quote: string;
  /** Positive is long. */
  held: Decimal;
  /** Orders let pass and not yet ended, as if they were filled. */
  ordered: Decimal;
  /** The price of the last order or fill: what exposure is valued at. */
  price: Decimal;
}

interface OpenOrder {
  readonly asset: string;
  readonly side: OrderSide;
  leaves: Decimal;
}

/**
 * What the desk could lose, by asset over all venues: what it holds and what is on its way, counted as filled.
 *
 * Exact: quantities and values are decimals.
 */
export class Exposure {
  readonly #assets = new Map<string, AssetExposure>();
  readonly #open = new Map<string, OpenOrder>();

  get openOrders(): number {
    return this.#open.size;
  }

  /** The value of an asset's exposure if this order were filled, at its price; never negative. */
  valueWith(asset: string, order: SubmitOrder, price: DecimalText): Decimal {
    const exposure = this.#assets.get(asset);
    const before = exposure === undefined ? ZERO : addDecimals(exposure.held, exposure.ordered);
    return valueOf(addSigned(before, order.side, order.quantity), parseDecimal(price));
  }

  /** The sum of the values of all assets of a currency but one. */
  grossWithout(asset: string, quote: string): Decimal {
    let gross = ZERO;
    for (const [name, exposure] of this.#assets) {
      if (name === asset || exposure.quote !== quote) continue;
      gross = addDecimals(gross, valueOf(addDecimals(exposure.held, exposure.ordered), exposure.price));
    }
    return gross;
  }

  /** An order was let pass. */
  add(asset: string, quote: string, order: SubmitOrder, price: DecimalText): void {
    const exposure = this.#exposureOf(asset, quote);
    exposure.ordered = addSigned(exposure.ordered, order.side, order.quantity);
    exposure.price = parseDecimal(price);
    this.#open.set(order.clientOrderId, { asset, side: order.side, leaves: parseDecimal(order.quantity) });
  }

  /** Part of an order became a position. */
  fill(fill: OrderFilled): void {
    const order = this.#open.get(fill.clientOrderId);
    const exposure = order === undefined ? undefined : this.#assets.get(order.asset);
    if (order === undefined || exposure === undefined) return;
    exposure.ordered = addSigned(exposure.ordered, opposite(fill.side), fill.lastQuantity);
    exposure.held = addSigned(exposure.held, fill.side, fill.lastQuantity);
    exposure.price = parseDecimal(fill.lastPrice);
    order.leaves = subtractDecimals(order.leaves, parseDecimal(fill.lastQuantity));
    if (fill.leavesQuantity === '0') this.#open.delete(fill.clientOrderId);
  }

  /** An order has ended: what of it did not trade is off the account. */
  end(clientOrderId: string): void {
    const order = this.#open.get(clientOrderId);
    const exposure = order === undefined ? undefined : this.#assets.get(order.asset);
    if (order === undefined || exposure === undefined) return;
    exposure.ordered =
      order.side === 'BUY'
        ? subtractDecimals(exposure.ordered, order.leaves)
        : addDecimals(exposure.ordered, order.leaves);
    this.#open.delete(clientOrderId);
  }

  #exposureOf(asset: string, quote: string): AssetExposure {
    let exposure = this.#assets.get(asset);
    if (exposure === undefined) {
      exposure = { quote, held: ZERO, ordered: ZERO, price: ZERO };
      this.#assets.set(asset, exposure);
    }
    return exposure;
  }
}

function addSigned(before: Decimal, side: OrderSide, quantity: DecimalText): Decimal {
  const change = parseDecimal(quantity);
  return side === 'BUY' ? addDecimals(before, change) : subtractDecimals(before, change);
}

function opposite(side: OrderSide): OrderSide {
  return side === 'BUY' ? 'SELL' : 'BUY';
}

function valueOf(quantity: Decimal, price: Decimal): Decimal {
  const value = multiplyDecimals(quantity, price);
  return value.mantissa < 0n ? { mantissa: -value.mantissa, scale: value.scale } : value;
}

const ZERO = parseDecimal('0');
