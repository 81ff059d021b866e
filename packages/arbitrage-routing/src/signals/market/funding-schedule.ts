import { ValidationError, showValue } from '@tradewind/core-types';
import type { InstrumentTerms } from '../../market/instrument-table.ts';
import type { NormalizedFunding } from '../../market/normalized-event.ts';
import type { Rejection } from '../../market/rejections.ts';
import { ONE, parseFixed } from '../../money/fixed-point.ts';
import { readTimeNs } from '../../market/read-time.ts';

/** What a perpetual contract pays, and when: the last rate, the next payment, and the time between two. */
export interface FundingTerms {
  /** A fraction of notional for one payment, in 1e-18; negative: who is short pays. */
  readonly rate: bigint;
  readonly nextNs: bigint;
  readonly intervalNs: bigint;
  /** The venue named the rate for the payment at `nextNs`; else it is the rate of the one before. */
  readonly isAnnounced: boolean;
}

/**
 * The funding of one instrument, as its venue tells it.
 *
 * Venues pay hourly, every eight hours, or by the clock of another time zone, and now and then skip: so the interval is what the event says,
 * else what the instrument's row says, else what lay between the last two payments, to the minute, if that was an hour to a day.
 */
export class FundingSchedule {
  readonly #rowMinutes: number | undefined;
  #observedMinutes: number | undefined;
  #lastPaymentNs: bigint | undefined;
  #terms: FundingTerms | undefined;

  /** @throws ValidationError `INVALID_OPTIONS` */
  constructor({ row, key }: InstrumentTerms) {
    const minutes = row.fundingIntervalMinutes;
    if (minutes !== undefined && !isMinutes(minutes)) {
      throw new ValidationError('INVALID_OPTIONS', {
        path: `${key}.fundingIntervalMinutes`,
        expected: `an integer from 1 to ${MAX_MINUTES}`,
        received: showValue(minutes),
        hint: 'Give the whole minutes between two payments: 480 for eight hours.',
      });
    }
    this.#rowMinutes = minutes;
  }

  /** Takes a rate in; returns why not when it cannot be trusted: then what was known is forgotten, unless it only came too late. */
  take(event: NormalizedFunding, receivedNs: bigint): Rejection | undefined {
    const rate = parseFixed(event.rate);
    const announced = event.nextFundingNs === undefined ? undefined : readTimeNs(event.nextFundingNs);
    const settled = (event.tsEvent ?? undefined) === undefined ? receivedNs : readTimeNs(event.tsEvent);
    const minutes = event.intervalMinutes;
    const isReadable =
      rate !== undefined &&
      settled !== undefined &&
      (announced !== undefined || event.nextFundingNs === undefined) &&
      (minutes === undefined || isMinutes(minutes));
    if (!isReadable) return this.#forget('MALFORMED');
    if (rate >= ONE || rate <= -ONE) return this.#forget('ABSURD');
    const paymentNs = announced ?? settled;
    const before = this.#lastPaymentNs;
    if (before !== undefined && paymentNs < before) return 'BAD_TIME';
    if (before !== undefined) this.#observe(paymentNs - before);
    this.#lastPaymentNs = paymentNs;
    const known = minutes ?? this.#rowMinutes ?? this.#observedMinutes;
    const intervalNs = BigInt(known ?? 0) * NS_PER_MINUTE;
    const [nextNs, isAnnounced] = [announced ?? settled + intervalNs, announced !== undefined];
    this.#terms = known === undefined ? undefined : { rate, nextNs, intervalNs, isAnnounced };
    return undefined;
  }

  forget(): void {
    this.#terms = undefined;
    this.#lastPaymentNs = undefined;
    this.#observedMinutes = undefined;
  }

  /** What holds at a moment; undefined when nothing is known, or a whole interval went by after the payment that was known to be next. */
  termsAt(atNs: bigint): FundingTerms | undefined {
    const terms = this.#terms;
    return terms === undefined || atNs > terms.nextNs + terms.intervalNs ? undefined : terms;
  }

  #observe(spacingNs: bigint): void {
    const minutes = Number((spacingNs + NS_PER_MINUTE / 2n) / NS_PER_MINUTE);
    if (minutes >= SHORTEST_MINUTES && minutes <= LONGEST_MINUTES) this.#observedMinutes = minutes;
  }

  #forget(reason: Rejection): Rejection {
    this.forget();
    return reason;
  }
}

/** How many payments fall into the time after `fromNs`, up to and with `untilNs`. */
export function paymentsWithin({ nextNs, intervalNs }: FundingTerms, fromNs: bigint, untilNs: bigint): bigint {
  return countUntil(untilNs) - countUntil(fromNs);

  function countUntil(atNs: bigint): bigint {
    return atNs < nextNs ? 0n : (atNs - nextNs) / intervalNs + 1n;
  }
}

/** The first payment after a moment. */
export function nextPaymentNs({ nextNs, intervalNs }: FundingTerms, afterNs: bigint): bigint {
  return afterNs < nextNs ? nextNs : nextNs + ((afterNs - nextNs) / intervalNs + 1n) * intervalNs;
}

function isMinutes(minutes: unknown): boolean {
  return typeof minutes === 'number' && Number.isInteger(minutes) && minutes >= 1 && minutes <= MAX_MINUTES;
}

const NS_PER_MINUTE = 60_000_000_000n;
const SHORTEST_MINUTES = 60;
const LONGEST_MINUTES = 1440;
const MAX_MINUTES = 525_600;
