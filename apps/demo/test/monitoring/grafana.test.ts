import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startPrometheus, type PrometheusServer } from '../support/prometheus-server.ts';
import { startEverything, type Everything } from './everything.ts';

/** A panel as Grafana reads it; rows that are folded have theirs in them. */
interface Panel {
  readonly title: string;
  readonly targets?: readonly { readonly expr: string }[];
  readonly panels?: readonly Panel[];
}

const MONITORING = join(import.meta.dirname, '../../../../packages/monitoring');

/** Every query of a dashboard, as it is asked when all buses are chosen. */
function queries(uid: string): readonly (readonly [name: string, query: string])[] {
  const { panels } = JSON.parse(readFileSync(join(MONITORING, `grafana/${uid}.json`), 'utf8')) as {
    readonly panels: readonly Panel[];
  };
  return panels
    .flatMap((panel) => [panel, ...(panel.panels ?? [])])
    .flatMap(({ title, targets = [] }) =>
      targets.map(
        ({ expr }, at) =>
          [`${title} ${at + 1}`, expr.replaceAll('$__rate_interval', '30s').replaceAll('$bus', '.*')] as const,
      ),
    );
}

let everything: Everything | undefined;
let prometheus: PrometheusServer | undefined;

beforeAll(async () => {
  everything = await startEverything();
  prometheus = await startPrometheus(everything.targets, join(MONITORING, 'prometheus/rules/*.rules.yml'));
}, 120_000);

afterAll(async () => {
  await prometheus?.stop();
  await everything?.close();
}, 120_000);

/** Asks until there is something: counters have to be scraped twice, and what is learned has to be learned first. */
async function found(query: string): Promise<readonly unknown[] | string> {
  let answer: readonly unknown[] | string = 'nobody was asked';
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    answer = (await prometheus?.query(query)) ?? answer;
    if (typeof answer === 'string' || answer.length > 0) return answer;
    await delay(1_000);
  }
  return answer;
}

describe.each(['tradewind', 'tradewind-rules'])(
  'every query of the dashboard %s has series on a live system',
  (uid) => {
    test.each(queries(uid))(
      '%s',
      async (_name, query) => {
        const answer = await found(query);
        expect(answer, query).toBeInstanceOf(Array);
        expect(answer.length, query).toBeGreaterThan(0);
      },
      120_000,
    );
  },
);

const ATTEMPTS = 60;
