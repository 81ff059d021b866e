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
  return runModule<BenchmarkResult>(
    { module: CHILD, task, name: `${task.workload} on ${task.contender}`, flags: childFlags(task.contender) },
    { longestMs: LONGEST_REST_MS + LONGEST_FACTOR * task.measureMs, signal },
  );
}

/** A module that is to run by itself. */
export interface ChildModule {
  /** Its path. It gets the task as JSON, as its argument, and prints its result as JSON, as its last line. */
  readonly module: string;
  readonly task: unknown;
  /** In errors. */
  readonly name: string;
  readonly flags: readonly string[];
}

/** Runs a module in a fresh process and reads what it prints. @throws BenchmarkError `RUN_FAILED`. */
export function runModule<T>(
  { module, task, name, flags }: ChildModule,
  { longestMs, signal }: { readonly longestMs: number; readonly signal?: AbortSignal | undefined },
): Promise<T> {
  const args = [...flags, module, JSON.stringify(task)];
  return new Promise((resolve, reject) => {
    const options = {
      env: childEnvironment(),
      timeout: longestMs,
      maxBuffer: MAX_OUTPUT_BYTES,
      ...(signal === undefined ? {} : { signal }),
    };
    execFile(process.execPath, args, options, (error, stdout, stderr) => {
      if (error === null) {
        try {
          resolve(JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as T);
          return;
        } catch (cause) {
          reject(failure(name, 'printed no result', cause));
          return;
        }
      }
      const how = error.killed === true ? `did not end within ${longestMs / 1000} s` : 'failed';
      reject(failure(name, `${how}: ${lastLines(stderr) || error.message}`, error));
    });
  });
}

/** The lines that say what happened: the frames of the stack are left out. */
function lastLines(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '' && !/^\s+at |^Node\.js v/.test(line));
  return lines.slice(-SHOWN_LINES).join(' ').trim();
}

function failure(name: string, what: string, cause: unknown): BenchmarkError {
  return new BenchmarkError('RUN_FAILED', {
    message: `The run of ${name} ${what}.`,
    hint: 'Run it alone with runBenchmark to see all of its output.',
    cause,
  });
}
