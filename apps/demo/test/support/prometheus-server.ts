import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from './free-port.ts';

/** A real Prometheus. */
export interface PrometheusServer {
  /** The series that a query has now; the text of the error where it is none. */
  query(expression: string): Promise<readonly unknown[] | string>;
  stop(): Promise<void>;
}

/** Starts one in a folder of its own, which goes with it. Each second it scrapes the targets and evaluates the rules. */
export async function startPrometheus(targets: readonly string[], ruleFiles: string): Promise<PrometheusServer> {
  const folder = mkdtempSync(join(tmpdir(), 'tradewind-prometheus-'));
  const port = await freePort();
  const config = `global: { scrape_interval: 1s, evaluation_interval: 1s }
rule_files: [${JSON.stringify(ruleFiles)}]
scrape_configs: [{ job_name: tradewind, static_configs: [{ targets: ${JSON.stringify(targets)} }] }]
`;
  writeFileSync(join(folder, 'prometheus.yml'), config);
  const child = spawn(
    'prometheus',
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=error',
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const ended = new Promise<void>((resolve, reject) => {
    child.once('close', () => resolve());
    child.once('error', reject);
  });
  const url = `http://127.0.0.1:${port}`;
  while (!(await isReady(url)) && child.exitCode === null) await delay(100);
  return {
    query: (expression) => query(url, expression),
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function isReady(url: string): Promise<boolean> {
  return fetch(`${url}/-/ready`).then(
    ({ ok }) => ok,
    () => false,
  );
}

async function query(url: string, expression: string): Promise<readonly unknown[] | string> {
  const response = await fetch(`${url}/api/v1/query`, {
    method: 'POST',
    body: new URLSearchParams({ query: expression }),
  });
  const answer = (await response.json()) as { readonly error?: string; readonly data?: { readonly result: unknown[] } };
  return answer.data?.result ?? answer.error ?? 'no answer';
}
