import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ResourceUse } from '../measuring/resources.ts';
import { resourcePicture } from '../output/resource-picture.ts';
import { childFlags, moduleBeside } from '../running/child-process.ts';
import { runModule } from '../running/run-child.ts';
import type { HotFunction } from './hot-functions.ts';
import type { ProfileKind } from './profile-run.ts';

/** What is profiled, and where the file goes. */
export interface ProfileTask {
  /** References of a contender and a workload: names of built-in ones, or `file:` URLs of modules. */
  readonly contender: string;
  readonly workload: string;
  readonly kind: ProfileKind;
  readonly measureMs: number;
  readonly seed: number;
  /** The path of the profile. */
  readonly file: string;
}

/** What is told of a profile that was written. */
export interface ProfileSummary {
  readonly file: string;
  readonly problems: readonly string[];
  readonly resources: ResourceUse;
  /** The ten functions with the greatest shares of their own. */
  readonly hot: readonly HotFunction[];
}

/** The options of {@link writeProfile}. */
export interface WriteProfileOptions {
  /** References of a contender and a workload: names of built-in ones, or `file:` URLs of modules. */
  readonly contender: string;
  readonly workload: string;
  readonly kind: ProfileKind;
  /** Made when it is not there. */
  readonly folder: string;
  /** About how long the profiled part takes. Default 500 ms. */
  readonly measureMs?: number | undefined;
  /** Default 1. */
  readonly seed?: number | undefined;
}

const CHILD = moduleBeside(import.meta.url, './profile-child');
/**
 * V8 books what an inlined function allocates to the function that it was inlined into, at worst all of it to the loop that sends. So the
 * compiler inlines nothing here, and an object that inlining would have done away with is in the profile.
 */
const HEAP_FLAGS = ['--no-turbo-inlining', '--no-maglev-inlining'];
const LONGEST_MS = 180_000;

/**
 * Profiles a workload on a contender in a fresh process and writes three files, named after both: `.cpuprofile` or `.heapprofile` for the
 * Chrome DevTools and VS Code, and the course of CPU, memory and event loop as `-resources.json` and `-resources.svg`.
 *
 * @throws BenchmarkError `RUN_FAILED`.
 */
export async function writeProfile(options: WriteProfileOptions): Promise<ProfileSummary> {
  const { contender, workload, kind, folder, measureMs = 500, seed = 1 } = options;
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${fileName(workload)}-${fileName(contender)}`);
  const task: ProfileTask = { contender, workload, kind, measureMs, seed, file: `${path}.${kind}profile` };
  const flags = [...childFlags(contender), ...(kind === 'heap' ? HEAP_FLAGS : [])];
  const child = { module: CHILD, task, name: `${workload} on ${contender}, profiled`, flags };
  const summary = await runModule<ProfileSummary>(child, { longestMs: LONGEST_MS });
  writeFileSync(`${path}-resources.json`, `${JSON.stringify(summary.resources)}\n`);
  const title = `${workload} on ${contender}: resources over time`;
  writeFileSync(
    `${path}-resources.svg`,
    resourcePicture(title, [{ name: contender, index: 0, curve: summary.resources.curve }]),
  );
  return summary;
}

/** A name that any file system takes: `node:events` is `node-events`; of a URL its last part. */
function fileName(reference: string): string {
  return (reference.split('/').at(-1) ?? reference).replaceAll(/[^A-Za-z0-9.-]+/g, '-');
}
