import { ValidationError, showValue, type ValidationIssue } from '../vocabulary/errors.ts';
import { NAME_LIMITS, parseInstrumentId, type InstrumentId } from './instrument-id.ts';

/**
 * Which bars of which instrument, in NautilusTrader's spelling: `BTCUSDT.BINANCE-1-MINUTE-LAST-EXTERNAL`.
 *
 * Instrument, step, aggregation, price type and source, joined by dashes. Symbols hold dashes too, so it is read from the right.
 * NautilusTrader's composite bar types (with an `@`) are not part of it.
 */
export type BarType = string & { readonly __tradewindBarType: true };

/** What closes a bar: time, or a number of ticks, a traded volume, a traded value, or their imbalance or runs; or a price move. */
export const BAR_AGGREGATIONS = [
  'TICK',
  'TICK_IMBALANCE',
  'TICK_RUNS',
  'VOLUME',
  'VOLUME_IMBALANCE',
  'VOLUME_RUNS',
  'VALUE',
  'VALUE_IMBALANCE',
  'VALUE_RUNS',
  'MILLISECOND',
  'SECOND',
  'MINUTE',
  'HOUR',
  'DAY',
  'WEEK',
  'MONTH',
  'YEAR',
  'RENKO',
] as const;
export type BarAggregation = (typeof BAR_AGGREGATIONS)[number];

/** Which price a bar is made of. */
export const PRICE_TYPES = ['BID', 'ASK', 'MID', 'LAST', 'MARK'] as const;
export type PriceType = (typeof PRICE_TYPES)[number];

/** Who made the bars: a venue (`EXTERNAL`), or this system from ticks (`INTERNAL`). */
export const AGGREGATION_SOURCES = ['EXTERNAL', 'INTERNAL'] as const;
export type AggregationSource = (typeof AGGREGATION_SOURCES)[number];

/** The parts of a {@link BarType}. */
export interface BarTypeParts {
  readonly instrumentId: InstrumentId;
  /** How many units of the aggregation a bar holds: an integer from 1 to 999,999,999. */
  readonly step: number;
  readonly aggregation: BarAggregation;
  readonly priceType: PriceType;
  readonly source: AggregationSource;
}

/**
 * Checks the text form of a bar type.
 *
 * @throws ValidationError `INVALID_BAR_TYPE`, with all parts that are wrong among its `issues`; `cause` is the error of the instrument.
 */
export function parseBarType(input: unknown): BarType {
  return formatBarType(partsOf(input));
}

/**
 * The parts of a bar type.
 *
 * @throws ValidationError `INVALID_BAR_TYPE` when a plain string was cast and is none.
 */
export function splitBarType(barType: BarType): BarTypeParts {
  return partsOf(barType);
}

/**
 * Joins the parts of a bar type.
 *
 * @throws ValidationError `INVALID_BAR_TYPE`
 */
export function formatBarType(parts: BarTypeParts): BarType {
  const { instrumentId, step, aggregation, priceType, source } = parts;
  const text = `${instrumentId}-${step}-${aggregation}-${priceType}-${source}`;
  partsOf(text);
  return text as BarType;
}

function partsOf(input: unknown): BarTypeParts {
  const match = typeof input === 'string' && input.length <= MAX_CHARACTERS ? SHAPE.exec(input) : null;
  if (match === null) {
    throw invalid([{ path: '', expected: 'SYMBOL.VENUE-STEP-AGGREGATION-PRICE-SOURCE', received: showValue(input) }]);
  }
  const [, instrument, step, ...words] = match;
  const issues: ValidationIssue[] = [];
  if (!STEP.test(step ?? ''))
    issues.push({ path: 'step', expected: 'an integer from 1 to 999999999', received: showValue(step) });
  const aggregation = member('aggregation', BAR_AGGREGATIONS, words[0], issues);
  const priceType = member('priceType', PRICE_TYPES, words[1], issues);
  const source = member('source', AGGREGATION_SOURCES, words[2], issues);
  try {
    const instrumentId = parseInstrumentId(instrument);
    if (aggregation !== undefined && priceType !== undefined && source !== undefined && issues.length === 0) {
      return { instrumentId, step: Number(step), aggregation, priceType, source };
    }
  } catch (error) {
    issues.unshift({ path: 'instrumentId', expected: 'SYMBOL.VENUE', received: showValue(instrument) });
    throw invalid(issues, error);
  }
  throw invalid(issues);
}

function member<T extends string>(
  path: string,
  members: readonly T[],
  word: string | undefined,
  issues: ValidationIssue[],
): T | undefined {
  const found = members.find((candidate) => candidate === word);
  if (found === undefined) issues.push({ path, expected: `one of ${members.join(', ')}`, received: showValue(word) });
  return found;
}

function invalid(issues: readonly ValidationIssue[], cause?: unknown): ValidationError {
  const [first = { path: '', expected: 'a bar type', received: 'something else' }] = issues;
  return new ValidationError('INVALID_BAR_TYPE', {
    ...first,
    issues,
    cause,
    hint: 'Write it as BTCUSDT.BINANCE-1-MINUTE-LAST-EXTERNAL.',
  });
}

/** The instrument takes what the four last parts leave: its symbol may hold dashes. */
const SHAPE = /^(.*)-([^-]*)-([^-]*)-([^-]*)-([^-]*)$/s;
const STEP = /^[1-9]\d{0,8}$/;
const MAX_CHARACTERS = NAME_LIMITS.maxSymbolCharacters + NAME_LIMITS.maxVenueCharacters + 64;
