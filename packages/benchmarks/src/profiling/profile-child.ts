// Profiles one contender in one workload in a process of its own, writes the profile to a file, and prints the rest as a line of JSON.
import { writeFileSync } from 'node:fs';
import { loadContender, loadWorkload } from '../running/modules.ts';
import { hotFunctions } from './hot-functions.ts';
import { profileRun } from './profile-run.ts';
import type { ProfileSummary, ProfileTask } from './write-profile.ts';

const task = JSON.parse(process.argv[2] ?? '') as ProfileTask;
const { profile, problems, resources } = await profileRun({
  contender: await loadContender(task.contender),
  workload: await loadWorkload(task.workload),
  kind: task.kind,
  measureMs: task.measureMs,
  seed: task.seed,
});
writeFileSync(task.file, JSON.stringify(profile));
const summary: ProfileSummary = { file: task.file, problems, resources, hot: hotFunctions(profile) };
// Whatever a peer keeps open is no reason to wait.
process.stdout.write(`\n${JSON.stringify(summary)}\n`, () => process.exit(0));
