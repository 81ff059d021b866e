import { fingerprint, type Fingerprint } from '../measuring/fingerprint.ts';
import { childFlags, moduleBeside } from '../running/child-process.ts';
import type { LoadTestResult } from '../running/load-test.ts';
import { runModule } from '../running/run-child.ts';
import { CONFIGURATIONS } from './configurations.ts';

/** One configuration under its load. */
export interface ConfigurationResult {
  readonly name: string;
  readonly group: 'workers' | 'flush';
  readonly handlerWaitMs: number;
  readonly result: LoadTestResult;
}

/** All configurations. Plain data. */
export interface ConfigurationProfiles {
  readonly fingerprint: Fingerprint;
  readonly configurations: readonly ConfigurationResult[];
}

const CHILD = moduleBeside(import.meta.url, './configuration-child');
const LONGEST_MS = 120_000;

/** Puts each configuration under its load, one after the other, each in a fresh process. @throws BenchmarkError `RUN_FAILED`. */
export async function profileConfigurations(
  options: { readonly onProgress?: ((done: number, total: number, name: string) => void) | undefined } = {},
): Promise<ConfigurationProfiles> {
  const configurations: ConfigurationResult[] = [];
  for (const [index, { name, group, handlerWaitMs }] of CONFIGURATIONS.entries()) {
    options.onProgress?.(index, CONFIGURATIONS.length, name);
    const child = { module: CHILD, task: { name }, name, flags: childFlags() };
    const result = await runModule<LoadTestResult>(child, { longestMs: LONGEST_MS });
    configurations.push({ name, group, handlerWaitMs, result });
  }
  return { fingerprint: fingerprint(['@tradewind/core']), configurations };
}
