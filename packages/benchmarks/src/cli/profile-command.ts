import { resolve } from 'node:path';
import { loadContender, loadWorkload } from '../running/modules.ts';
import { whyNot } from '../running/run-benchmark.ts';
import { misuse } from './allowed-options.ts';
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
  await checkTasks(workloads, contenders);
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

/** Before the first process is started: a name that there is not, or a contender that cannot do the workload, is a mistake in the arguments. */
async function checkTasks(workloads: readonly string[], contenders: readonly string[]): Promise<void> {
  for (const reference of workloads) {
    const workload = await loadWorkload(reference);
    for (const name of contenders) {
      const lacking = whyNot(await loadContender(name), workload);
      if (lacking.length > 0) {
        throw misuse(`Expected contenders that can do ${reference}; ${name}: ${lacking.join(' and ')}.`);
      }
    }
  }
}
