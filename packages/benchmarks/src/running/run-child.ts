import { execFile } from 'node:child_process';
import { BenchmarkError } from '../errors.ts';
import { childEnvironment, childFlags, moduleBeside } from './child-process.ts';
import type { BenchmarkResult } from './run-benchmark.ts';

/** What a child process is to run: names of built-in ones, or `file:` URLs of modules. */
export interface ChildTask {
  readonly contender: string;
  readonly workload: string;
  readonly measureMs: number;
  readonly seed: number;
}

const CHILD = moduleBeside(import.meta.url, './child');
/** Of what is not measured: starting, warming up, settling. */
const LONGEST_REST_MS = 120_000;
/** A measured part that is asked for by CPU time may take this many times as long on a busy machine. */
const LONGEST_FACTOR = 3;
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
    const longestMs = LONGEST_REST_MS + LONGEST_FACTOR * task.measureMs;
    const options = {
      env: childEnvironment(),
      timeout: longestMs,
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
      const how = error.killed === true ? `did not end within ${longestMs / 1000} s` : 'failed';
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
