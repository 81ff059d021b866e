import type { InstrumentTerms } from '../market/instrument-table.ts';
import { MAX_PRICE, MAX_SIZE } from '../market/read-levels.ts';
import { ONE, PLACES, parseFixed } from '../money/fixed-point.ts';

/** Where a decoder finds the instruments: an `ArbitrageDetector` is one. */
export interface InstrumentDirectory {
  termsOf(slot: number): InstrumentTerms | undefined;
}

/** Members of a grid in `InstrumentGrids.integers`. */
export const GRID = {
  PRICE_PLACES: 0,
  PRICE_STEP: 1,
  PRICE_LIMIT: 2,
  SIZE_PLACES: 3,
  SIZE_STEP: 4,
  SIZE_LIMIT: 5,
} as const;
/** Floats of a grid: 64 bytes. */
export const GRID_STRIDE = 8;

/**
 * In which decimal place a decimal text has to end, and of how many units of that place a tick or a lot is, for every slot.
 *
 * Read for every price and size of a message; built once.
 */
export class InstrumentGrids {
  /** By slot and `GRID`, all exact integers; a number above the limit is none of a market, or too long for this way of reading. */
  readonly integers: Float64Array;
  readonly #ticks: readonly bigint[];
  readonly #lots: readonly bigint[];

  constructor(directory: InstrumentDirectory) {
    const all = [...termsOf(directory)];
    this.#ticks = all.map(({ tick }) => tick);
    // A lot in the unit of the venue: terms count in base currency.
    this.#lots = all.map(({ lot, contract }) => (lot * ONE) / contract);
    this.integers = new Float64Array(all.length * GRID_STRIDE);
    for (let slot = 0; slot < all.length; slot += 1) {
      this.integers.set(gridOf(this.#ticks[slot] as bigint, MAX_PRICE), slot * GRID_STRIDE + GRID.PRICE_PLACES);
      this.integers.set(gridOf(this.#lots[slot] as bigint, MAX_SIZE), slot * GRID_STRIDE + GRID.SIZE_PLACES);
    }
  }

  /** A price text in ticks, exactly; undefined for what is no price, or not on the grid. */
  ticksOf(slot: number, text: unknown): number | undefined {
    const price = parseFixed(text);
    return price === undefined || price <= 0n || price > MAX_PRICE
      ? undefined
      : countOf(price, this.#ticks[slot] as bigint);
  }

  /** A size text in lots, exactly; undefined for what is no size, or not on the grid. */
  lotsOf(slot: number, text: unknown): number | undefined {
    const size = parseFixed(text);
    return size === undefined || size < 0n || size > MAX_SIZE ? undefined : countOf(size, this.#lots[slot] as bigint);
  }
}

/** Terms of all slots of a directory. */
export function* termsOf(directory: InstrumentDirectory): Generator<InstrumentTerms> {
  for (let slot = 0; ; slot += 1) {
    const terms = directory.termsOf(slot);
    if (terms === undefined) return;
    yield terms;
  }
}

function countOf(value: bigint, step: bigint): number | undefined {
  const count = value / step;
  return count * step === value && count <= MAX_COUNT ? Number(count) : undefined;
}

/** Places, step and limit for a step in units of 1e-18. */
function gridOf(step: bigint, max: bigint): readonly [places: number, step: number, limit: number] {
  let places = PLACES;
  let mantissa = step;
  while (places > 0 && mantissa % 10n === 0n) {
    mantissa /= 10n;
    places -= 1;
  }
  const limit = max / 10n ** BigInt(PLACES - places);
  return [places, Number(mantissa), Number(limit < MAX_MANTISSA ? limit : MAX_MANTISSA)];
}

const MAX_COUNT = BigInt(Number.MAX_SAFE_INTEGER);
/** Below 2^50, so that the quotient of two such integers is an integer exactly where it comes out as one. */
const MAX_MANTISSA = 10n ** 15n;
