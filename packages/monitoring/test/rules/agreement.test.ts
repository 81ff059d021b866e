import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { casesOf } from '../../scripts/cases/all-cases.ts';
import { endsOf, rhythmOf, seriesOfCase, storeOf, type Replay } from '../../scripts/cases/replay.ts';
import type { RuleCase } from '../../scripts/cases/rule-case.ts';
import type { AlertRule } from '../../src/rules/alert-rule.ts';
import { evaluate } from '../../src/rules/evaluation/evaluate.ts';
import { signature } from '../../src/rules/evaluation/sample.ts';
import { LOOKBACK_MS } from '../../src/rules/expressions/walk.ts';
import { promql } from '../../src/rules/expressions/promql.ts';
import { ALERT_RULES } from '../../src/rules/rules.ts';
import { labelText } from '../../src/scraping/shared-labels.ts';
import { promtool, startPrometheus } from '../support/prometheus.ts';
import { removeFolder, temporaryFolder, type ServerProcess } from '../support/server-process.ts';

/** One case, replayed under a name of its own; one that looks at all buses at once, at a time of its own. */
interface Replayed {
  readonly rule: AlertRule;
  readonly ruleCase: RuleCase;
  readonly replay: Replay;
  readonly isAlone: boolean;
}

const HOUR_MS = 3_600_000;
/** In the past, where blocks begin. */
const START_MS = Math.floor((Date.now() - 20 * 24 * HOUR_MS) / (2 * HOUR_MS)) * 2 * HOUR_MS;

const all: readonly Replayed[] = ALERT_RULES.flatMap((rule, index) => {
  const { fires, quiet } = casesOf(rule.name);
  return [fires, quiet].map((ruleCase, at): Replayed => {
    const isAlone = rule.expression.kind === 'absent' || rule.expression.kind === 'vector';
    const startMs = isAlone ? START_MS - (1 + 2 * index + at) * HOUR_MS : START_MS;
    return { rule, ruleCase, replay: { startMs, prefix: `${rule.name}-${at}-` }, isAlone };
  });
});

let folder = '';
let prometheus: ServerProcess | undefined;

beforeAll(async () => {
  folder = temporaryFolder('agreement');
  writeFileSync(join(folder, 'samples.txt'), openMetrics());
  // The samples are read anew for each block.
  const blocks = ['create-blocks-from', '--max-block-duration=384h', '--quiet', 'openmetrics', 'samples.txt', 'data'];
  promtool(['tsdb', ...blocks], folder);
  prometheus = await startPrometheus(folder, 'global: {}\n');
}, 300_000);

afterAll(async () => {
  await prometheus?.stop();
  removeFolder(folder);
});

/** All samples of all cases, the series of one name together. */
function openMetrics(): string {
  const byName = new Map<string, string[]>();
  for (const { ruleCase, replay } of all) {
    const { sampleMs } = rhythmOf(ruleCase);
    for (const { name, labels, values } of seriesOfCase(ruleCase, replay)) {
      const lines = byName.get(name) ?? [];
      byName.set(name, lines);
      const series = name + labelText(labels);
      for (const [row, value] of values.entries()) {
        if (!Number.isNaN(value)) lines.push(`${series} ${value} ${(replay.startMs + row * sampleMs) / 1_000}`);
      }
    }
  }
  return `${[...byName.values()].flat().join('\n')}\n# EOF\n`;
}

/** By the time in seconds, and then by the labels. */
type Results = Record<string, Record<string, number>>;

async function asked(
  { rule, replay, isAlone }: Replayed,
  fromMs: number,
  toMs: number,
  stepMs: number,
): Promise<Results> {
  const body = new URLSearchParams({
    query: promql(rule.expression),
    start: String(fromMs / 1_000),
    end: String(toMs / 1_000),
    step: String(stepMs / 1_000),
  });
  const response = await fetch(`${prometheus?.url}/api/v1/query_range`, { method: 'POST', body });
  const answer = (await response.json()) as {
    readonly status: string;
    readonly data: {
      readonly result: readonly {
        readonly metric: Record<string, string>;
        readonly values: readonly [number, string][];
      }[];
    };
  };
  expect(answer.status).toBe('success');
  const results: Results = {};
  for (const { metric, values } of answer.data.result) {
    const { __name__: _name, ...labels } = metric;
    if (!isAlone && labels['bus']?.startsWith(replay.prefix) !== true) continue;
    for (const [at, value] of values) (results[at.toFixed(0)] ??= {})[signature(labels)] = Number(value);
  }
  return results;
}

function evaluated({ rule, ruleCase, replay }: Replayed, fromMs: number, toMs: number, stepMs: number): Results {
  const store = storeOf(ruleCase, replay);
  const results: Results = {};
  for (let atMs = fromMs; atMs <= toMs; atMs += stepMs) {
    for (const { labels, value } of evaluate(rule.expression, store, atMs)) {
      (results[(atMs / 1_000).toFixed(0)] ??= {})[signature(labels)] = value;
    }
  }
  return results;
}

/** Samples in a file do not say that a series has ended, as scrapes do: without that a Prometheus goes on with the last one for five minutes. */
function tellable({ ruleCase, replay }: Replayed): (results: Results) => Results {
  const ends = endsOf(ruleCase).map((endMs) => (replay.startMs + endMs) / 1_000);
  const isTold = (at: number): boolean => ends.every((end) => at < end || at >= end + LOOKBACK_MS / 1_000);
  return (results) => Object.fromEntries(Object.entries(results).filter(([at]) => isTold(Number(at))));
}

describe('the evaluation in the process and Prometheus agree on the same samples', () => {
  test.each(ALERT_RULES.map(({ name }) => name))('%s', async (name) => {
    let seen = 0;
    for (const one of all.filter(({ rule }) => rule.name === name)) {
      const { sampleMs, atMs } = rhythmOf(one.ruleCase);
      const toMs = one.replay.startMs + atMs;
      // Off the samples, so that no sample lies at the edge of a range: versions of Prometheus differ on those.
      const fromMs = Math.max(one.replay.startMs + (atMs % sampleMs), toMs - STEPS * sampleMs);
      const isTold = tellable(one);
      const expected = isTold(await asked(one, fromMs, toMs, sampleMs));
      const came = isTold(evaluated(one, fromMs, toMs, sampleMs));
      expect(Object.keys(came).toSorted()).toEqual(Object.keys(expected).toSorted());
      for (const [at, values] of Object.entries(expected)) {
        expect(Object.keys(came[at] ?? {}).toSorted()).toEqual(Object.keys(values).toSorted());
        for (const [labels, value] of Object.entries(values)) {
          seen += 1;
          const own = came[at]?.[labels] ?? Number.NaN;
          expect(Math.abs(own - value), `${name} at ${at}: ${own}, Prometheus ${value}`).toBeLessThanOrEqual(
            Math.abs(value) * 1e-9,
          );
        }
      }
    }
    expect(seen).toBeGreaterThan(0);
  });
});

const STEPS = 60;
