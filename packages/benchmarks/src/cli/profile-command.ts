import { resolve } from 'node:path';
import { callersFolder } from './callers-folder.ts';
import { playRecording } from './play-recording.ts';
import { ProgressLine } from '../output/progress-line.ts';
import { alignColumns } from '../output/table.ts';
import type { ProfileKind } from '../profiling/profile-run.ts';
import { writeProfile } from '../profiling/write-profile.ts';

/** What is profiled, and where the files go. */
export interface ProfileCommand {
  readonly kind: ProfileKind;
  /** A shorter one. */
  readonly quick: boolean;
  readonly contenders: readonly string[] | undefined;
  readonly workloads: readonly string[] | undefined;
  readonly out: string | undefined;
  /** What `latency-recorded` plays. */
  readonly recording: string | undefined;
}

const CONTENDERS = ['MessageBus', 'BufferedMessageBusClient'];
const WORKLOADS = ['throughput'];
/** Beside the builds that are compared: nothing that a repository keeps. */
const FOLDER = '.cache/tradewind-bench/profiles';
const SHOWN_FUNCTIONS = 6;
const MEASURE_MS = 500;
const QUICK_MEASURE_MS = 150;

/** Profiles each contender in each workload and tells the functions with the greatest shares. The exit code is 1 when receipts were wrong. */
export async function profileCommand(options: ProfileCommand): Promise<number> {
  const { kind, quick, contenders = CONTENDERS, workloads = WORKLOADS } = options;
  playRecording(options.recording);
  const measureMs = quick ? QUICK_MEASURE_MS : MEASURE_MS;
  const folder = resolve(callersFolder(), options.out ?? FOLDER);
  const progress = new ProgressLine(process.stderr);
  const tasks = workloads.flatMap((workload) => contenders.map((contender) => ({ workload, contender })));
  let isSound = true;
  for (const [index, task] of tasks.entries()) {
    progress.show(index, tasks.length, `${task.workload}: ${task.contender}, profiled`);
    const { file, problems, hot } = await writeProfile({ ...task, kind, folder, measureMs });
    progress.clear();
    isSound &&= problems.length === 0;
    const rows = hot
      .slice(0, SHOWN_FUNCTIONS)
      .map(({ name, place, share }) => [name, place, `${(100 * share).toFixed(1)} %`]);
    console.log([file, ...problems, ...alignColumns(rows), ''].join('\n'));
  }
  return isSound ? 0 : 1;
}
