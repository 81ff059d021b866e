import { Session } from 'node:inspector/promises';
import { POSITIVE, checkNumber } from '../checks.ts';
import { BenchmarkError } from '../errors.ts';
import { ResourceSampler, type ResourceUse } from '../measuring/resources.ts';
import { onFreshBus } from '../running/on-fresh-bus.ts';
import { whyNot, type BenchmarkOptions } from '../running/run-benchmark.ts';
import type { CpuProfile, HeapProfile } from './hot-functions.ts';

/** What is profiled: where the time goes, or where memory is allocated. */
export type ProfileKind = 'cpu' | 'heap';

/** What a profiled run found. Plain data. */
export interface ProfiledRun {
  readonly contender: string;
  readonly workload: string;
  readonly kind: ProfileKind;
  /** As the Chrome DevTools and VS Code read it: write it as JSON to a file that ends in `.cpuprofile` or `.heapprofile`. */
  readonly profile: CpuProfile | HeapProfile;
  /** Why the receipts are wrong; empty when they are right. */
  readonly problems: readonly string[];
  readonly resources: ResourceUse;
}

/** A look at the stack each 0.2 ms: the profiler then takes about a tenth of the time. */
const CPU_INTERVAL_US = 200;
/** One allocation in so many bytes. */
const HEAP_INTERVAL_BYTES = 16_384;

/**
 * Runs a workload on a contender in this process with V8's sampling profiler on during the measured part alone, warm-up left out. The profiler
 * has its cost: the figures of such a run are not told.
 *
 * The heap profile samples what was allocated, the garbage that was collected meanwhile included: that is what a collector has to work for.
 *
 * @throws ValidationError `INVALID_OPTIONS`; BenchmarkError `RUN_FAILED` for a contender that cannot do the workload; whatever it throws.
 */
export async function profileRun(options: BenchmarkOptions & { readonly kind: ProfileKind }): Promise<ProfiledRun> {
  const { contender, workload, kind } = options;
  const measureMs = checkNumber('measureMs', options.measureMs ?? DEFAULT_MEASURE_MS, POSITIVE);
  const lacking = whyNot(contender, workload);
  if (lacking.length > 0) {
    throw new BenchmarkError('RUN_FAILED', {
      message: `Expected a contender that can do ${workload.name}; ${contender.name}: ${lacking.join(' and ')}.`,
      hint: 'Profile it in another workload.',
    });
  }
  return onFreshBus(contender, async (bus) => {
    const session = new Session();
    session.connect();
    try {
      const { seed = 1, warmUpMessages } = options;
      const run = await workload.prepare(bus, { measureMs, seed, warmUpMessages });
      const sampler = new ResourceSampler();
      await start(session, kind);
      const { problems } = await run();
      const profile = await stop(session, kind);
      const resources = await sampler.stop();
      return { contender: contender.name, workload: workload.name, kind, profile, problems, resources };
    } finally {
      session.disconnect();
    }
  });
}

async function start(session: Session, kind: ProfileKind): Promise<void> {
  if (kind === 'cpu') {
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval: CPU_INTERVAL_US });
    await session.post('Profiler.start');
    return;
  }
  const withGarbage = { includeObjectsCollectedByMajorGC: true, includeObjectsCollectedByMinorGC: true };
  const sampling = { samplingInterval: HEAP_INTERVAL_BYTES, ...withGarbage };
  await session.post('HeapProfiler.startSampling', sampling);
}

async function stop(session: Session, kind: ProfileKind): Promise<CpuProfile | HeapProfile> {
  if (kind === 'cpu') return (await session.post('Profiler.stop')).profile;
  return (await session.post('HeapProfiler.stopSampling')).profile;
}

const DEFAULT_MEASURE_MS = 500;
