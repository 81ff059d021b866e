import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { BenchmarkError } from '../errors.ts';
import { childEnvironment, childFlags } from './child-process.ts';
import type { BenchmarkResult } from './run-benchmark.ts';

/** What a child process is to run: names of built-in ones, or `file:` URLs of modules. */
export interface ChildTask {
  readonly contender: string;
  readonly workload: string;
  readonly measureMs: number;
  readonly seed: number;
}

/** The child is found beside this module: TypeScript where this runs from its source, JavaScript where it is built. */
const CHILD = fileURLToPath(import.meta.resolve(import.meta.url.endsWith('.ts') ? './child.ts' : './child.js'));
const LONGEST_RUN_MS = 120_000;
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;
const SHOWN_LINES = 6;

/**
 * Runs a task in a fresh process with the conditions of this one, and its garbage collector exposed.
 *
 * @throws BenchmarkError `RUN_FAILED` with the end of what it wrote to stderr, when it fails, hangs or prints no result.
 */
export function runChild(task: ChildTask, signal?: AbortSignal): Promise<BenchmarkResult> {
  const args = [...childFlags(task.contender), CHILD, JSON.stringify(task)];
  return new Promise((resolve, reject) => {
    const options = {
      env: childEnvironment(),
      timeout: LONGEST_RUN_MS,
      maxBuffer: MAX_OUTPUT_BYTES,
      ...(signal === undefined ? {} : { signal }),
    };
    execFile(process.execPath, args, options, (error, stdout, stderr) => {
      if (error === null) {
        try {
          resolve(JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as BenchmarkResult);
          return;
        } catch (cause) {
          reject(failure(task, 'printed no result', cause));
          return;
        }
      }
      const how = error.killed === true ? `did not end within ${LONGEST_RUN_MS / 1000} s` : 'failed';
      reject(failure(task, `${how}: ${lastLines(stderr) || error.message}`, error));
    });
  });
}

/** The lines that say what happened: the frames of the stack are left out. */
function lastLines(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '' && !/^\s+at |^Node\.js v/.test(line));
  return lines.slice(-SHOWN_LINES).join(' ').trim();
}

function failure(task: ChildTask, what: string, cause: unknown): BenchmarkError {
  return new BenchmarkError('RUN_FAILED', {
    message: `The run of ${task.workload} on ${task.contender} ${what}.`,
    hint: 'Run it alone with runBenchmark to see all of its output.',
    cause,
  });
}
