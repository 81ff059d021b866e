import {
  addDecimals,
  compareDecimals,
  multiplyDecimals,
  type OrderEvent,
  type SubmitOrder,
} from '@tradewind/core-types';
import { CHECK_TOPICS } from '../bus-policy.ts';
import { nsAt, type Listing } from '../feed.ts';
import type { Reactor } from '../timeline/reaction-ledger.ts';
import { LIMITS, MAX_ORDERS_PER_SECOND } from './desk-limits.ts';
import { microsOf, type Desk } from './desk.ts';
import { Exposure } from './exposure.ts';

/** Why an order was denied. */
const DENIALS = ['no limit', 'order too large', 'position limit', 'gross limit', 'too many orders'] as const;
export type Denial = (typeof DENIALS)[number];

/** What the risk check has decided. */
export interface RiskCounts {
  readonly passed: number;
  readonly denied: Readonly<Record<Denial, number>>;
  /** Orders let pass whose end is not known. */
  readonly openOrders: number;
}

/**
 * Looks at every order before it leaves: at most so much in one order, one asset, all assets, and so many orders a second.
 *
 * It hears of orders and fills in one stream, CRITICAL and under one ordering key, so that each decision knows of everything that
 * was known before it. Its verdicts are orders to execute, or denials that the strategy can hear.
 */
export class RiskCheck {
  readonly #desk: Desk;
  readonly #reactor: Reactor;
  readonly #exposure = new Exposure();
  readonly #passedAtMicros: number[] = [];
  readonly #denied: Record<Denial, number> = {
    'no limit': 0,
    'order too large': 0,
    'position limit': 0,
    'gross limit': 0,
    'too many orders': 0,
  };
  #passed = 0;

  constructor(desk: Desk) {
    this.#desk = desk;
    this.#reactor = desk.ledger.reactor({
      name: 'risk check',
      delayMicros: (event) => (event.type === 'order_command' && event.step === 'check' ? DELAY_MICROS : undefined),
    });
    const count = desk.deliveries.open({
      subscriber: 'risk check',
      kinds: ['order_check', 'order_execution', 'order_event'],
      conflating: false,
    });
    desk.bus.subscribe('*.order*', (event, meta) => {
      count(event, meta);
      if (event.type === 'submit_order') {
        if (meta.topic.startsWith(CHECK_TOPICS)) this.#check(event);
      } else if ('clientOrderId' in event) {
        this.#onOrderEvent(event);
      }
    });
  }

  get counts(): RiskCounts {
    return { passed: this.#passed, denied: this.#denied, openOrders: this.#exposure.openOrders };
  }

  #check(order: SubmitOrder): void {
    const desk = this.#desk;
    const nowMicros = microsOf(desk, order.tsInitNs);
    const due = nowMicros + DELAY_MICROS;
    const tsInitNs = nsAt(desk.startNs, due);
    const denial = this.#denialOf(order, nowMicros);
    const { strategyId, instrumentId, clientOrderId } = order;
    if (denial === undefined) {
      this.#passed += 1;
      desk.schedule(due, { type: 'order_command', step: 'execute', order: { ...order, tsInitNs } }, clientOrderId);
    } else {
      this.#denied[denial] += 1;
      desk.log.add({
        atMicros: due,
        kind: 'risk',
        text: `denied ${order.side} ${order.quantity} ${instrumentId}: ${denial}`,
      });
      desk.schedule(
        due,
        {
          type: 'order_denied',
          tsEventNs: tsInitNs,
          tsInitNs,
          strategyId,
          instrumentId,
          clientOrderId,
          reason: denial,
        },
        clientOrderId,
      );
    }
    this.#reactor.settle(due);
  }

  /** The first limit that an order would break; an order that breaks none is on the account from now on. */
  #denialOf(order: SubmitOrder, nowMicros: number): Denial | undefined {
    const listing = this.#desk.listings.get(order.instrumentId);
    const limits = LIMITS.get(listing?.quote ?? '');
    const { price } = order;
    if (listing === undefined || limits === undefined || price === undefined) return 'no limit';
    if (compareDecimals(multiplyDecimals(price, order.quantity), limits.maxOrder) > 0) return 'order too large';
    const asset = assetOf(listing);
    const value = this.#exposure.valueWith(asset, order, price);
    if (compareDecimals(value, limits.maxPosition) > 0) return 'position limit';
    const gross = addDecimals(this.#exposure.grossWithout(asset, listing.quote), value);
    if (compareDecimals(gross, limits.maxGross) > 0) return 'gross limit';
    if (this.#isTooOften(nowMicros)) return 'too many orders';
    this.#exposure.add(asset, listing.quote, order, price);
    return undefined;
  }

  #isTooOften(nowMicros: number): boolean {
    const passedAt = this.#passedAtMicros;
    while (passedAt.length > 0 && (passedAt[0] ?? 0) <= nowMicros - MICROS_PER_SECOND) passedAt.shift();
    if (passedAt.length >= MAX_ORDERS_PER_SECOND) return true;
    passedAt.push(nowMicros);
    return false;
  }

  #onOrderEvent(event: OrderEvent): void {
    if (event.type === 'order_filled') this.#exposure.fill(event);
    else if (ENDS.has(event.type)) this.#exposure.end(event.clientOrderId);
  }
}

/** What limits on positions add up over venues. */
function assetOf({ base, quote }: Listing): string {
  return `${base}/${quote}`;
}

const ENDS: ReadonlySet<string> = new Set(['order_canceled', 'order_expired', 'order_rejected']);
/** From an order to the verdict on it. */
const DELAY_MICROS = 2_000;
const MICROS_PER_SECOND = 1_000_000;
