import { MILLION, ONE, PLACES, QUANTITY_STEP, floorDivide, formatFixed } from '../money/fixed-point.ts';
import type { InstrumentTable, InstrumentTerms } from '../market/instrument-table.ts';
import { ASK, BID, type LevelSource } from '../market/levels.ts';
import type { CycleStep } from './cycle-graph.ts';
import type { CycleFigures } from './transition.ts';

/** An exact positive ratio. */
export interface Ratio {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** The exact rates and amounts of the steps of a cycle, at the best levels. Fractions of integers throughout. */
export class CycleDecision {
  readonly #table: InstrumentTable;
  readonly #levels: LevelSource;
  readonly #minEdgePpm: bigint;

  constructor(table: InstrumentTable, levels: LevelSource, minEdgePpm: bigint) {
    this.#table = table;
    this.#levels = levels;
    this.#minEdgePpm = minEdgePpm;
  }

  /** What a unit given brings, after the fee. */
  rate({ slot, isSale }: CycleStep): Ratio {
    const terms = this.#terms(slot);
    return isSale
      ? { numerator: this.#levels.price(slot, BID, 0) * terms.sellFactor, denominator: ONE * MILLION }
      : { numerator: ONE * MILLION, denominator: this.#levels.price(slot, ASK, 0) * terms.buyFactor };
  }

  /** The figures of a round, undefined when it does not gain more than the least edge. */
  decide(steps: readonly CycleStep[]): CycleFigures | undefined {
    const rates = steps.map((step) => this.rate(step));
    const round = rates.reduce(multiply);
    if (round.numerator * MILLION <= round.denominator * (MILLION + this.#minEdgePpm)) return undefined;
    const capacity = this.#capacity(steps, rates);
    const gain = round.numerator - round.denominator;
    return {
      capacity: floored(capacity),
      profit: floored(multiply(capacity, { numerator: gain, denominator: round.denominator })),
      edgePpm: floorDivide(gain * MILLION, round.denominator).toString(),
    };
  }

  /** The least that any step can take, in units of the first asset, times 1e18. */
  #capacity(steps: readonly CycleStep[], rates: readonly Ratio[]): Ratio {
    let least: Ratio | undefined;
    let sofar: Ratio = { numerator: 1n, denominator: 1n };
    for (const [index, step] of steps.entries()) {
      const takes = multiply(this.#takes(step), { numerator: sofar.denominator, denominator: sofar.numerator });
      if (least === undefined || isLess(takes, least)) least = takes;
      sofar = multiply(sofar, rates[index] as Ratio);
    }
    return least as Ratio;
  }

  /** What a step can take of the asset that it is given, at the best level, times 1e18. */
  #takes({ slot, isSale }: CycleStep): Ratio {
    if (isSale) return { numerator: this.#levels.size(slot, BID, 0), denominator: 1n };
    const cost = this.#levels.price(slot, ASK, 0) * this.#levels.size(slot, ASK, 0) * this.#terms(slot).buyFactor;
    return { numerator: cost, denominator: ONE * MILLION };
  }

  #terms(slot: number): InstrumentTerms {
    return this.#table.terms[slot] as InstrumentTerms;
  }
}

/** Whether the left ratio is smaller; both are of positive denominators. */
export function isLess(left: Ratio, right: Ratio): boolean {
  return left.numerator * right.denominator < right.numerator * left.denominator;
}

function multiply(left: Ratio, right: Ratio): Ratio {
  return { numerator: left.numerator * right.numerator, denominator: left.denominator * right.denominator };
}

/** Floored at 1e-12, as text. */
function floored({ numerator, denominator }: Ratio): string {
  const amount = numerator / denominator;
  return formatFixed(amount - (amount % QUANTITY_STEP), PLACES);
}
