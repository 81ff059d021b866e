import type { InstrumentTerms } from '../../market/instrument-table.ts';
import { halfTicksOf } from '../market/half-ticks.ts';
import type { SignalMarket } from '../market/signal-market.ts';
import { CointegrationWindow } from './cointegration-window.ts';
import { PairModel } from './pair-model.ts';
import type { StatisticalSettings } from './statistical-options.ts';

/** A pair, its samples, the model of its last estimate, and the models that live signals hold on to. */
export class SampledPair {
  readonly y: InstrumentTerms;
  readonly x: InstrumentTerms;
  model: PairModel | undefined;
  /** For a deviation below zero, and above. A live signal keeps the model that it opened with: what was entered has its hedge ratio. */
  readonly held: [PairModel | undefined, PairModel | undefined] = [undefined, undefined];
  readonly #settings: StatisticalSettings;
  readonly #window: CointegrationWindow;
  #unused: number;

  constructor(y: InstrumentTerms, x: InstrumentTerms, settings: StatisticalSettings) {
    this.y = y;
    this.x = x;
    this.#settings = settings;
    this.#window = new CointegrationWindow({ size: settings.samples, lags: settings.lags });
    this.#unused = settings.reestimateEvery;
  }

  /** Takes a sample of what is known, for a moment until which nothing else came. Returns whether there was one. */
  sample(market: SignalMarket, atNs: bigint): boolean {
    if (!market.isUsableAt(this.x.slot, atNs) || !market.isUsableAt(this.y.slot, atNs)) {
      // Samples that are not next to each other say nothing about what one does to the next.
      this.#window.clear();
      this.#unused = this.#settings.reestimateEvery;
      return false;
    }
    this.#window.push(halfTicksOf(market, this.x.slot), halfTicksOf(market, this.y.slot));
    this.#unused += 1;
    if (this.#window.isFull && this.#unused >= this.#settings.reestimateEvery) this.#estimate();
    return true;
  }

  #estimate(): void {
    this.#unused = 0;
    const estimate = this.#window.estimate();
    this.model = estimate && PairModel.of(estimate, this.#settings, { x: this.x.tick, y: this.y.tick });
    // Whoever holds a pair that is no longer thought cointegrated has nothing to wait for.
    if (this.model === undefined) this.held.fill(undefined);
  }
}
