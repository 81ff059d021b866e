import { fingerprint, type Fingerprint } from '../measuring/fingerprint.ts';
import { childFlags, moduleBeside } from '../running/child-process.ts';
import type { LoadTestResult } from '../running/load-test.ts';
import { runModule } from '../running/run-child.ts';
import { COMPRESSIONS, profileCompression, type CompressionResult } from './compression.ts';
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
  /** Between processes, over Redis. */
  readonly compressions: readonly CompressionResult[];
}

const CHILD = moduleBeside(import.meta.url, './configuration-child');
const LONGEST_MS = 120_000;

/** Puts each configuration under its load, one after the other, each in processes of its own. @throws BenchmarkError `RUN_FAILED`. */
export async function profileConfigurations(
  options: { readonly onProgress?: ((done: number, total: number, name: string) => void) | undefined } = {},
): Promise<ConfigurationProfiles> {
  const total = CONFIGURATIONS.length + COMPRESSIONS.length;
  const configurations: ConfigurationResult[] = [];
  for (const [index, { name, group, handlerWaitMs }] of CONFIGURATIONS.entries()) {
    options.onProgress?.(index, total, name);
    const child = { module: CHILD, task: { name }, name, flags: childFlags() };
    const result = await runModule<LoadTestResult>(child, { longestMs: LONGEST_MS });
    configurations.push({ name, group, handlerWaitMs, result });
  }
  const compressions: CompressionResult[] = [];
  for (const [index, compression] of COMPRESSIONS.entries()) {
    options.onProgress?.(CONFIGURATIONS.length + index, total, `compression: ${compression.name}`);
    compressions.push(await profileCompression(compression));
  }
  const packages = ['@tradewind/core', '@tradewind/redis-streams', 'ioredis'];
  return { fingerprint: fingerprint(packages), configurations, compressions };
}
