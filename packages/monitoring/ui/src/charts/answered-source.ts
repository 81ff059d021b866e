import type { Columns } from './decimate.ts';
import type { ChartSource } from './line-chart.ts';

/** What an answer tells of one series. */
export interface AnsweredSeries {
  readonly columns: Columns;
  /** The stretch that was asked for, in milliseconds since the epoch. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** A source of a stretch that is asked for again and again: the chart stays and draws the next answer, so it is never empty in between. */
export class AnsweredSource implements ChartSource {
  readonly names: readonly string[];
  readonly #listeners = new Set<() => void>();
  #last: AnsweredSeries;

  constructor(name: string, first: AnsweredSeries) {
    this.names = [name];
    this.#last = first;
  }

  get columns(): Columns {
    return this.#last.columns;
  }

  /** Takes the next answer. */
  take(next: AnsweredSeries): void {
    this.#last = next;
    for (const listener of this.#listeners) listener();
  }

  range(): readonly [number, number] {
    return [this.#last.fromMs / 1_000, this.#last.toMs / 1_000];
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
