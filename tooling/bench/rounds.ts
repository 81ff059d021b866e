import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { FoundWorkload } from './discover.ts';
import type { Metrics } from './workload.ts';

/** Metrics by contender, one per round, in the order of the rounds. */
export type Samples = Readonly<Record<string, readonly Metrics[]>>;

export interface RoundsOptions {
  readonly rounds: number;
  readonly isQuick: boolean;
  /** Told before each run. */
  readonly onRun: (text: string) => void;
}

/**
 * Runs everything: round by round, workload by workload, all contenders of a workload in direct succession. The order of the contenders
 * rotates from round to round, so that none always follows the same one.
 */
export async function runRounds(
  found: readonly FoundWorkload[],
  options: RoundsOptions,
): Promise<ReadonlyMap<string, Samples>> {
  const samples = new Map(found.map(({ workload }) => [workload.name, emptySamples(Object.keys(workload.contenders))]));
  for (let round = 0; round < options.rounds; round += 1) {
    for (const { folder, file, workload } of found) {
      for (const contender of rotated(Object.keys(workload.contenders), round)) {
        options.onRun(`round ${round + 1} of ${options.rounds}: ${workload.name}, ${contender}`);
        // One at a time is the point.
        const metrics = await runChild([folder, file, workload.name, contender, options.isQuick ? 'quick' : 'full']);
        samples.get(workload.name)?.[contender]?.push(metrics);
      }
    }
  }
  return samples;
}

async function runChild(args: readonly string[]): Promise<Metrics> {
  const flags = ['--expose-gc', '--conditions=@tradewind/source', '--no-warnings'];
  const child = [...flags, join(import.meta.dirname, 'child.ts'), ...args];
  const { stdout } = await promisify(execFile)(process.execPath, child, {
    timeout: LONGEST_RUN_MS,
    maxBuffer: MAX_OUTPUT_BYTES,
  });
  const metrics = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Metrics;
  for (const [name, value] of Object.entries(metrics)) {
    if (!Number.isFinite(value)) throw new Error(`Expected a finite ${name} of ${args.join(' ')}, got ${value}.`);
  }
  return metrics;
}

function emptySamples(contenders: readonly string[]): Record<string, Metrics[]> {
  return Object.fromEntries(contenders.map((contender) => [contender, []]));
}

function rotated(items: readonly string[], by: number): readonly string[] {
  const first = by % items.length;
  return [...items.slice(first), ...items.slice(0, first)];
}

/** A percentile of frames that come once a second needs a hundred of them. */
const LONGEST_RUN_MS = 300_000;
const MAX_OUTPUT_BYTES = 1_000_000;
