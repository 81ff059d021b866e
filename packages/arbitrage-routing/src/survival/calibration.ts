/** Forecasts of about the same probability, and what became of them. */
export interface CalibrationBin {
  /** Of the forecasts. */
  readonly meanProbability: number;
  /** The share that came true. */
  readonly share: number;
  readonly count: number;
}

/**
 * Compares forecasts with outcomes, in ten bins of probability (reliability diagram; Murphy and Winkler 1977).
 *
 * Only outcomes that came after their forecast count, so this is what a user of the forecasts has seen. It never forgets; make a new one to begin anew.
 */
export class Calibration {
  readonly #counts = new Float64Array(BINS);
  readonly #good = new Float64Array(BINS);
  readonly #sums = new Float64Array(BINS);
  #squares = 0;

  add(probability: number, isGood: boolean): void {
    const bin = Math.min(BINS - 1, Math.floor(probability * BINS));
    this.#counts[bin] = (this.#counts[bin] as number) + 1;
    this.#sums[bin] = (this.#sums[bin] as number) + probability;
    if (isGood) this.#good[bin] = (this.#good[bin] as number) + 1;
    this.#squares += (probability - (isGood ? 1 : 0)) ** 2;
  }

  get count(): number {
    return this.#counts.reduce((sum, each) => sum + each, 0);
  }

  /** Mean squared error of the forecasts (Brier 1950): 0 is perfect, 0.25 is what always saying one half gets. NaN without any. */
  get brierScore(): number {
    return this.#squares / this.count;
  }

  /** The mean distance between what was forecast and what came, weighted by how often it was forecast. NaN without any. */
  get expectedError(): number {
    let sum = 0;
    for (let bin = 0; bin < BINS; bin += 1) sum += Math.abs((this.#sums[bin] as number) - (this.#good[bin] as number));
    return sum / this.count;
  }

  /** Bins with at least one forecast, by rising probability. */
  bins(): readonly CalibrationBin[] {
    const bins: CalibrationBin[] = [];
    for (let bin = 0; bin < BINS; bin += 1) {
      const count = this.#counts[bin] as number;
      if (count === 0) continue;
      const [sum, good] = [this.#sums[bin] as number, this.#good[bin] as number];
      bins.push({ meanProbability: sum / count, share: good / count, count });
    }
    return bins;
  }
}

const BINS = 10;
