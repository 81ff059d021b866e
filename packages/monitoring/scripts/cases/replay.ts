import type { MetricLabels } from '@tradewind/core-types';
import { RuleTracker, type TrackedAlert } from '../../src/alerting/rule-tracker.ts';
import { MemorySeriesStore } from '../../src/history/memory-series-store.ts';
import type { ScrapedValue } from '../../src/history/series-store.ts';
import type { AlertRule } from '../../src/rules/alert-rule.ts';
import { evaluate } from '../../src/rules/evaluation/evaluate.ts';
import { labelText } from '../../src/scraping/shared-labels.ts';
import type { CaseSpan, RuleCase } from './rule-case.ts';

/** How often samples come and rules are looked at, in milliseconds. */
export interface Rhythm {
  readonly sampleMs: number;
  readonly evaluationMs: number;
  /** The time of a case, off the samples and on the evaluations. */
  readonly atMs: number;
}

/** Evaluations are what tests cost: promtool looks at every rule of a file at each of them. None lies on each sample, and few do. */
const RHYTHMS: Readonly<Record<CaseSpan, Omit<Rhythm, 'atMs'>>> = {
  minutes: { sampleMs: 30_000, evaluationMs: 80_000 },
  hours: { sampleMs: 300_000, evaluationMs: 720_000 },
  days: { sampleMs: 300_000, evaluationMs: 7_920_000 },
};

export function rhythmOf({ atMinutes, span = 'minutes' }: RuleCase): Rhythm {
  const { sampleMs, evaluationMs } = RHYTHMS[span];
  let atMs = Math.ceil((atMinutes * MINUTE_MS) / evaluationMs) * evaluationMs;
  while (atMs % sampleMs === 0) atMs += evaluationMs;
  return { sampleMs, evaluationMs, atMs };
}

/** One series of a case. `NaN`: not there. */
export interface CaseSeries {
  readonly name: string;
  readonly labels: MetricLabels;
  readonly values: readonly number[];
}

/** Where and as whom a case is replayed, so that many can be in one Prometheus. */
export interface Replay {
  /** The time of the first sample, in milliseconds. */
  readonly startMs: number;
  /** Put before the label `bus`. */
  readonly prefix: string;
}

export function seriesOfCase({ series }: RuleCase, { startMs, prefix }: Replay = HERE): readonly CaseSeries[] {
  return Object.entries(series).map(([text, valuesText]) => {
    const { name, labels } = parseSeries(text);
    // A time in a value is one of the replay.
    const shift = name.endsWith('_timestamp_seconds') ? startMs / 1_000 : 0;
    const values = expanded(valuesText).map((value) => value + shift);
    const bus = `${prefix}${labels['bus'] ?? ''}`;
    return { name, labels: bus === '' ? labels : { ...labels, bus }, values };
  });
}

const HERE: Replay = { startMs: 0, prefix: '' };

/** When series of a case are said to have ended, in milliseconds after its first sample. */
export function endsOf(ruleCase: RuleCase): readonly number[] {
  const { sampleMs } = rhythmOf(ruleCase);
  return Object.values(ruleCase.series)
    .filter((values) => values.includes('stale'))
    .map((values) => expanded(values.slice(0, values.indexOf('stale')).trim()).length * sampleMs);
}

/** All samples of a case in a store. */
export function storeOf(ruleCase: RuleCase, replay: Replay = HERE): MemorySeriesStore {
  const { sampleMs } = rhythmOf(ruleCase);
  const all = seriesOfCase(ruleCase, replay);
  const rows = Math.max(0, ...all.map(({ values }) => values.length));
  const store = new MemorySeriesStore({ maxScrapes: rows + 1 });
  const texts = all.map(({ labels }) => labelText(labels));
  for (let row = 0; row < rows; row += 1) {
    const values: ScrapedValue[] = [];
    for (const [index, { name, labels, values: own }] of all.entries()) {
      const value = own[row] ?? Number.NaN;
      values.push({ name, labels, labelText: texts[index] ?? '', value });
    }
    store.append({ timeMs: replay.startMs + row * sampleMs, values });
  }
  return store;
}

/** The alerts of a rule that fire at the time of a case, when everything before it was looked at too. */
export function firingAt(rule: AlertRule, ruleCase: RuleCase): readonly TrackedAlert[] {
  const { evaluationMs, atMs } = rhythmOf(ruleCase);
  const store = storeOf(ruleCase);
  const tracker = new RuleTracker(rule);
  // Earlier than this nothing can matter to what fires at the end.
  const memoryMs = rule.forMs + rule.keepFiringMs + MINUTE_MS * 60;
  const firstMs = Math.max(0, Math.floor((atMs - memoryMs) / evaluationMs) * evaluationMs);
  for (let nowMs = firstMs; nowMs <= atMs; nowMs += evaluationMs) {
    tracker.update(evaluate(rule.expression, store, nowMs), nowMs);
  }
  return [...tracker.alerts].filter(({ firedAtMs }) => firedAtMs !== undefined);
}

function parseSeries(text: string): { readonly name: string; readonly labels: MetricLabels } {
  const [, name = '', inner = ''] = /^([a-z_]+)(?:\{(.*)\})?$/u.exec(text) ?? [];
  if (name === '') throw new Error(`Expected a series as name{label="value"}, and came ${text}.`);
  const labels: Record<string, string> = {};
  for (const [, label = '', value = ''] of inner.matchAll(/([a-z_]+)="([^"]*)"/gu)) labels[label] = value;
  return { name, labels };
}

/** The notation of promtool. */
function expanded(text: string): number[] {
  const values: number[] = [];
  for (const word of text.split(' ')) {
    if (word === 'stale') {
      values.push(Number.NaN);
      continue;
    }
    const [, nothing] = NOTHING.exec(word) ?? [];
    if (nothing !== undefined) {
      for (let i = 0; i < Number(nothing); i += 1) values.push(Number.NaN);
      continue;
    }
    const [, first = '', step = '0', count = '0'] = WORD.exec(word) ?? [];
    if (first === '') throw new Error(`Expected values in the notation of promtool, and came ${word}.`);
    for (let i = 0; i <= Number(count); i += 1) values.push(Number(first) + i * Number(step));
  }
  return values;
}

const WORD = /^(-?\d+(?:\.\d+)?(?:e\d+)?)([+-]\d+(?:\.\d+)?)?(?:x(\d+))?$/u;
const NOTHING = /^_x(\d+)$/u;
const MINUTE_MS = 60_000;
