import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { misuse } from './allowed-options.ts';
import { callersFolder } from './callers-folder.ts';

/**
 * Has `latency-recorded` play a file of the user's, in the processes of the runs, too: they inherit the environment.
 *
 * @throws BenchmarkError `INVALID_ARGUMENTS` when there is no such file: at once, and not after the workloads before it.
 */
export function playRecording(recording: string | undefined): void {
  if (recording === undefined) return;
  const path = resolve(callersFolder(), recording);
  if (!existsSync(path)) throw misuse(`Expected --recording to be a file of arrivals; there is no ${path}.`);
  process.env['TRADEWIND_RECORDING'] = path;
}
