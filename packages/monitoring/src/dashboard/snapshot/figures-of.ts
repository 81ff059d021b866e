import type { MetricLabels } from '@tradewind/core-types';
import type { Reading } from '../collecting/collector.ts';
import type { Figure } from '../protocol/index.ts';

/** The figures of one bus as the screens want them: null where nothing is told. */
export class Figures {
  readonly #reading: Reading;

  constructor(reading: Reading) {
    this.#reading = reading;
  }

  /** How long the interval is that rates are of. */
  get intervalSeconds(): number | null {
    return this.#reading.window.seconds ?? null;
  }

  /** All series of a name with these labels, added up. */
  value(name: string, labels: MetricLabels = {}): number | null {
    let sum: number | null = null;
    for (const series of this.#reading.monitoring.family(name)?.series ?? []) {
      if (hasLabels(series.labels, labels)) sum = (sum ?? 0) + series.value;
    }
    return sum;
  }

  /** The largest of them. */
  largest(name: string, labels: MetricLabels = {}): number | null {
    let most: number | null = null;
    for (const series of this.#reading.monitoring.family(name)?.series ?? []) {
      if (hasLabels(series.labels, labels)) most = Math.max(most ?? -Infinity, series.value);
    }
    return most;
  }

  /** Growth a second of counters with these labels, added up; null too where there is no such counter. */
  rate(name: string, labels: MetricLabels = {}): number | null {
    if (this.#reading.monitoring.family(name) === undefined) return null;
    return this.#reading.window.rate(name, labels) ?? null;
  }

  /** A part of the observations of the interval. */
  quantile(name: string, part: number, labels: MetricLabels = {}): number | null {
    return this.#reading.window.quantile(name, part, labels) ?? null;
  }

  /** The labels of all series of a name. */
  labels(name: string): readonly MetricLabels[] {
    return (this.#reading.monitoring.family(name)?.series ?? []).map(({ labels }) => labels);
  }

  /** Every value that a part reports, by the names of its series; at most 100. */
  ofPart(part: string): readonly Figure[] {
    const found: Figure[] = [];
    for (const { name, help, kind, series } of this.#reading.monitoring.families()) {
      if (kind === 'histogram') continue;
      for (const { labels, value } of series) {
        if (labels['part'] !== part || found.length >= MAX_FIGURES) continue;
        const perSecond = kind === 'counter' ? this.rate(name, labels) : null;
        found.push({ name, help, labels, value, perSecond });
      }
    }
    return found;
  }
}

function hasLabels(labels: MetricLabels, wanted: MetricLabels): boolean {
  for (const name in wanted) if (labels[name] !== wanted[name]) return false;
  return true;
}

const MAX_FIGURES = 100;
