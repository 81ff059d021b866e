import * as z from 'zod';
import type { DecimalText } from './decimal.ts';
import { marketEventHeader, type MarketEventHeader } from './event-header.ts';
import { decimal, identifier, oneOf, positive, quantity, tag, timestamp } from './fields.ts';
import type { TimestampNs } from './nanoseconds.ts';
import { parseWith, withRules, type Rule } from './schema.ts';

/** What is traded: currency or tokens, a perpetual or dated contract, an option, a share. */
export const INSTRUMENT_KINDS = ['spot', 'perp', 'future', 'option', 'equity'] as const;
export type InstrumentKind = (typeof INSTRUMENT_KINDS)[number];

/**
 * How a contract pays. `linear`: in the quote currency (or one pegged to it), profit proportional to the price. `inverse`: in the base
 * currency, profit proportional to one over the price. `quanto`: in a third currency, at a fixed rate.
 */
export const CONTRACT_TYPES = ['linear', 'inverse', 'quanto'] as const;
export type ContractType = (typeof CONTRACT_TYPES)[number];

/** What an option gives the right to: `CALL` to buy, `PUT` to sell. */
export const OPTION_KINDS = ['CALL', 'PUT'] as const;
export type OptionKind = (typeof OPTION_KINDS)[number];

/**
 * What a venue says about an instrument. A later one replaces an earlier one of the same `instrumentId`.
 *
 * Currencies are in canonical spelling (`BTC`, not a venue's `XBT`); the symbol in `instrumentId` is the venue's own.
 */
export interface Instrument extends MarketEventHeader {
  readonly type: 'instrument';
  readonly kind: InstrumentKind;
  readonly base: string;
  /** The currency of prices. */
  readonly quote: string;
  /** The currency that profit and loss are paid in. For spot and equity the quote currency. */
  readonly settlement: string;
  /** Prices are multiples of it. A venue without a fixed tick (Bitfinex rounds to five significant digits) gives its finest step. */
  readonly tickSize: DecimalText;
  /** Sizes are multiples of it: base currency, contracts or shares. */
  readonly lotSize: DecimalText;
  readonly minQuantity?: DecimalText | undefined;
  readonly maxQuantity?: DecimalText | undefined;
  /** The smallest order, in quote currency. */
  readonly minNotional?: DecimalText | undefined;
  /** Given for `perp`, `future` and `option`, and for them alone. */
  readonly contractType?: ContractType | undefined;
  /** What one contract is worth: in base currency when linear, in quote currency when inverse. Absent: sizes are in base currency. */
  readonly contractValue?: DecimalText | undefined;
  /** What a price point of one contract is worth in units of the settlement currency, where the venue defines contracts this way. */
  readonly multiplier?: DecimalText | undefined;
  /** When it stops trading for good. Given for `future` and `option`. */
  readonly expiryNs?: TimestampNs | undefined;
  /** Given for `option`, in quote currency. */
  readonly strike?: DecimalText | undefined;
  /** Given for `option`. */
  readonly optionKind?: OptionKind | undefined;
  /** The fee of who provides liquidity, as a fraction of the value: `'0.0016'` is 16 basis points; negative is a rebate. */
  readonly makerFee?: DecimalText | undefined;
  /** The fee of who takes liquidity, in the same form. */
  readonly takerFee?: DecimalText | undefined;
}

/**
 * Reads an instrument from unknown input, such as parsed JSON. Unknown keys are ignored, so that a newer writer can be read.
 *
 * @returns A new object that shares nothing with the input.
 * @throws ValidationError `INVALID_INSTRUMENT`, with all problems among its `issues`.
 */
export function parseInstrument(input: unknown): Instrument {
  return parseWith(instrumentSchema, input, {
    code: 'INVALID_INSTRUMENT',
    hint: "Take tick, lot and contract from the venue's own instrument list.",
  });
}

/** A field that belongs to some kinds: required there, and wrong anywhere else. */
const belongsTo =
  (field: keyof Instrument, kinds: readonly InstrumentKind[]): Rule<Instrument> =>
  (instrument) => {
    if (instrument.kind === undefined) return undefined;
    const given = instrument[field] !== undefined;
    const belongs = kinds.includes(instrument.kind);
    if (belongs && !given)
      return { path: field, expected: `a value, since the kind is ${instrument.kind}`, received: 'undefined' };
    if (!belongs && given) {
      return {
        path: field,
        expected: `no value, since the kind is ${instrument.kind}`,
        received: `"${String(instrument[field])}"`,
      };
    }
    return undefined;
  };

const instrumentSchema: z.ZodType<Instrument> = withRules<Instrument>(
  z.object({
    type: tag('instrument'),
    ...marketEventHeader,
    kind: oneOf(INSTRUMENT_KINDS),
    base: identifier,
    quote: identifier,
    settlement: identifier,
    tickSize: positive,
    lotSize: positive,
    minQuantity: quantity.optional(),
    maxQuantity: quantity.optional(),
    minNotional: quantity.optional(),
    contractType: oneOf(CONTRACT_TYPES).optional(),
    contractValue: positive.optional(),
    multiplier: decimal.optional(),
    expiryNs: timestamp.optional(),
    strike: decimal.optional(),
    optionKind: oneOf(OPTION_KINDS).optional(),
    makerFee: decimal.optional(),
    takerFee: decimal.optional(),
  }),
  belongsTo('contractType', ['perp', 'future', 'option']),
  belongsTo('expiryNs', ['future', 'option']),
  belongsTo('strike', ['option']),
  belongsTo('optionKind', ['option']),
);
