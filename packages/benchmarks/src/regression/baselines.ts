import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BenchmarkError } from '../errors.ts';
import type { Fingerprint } from '../measuring/fingerprint.ts';
import type { ComparisonResult } from '../running/run-comparison.ts';

/** The figures of one run, as they are kept. */
export interface Baseline {
  readonly fingerprint: Fingerprint;
  /**
   * Medians by `workload, length / contender / metric`, of what was measured: `latency, 200 ms / MessageBus / p99Us`. Runs of different length are
   * different figures: a shorter one is colder, and has fewer messages behind its percentiles.
   */
  readonly figures: Readonly<Record<string, number>>;
}

/** A baseline that a release is held against. */
export interface PinnedBaseline extends Baseline {
  /** The release: `0.1.0`. */
  readonly release: string;
}

const TREND = 'trend.jsonl';
const PINNED = 'pinned.json';

/** What is kept of a comparison. Contenders whose receipts were wrong have no figures. */
export function baselineOf({ fingerprint, workloads }: ComparisonResult): Baseline {
  const figures = workloads.flatMap(({ workload, measureMs, cells }) =>
    cells
      .filter(({ outcome }) => outcome === 'measured')
      .flatMap(({ contender, metrics }) =>
        Object.entries(metrics).map(
          ([metric, { median }]) => [`${workload}, ${measureMs} ms / ${contender} / ${metric}`, median] as const,
        ),
      ),
  );
  return { fingerprint, figures: Object.fromEntries(figures) };
}

/**
 * Baselines in a folder: a trend that every run is added to, and one pinned baseline.
 *
 * The pinned one does not creep: it is never replaced by a later run, only by {@link BaselineStore.pin} for another release. A bus that gets
 * a little slower with every change would otherwise never be found, since each step is below the threshold.
 */
export class BaselineStore {
  readonly #folder: string;

  /** The folder is made with the first baseline. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Adds a run to the trend. */
  append(baseline: Baseline): void {
    mkdirSync(this.#folder, { recursive: true });
    appendFileSync(join(this.#folder, TREND), `${JSON.stringify(baseline)}\n`);
  }

  /** All runs, oldest first. @throws BenchmarkError `UNREADABLE_RESULT` for a line that is no baseline. */
  trend(): readonly Baseline[] {
    const path = join(this.#folder, TREND);
    if (!existsSync(path)) return [];
    return readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line, index) => parse(line, `${path}, line ${index + 1}`) as Baseline);
  }

  /** The pinned baseline; undefined when none is pinned. @throws BenchmarkError `UNREADABLE_RESULT`. */
  pinned(): PinnedBaseline | undefined {
    const path = join(this.#folder, PINNED);
    return existsSync(path) ? (parse(readFileSync(path, 'utf8'), path) as PinnedBaseline) : undefined;
  }

  /**
   * Asks before a long run whether its release can be pinned after it.
   *
   * @throws BenchmarkError `BASELINE_PINNED` when this release is pinned already; `UNREADABLE_RESULT`.
   */
  checkUnpinned(release: string): void {
    if (this.pinned()?.release !== release) return;
    throw new BenchmarkError('BASELINE_PINNED', {
      message: `The baseline of ${release} is pinned already, and a pinned baseline does not change.`,
      hint: 'Pin the next release under its own name, or delete pinned.json on purpose.',
    });
  }

  /**
   * Pins the baseline of a release, in place of the one of an earlier release.
   *
   * @throws BenchmarkError `BASELINE_PINNED` when this release is pinned already.
   */
  pin(release: string, baseline: Baseline): void {
    this.checkUnpinned(release);
    mkdirSync(this.#folder, { recursive: true });
    const pinned: PinnedBaseline = { release, ...baseline };
    writeFileSync(join(this.#folder, PINNED), `${JSON.stringify(pinned, undefined, 2)}\n`);
  }
}

function parse(text: string, where: string): unknown {
  try {
    const read = JSON.parse(text) as Partial<Baseline> | null;
    if (isObject(read?.figures) && isObject(read.fingerprint)) return read;
  } catch (cause) {
    throw unreadable(where, cause);
  }
  throw unreadable(where, undefined);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function unreadable(where: string, cause: unknown): BenchmarkError {
  return new BenchmarkError('UNREADABLE_RESULT', {
    message: `Expected a baseline with figures and a fingerprint in ${where}.`,
    hint: 'Restore the file from version control, or delete what is broken.',
    cause,
  });
}
