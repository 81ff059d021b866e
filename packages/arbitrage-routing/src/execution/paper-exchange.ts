import {
  formatInstrumentId,
  type AccountSnapshot,
  type CancelAllOrders,
  type CancelOrder,
  type Clock,
  type DecimalText,
  type ExecutionAdapter,
  type ExecutionCapabilities,
  type ExecutionEvent,
  type OrderEvent,
  type Random,
  type StreamListener,
  type StreamSubscription,
  type SubmitOrder,
} from '@tradewind/core-types';
import { InstrumentTable, type InstrumentTerms } from '../market/instrument-table.ts';
import type { NormalizedLevel } from '../market/normalized-event.ts';
import { MILLION, ONE, PLACES, formatFixed, parseFixed } from '../money/fixed-point.ts';
import { orderFaultOf } from './order-check.ts';
import { timestampOf } from './timestamps.ts';
import { PaperAccount } from './paper-account.ts';
import { PaperVenueError } from './paper-error.ts';
import { PaperMarket, type PaperOrder } from './paper-market.ts';
import { checkPaperOptions, type PaperExchangeOptions } from './paper-options.ts';

type EventBody = OrderEvent extends infer E
  ? E extends OrderEvent
    ? Omit<E, 'tsEventNs' | 'tsInitNs' | 'sequence'>
    : never
  : never;

/**
 * A simulated venue behind the contract of real ones: it fills against the public book that it is shown, with latency, places in the queue,
 * partial fills, rejects and lost acknowledgements, and keeps an account that adds up to the last digit.
 *
 * What it does not simulate: market impact beyond what its own orders take until the next `setBook`, funding, margin.
 */
export class PaperExchange implements ExecutionAdapter {
  readonly venue: string;
  readonly account: PaperAccount = new PaperAccount();
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #options: PaperExchangeOptions;
  readonly #terms = new Map<string, InstrumentTerms>();
  readonly #markets = new Map<string, PaperMarket>();
  readonly #listeners = new Set<StreamListener<ExecutionEvent>>();
  readonly #known = new Set<string>();
  #sequence = 0;
  #trades = 0;
  #nextEventAtMs = 0;
  #isClosed = false;

  /** @throws ValidationError `INVALID_OPTIONS` for rows that cannot be used or are of another venue, and for numbers out of range. */
  constructor(options: PaperExchangeOptions) {
    checkPaperOptions(options);
    this.venue = options.venue;
    this.#options = options;
    this.#clock = options.clock;
    this.#random = options.random;
    const group = { name: 'paper', instruments: options.instruments.map(({ venue, symbol }) => `${venue}:${symbol}`) };
    for (const terms of new InstrumentTable({ instruments: options.instruments, groups: [group] }).terms) {
      this.#terms.set(formatInstrumentId(terms.row), terms);
      this.#markets.set(terms.row.symbol, new PaperMarket(terms, (order, fill) => this.#tellFill(order, fill)));
    }
  }

  /**
   * Shows it the public book of an instrument, best first or in any order.
   *
   * @throws ValidationError `INVALID_MARKET_EVENT` for a price or size that is not a decimal text from zero with at most 18 places; nothing has changed then.
   * @throws PaperVenueError `UNKNOWN_INSTRUMENT`
   */
  setBook(symbol: string, bids: readonly NormalizedLevel[], asks: readonly NormalizedLevel[]): void {
    this.#market(symbol).setBook(bids, asks);
  }

  /**
   * Shows it a public trade.
   *
   * @throws ValidationError `INVALID_MARKET_EVENT` as `setBook` does.
   * @throws PaperVenueError `UNKNOWN_INSTRUMENT`
   */
  trade(symbol: string, price: string, size: string): void {
    this.#market(symbol).trade(price, size);
  }

  capabilities(): ExecutionCapabilities {
    return {
      orderTypes: ['LIMIT', 'MARKET'],
      timesInForce: ['GTC', 'IOC', 'FOK'],
      triggerTypes: [],
      postOnly: false,
      reduceOnly: false,
      replace: 'none',
      positions: false,
    };
  }

  connect(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.#isClosed = true;
    return Promise.resolve();
  }

  async submit(command: SubmitOrder): Promise<void> {
    const terms = this.#terms.get(command.instrumentId);
    if (this.#isClosed) throw this.#error('CLOSED', 'The exchange was closed: make a new one.');
    if (terms === undefined)
      throw this.#error('UNKNOWN_INSTRUMENT', `Expected one of ${[...this.#terms.keys()].join(', ')}.`);
    if (this.#known.has(command.clientOrderId))
      throw this.#error('DUPLICATE_ORDER', `${command.clientOrderId} was used before.`);
    const order = this.#read(command, terms);
    this.#known.add(command.clientOrderId);
    this.#tell({ type: 'order_submitted', ...this.#header(order) }, { isImmediate: true });
    await this.#travel();
    this.#arrive(order, command.timeInForce);
    await this.#acknowledge();
  }

  async cancel(command: CancelOrder): Promise<void> {
    if (!this.#known.has(command.clientOrderId))
      throw this.#error('UNKNOWN_ORDER', `${command.clientOrderId} was never sent.`);
    await this.#travel();
    const isRemoved = [...this.#markets.values()].some((market) => market.remove(command.clientOrderId));
    const { strategyId, instrumentId, clientOrderId } = command;
    const header = { strategyId, instrumentId, clientOrderId };
    if (isRemoved) this.#tell({ type: 'order_canceled', ...header });
    else this.#tell({ type: 'order_cancel_rejected', ...header, reason: 'the order does not rest' });
    await this.#acknowledge();
  }

  replace(): Promise<void> {
    return Promise.reject(this.#error('NOT_SUPPORTED', 'Cancel the order and submit another one.'));
  }

  async cancelAll({ strategyId, instrumentId, side }: CancelAllOrders): Promise<void> {
    await this.#travel();
    for (const market of this.#markets.values()) {
      for (const order of market.resting()) {
        if (order.strategyId !== strategyId || (side ?? order.side) !== order.side) continue;
        if (instrumentId !== undefined && instrumentId !== formatInstrumentId(order.terms.row)) continue;
        market.remove(order.clientOrderId);
        this.#tell({ type: 'order_canceled', ...this.#header(order) });
      }
    }
    await this.#acknowledge();
  }

  async snapshot(): Promise<AccountSnapshot> {
    const tsInitNs = this.#nowNs();
    const zero = '0' as DecimalText;
    const balances = this.account.currencies().map((currency) => {
      const total = this.account.balance(currency);
      return { currency, total, free: total, locked: zero };
    });
    const openOrders = [...this.#markets.values()].flatMap((market) =>
      [...market.resting()].map((order) => this.#describe(order)),
    );
    const header = { tsEventNs: tsInitNs, tsInitNs, sequence: this.#sequence };
    const shown = { type: 'account_snapshot', accountId: 'paper', venue: this.venue, positions: [] } as const;
    return Promise.resolve({ ...header, ...shown, balances, openOrders });
  }

  events(listener: StreamListener<ExecutionEvent>): StreamSubscription {
    this.#listeners.add(listener);
    const unsubscribe = (): void => void this.#listeners.delete(listener);
    return { state: 'live', unsubscribe, [Symbol.dispose]: unsubscribe };
  }

  /** Checks an order as the adapter contract asks: a value beside the grid is refused before anything is sent. */
  #read(command: SubmitOrder, terms: InstrumentTerms): PaperOrder {
    if (command.orderType !== 'LIMIT' && command.orderType !== 'MARKET') {
      throw this.#error('NOT_SUPPORTED', `Expected LIMIT or MARKET, received ${command.orderType}.`);
    }
    const limit = command.price === undefined ? undefined : parseFixed(command.price);
    const size = parseFixed(command.quantity) ?? 0n;
    const quantity = (size * terms.contract) / ONE;
    // Without a limit it would be filled at any price: only a MARKET order may be, and only if it names no price.
    const isPriced = command.orderType === 'LIMIT' ? limit !== undefined : command.price === undefined;
    const fault = isPriced ? orderFaultOf(terms, { price: limit, quantity }) : PRICE_FAULTS[command.orderType];
    if (fault !== undefined) {
      throw this.#error(
        'VENUE_REFUSED',
        `${fault}: ${command.orderType} ${command.quantity} at ${command.price ?? 'no price'} of ${terms.key}.`,
      );
    }
    const { clientOrderId, strategyId, side } = command;
    const venueOrderId = `paper-${this.venue}-${this.#known.size + 1}`;
    return { clientOrderId, strategyId, side, venueOrderId, terms, limit, quantity, filled: 0n, queueAhead: 0n };
  }

  #arrive(order: PaperOrder, timeInForce: string): void {
    const market = this.#market(order.terms.row.symbol);
    if (this.#chance(this.#options.rejectProbability)) {
      this.#tell({ type: 'order_rejected', ...this.#header(order), reason: 'rejected by chance, as configured' });
      return;
    }
    this.#tell({ type: 'order_accepted', ...this.#header(order) });
    if (this.#chance(this.#options.snatchProbability))
      market.snatch(order, BigInt(Math.floor(this.#random.next() * 1e6)));
    const isWhole = market.available(order) >= order.quantity;
    if (timeInForce !== 'FOK' || isWhole) market.take(order, { isMaker: false });
    if (order.filled === order.quantity) return;
    if (timeInForce === 'GTC' && order.limit !== undefined) market.rest(order);
    else this.#tell({ type: 'order_canceled', ...this.#header(order), reason: 'the rest was not filled at once' });
  }

  #tellFill(
    order: PaperOrder,
    fill: { readonly price: bigint; readonly quantity: bigint; readonly isMaker: boolean },
  ): void {
    const { base, quote } = order.terms.row;
    const takerFee = order.terms.buyFactor - MILLION;
    const feePpm = fill.isMaker ? BigInt(this.#options.makerFeePpm ?? 0) : takerFee;
    const commission = this.account.book({
      base,
      quote,
      side: order.side,
      price: fill.price,
      quantity: fill.quantity,
      feePpm,
    });
    this.#trades += 1;
    this.#tell({
      type: 'order_filled',
      ...this.#header(order),
      tradeId: `${this.venue}-${this.#trades}`,
      side: order.side,
      lastPrice: formatFixed(fill.price, PLACES) as DecimalText,
      lastQuantity: this.#sizeOf(order, fill.quantity),
      cumulativeQuantity: this.#sizeOf(order, order.filled),
      leavesQuantity: this.#sizeOf(order, order.quantity - order.filled),
      liquiditySide: fill.isMaker ? 'MAKER' : 'TAKER',
      commission,
      commissionCurrency: quote,
    });
  }

  #describe(order: PaperOrder) {
    const { clientOrderId, strategyId, venueOrderId, side } = order;
    const status = order.filled === 0n ? ('ACCEPTED' as const) : ('PARTIALLY_FILLED' as const);
    const price = formatFixed(order.limit ?? 0n, PLACES) as DecimalText;
    const terms = {
      side,
      orderType: 'LIMIT',
      timeInForce: 'GTC',
      price,
      quantity: this.#sizeOf(order, order.quantity),
    } as const;
    const progress = {
      status,
      filledQuantity: this.#sizeOf(order, order.filled),
      averagePrice: null,
      tsAcceptedNs: null,
    };
    return {
      ...terms,
      ...progress,
      clientOrderId,
      strategyId,
      venueOrderId,
      instrumentId: formatInstrumentId(order.terms.row),
    };
  }

  #header({ strategyId, clientOrderId, venueOrderId, terms }: PaperOrder) {
    return { strategyId, clientOrderId, venueOrderId, instrumentId: formatInstrumentId(terms.row) };
  }

  /** Of the venue: contracts where the instrument counts them. */
  #sizeOf({ terms }: PaperOrder, quantity: bigint): DecimalText {
    return formatFixed((quantity * ONE) / terms.contract, PLACES) as DecimalText;
  }

  /** Events take time too, and none overtakes another. */
  #tell(body: EventBody, { isImmediate = false } = {}): void {
    const now = this.#clock.now();
    const atMs = isImmediate ? now : Math.max(this.#nextEventAtMs, now + this.#latency());
    if (!isImmediate) this.#nextEventAtMs = atMs;
    const deliver = (): void => {
      this.#sequence += 1;
      const event = { ...body, tsEventNs: null, tsInitNs: this.#nowNs(), sequence: this.#sequence } as OrderEvent;
      for (const listener of this.#listeners) listener.onEvent(event);
    };
    if (isImmediate) deliver();
    else this.#clock.setTimer(deliver, atMs - now);
  }

  #travel(): Promise<void> {
    return new Promise((resolve) => void this.#clock.setTimer(resolve, this.#latency()));
  }

  async #acknowledge(): Promise<void> {
    const isLost = this.#chance(this.#options.lossProbability);
    await this.#travel();
    if (isLost) throw this.#error('TIMEOUT', 'The acknowledgement was lost: wait for the event.', true);
  }

  #latency(): number {
    const { min, max } = this.#options.latencyMs ?? { min: 1, max: 1 };
    return min + (max - min) * this.#random.next();
  }

  #chance(probability = 0): boolean {
    return this.#random.next() < probability;
  }

  #nowNs() {
    return timestampOf(this.#clock.now());
  }

  #market(symbol: string): PaperMarket {
    const market = this.#markets.get(symbol);
    if (market === undefined)
      throw this.#error('UNKNOWN_INSTRUMENT', `Expected one of ${[...this.#markets.keys()].join(', ')}.`);
    return market;
  }

  #error(code: PaperVenueError['code'], message: string, mayHaveBeenSent = false): PaperVenueError {
    return new PaperVenueError(code, { venue: this.venue, message, mayHaveBeenSent });
  }
}

const PRICE_FAULTS = {
  LIMIT: 'a LIMIT order needs a price, as a decimal text with at most 18 places',
  MARKET: 'a MARKET order has no price',
} as const;
