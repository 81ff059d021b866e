import { compose, type ComposeExtras, type Composition } from './compose.ts';
import { DemoError, type DemoErrorCode } from './errors.ts';
import type { Fault } from './injection/faults.ts';
import type { Operations } from './operations/operations.ts';
import { HELP, parseOptions, type DemoOptions } from './options.ts';
import { redisReportText } from './redis/redis-report.ts';
import { runRedisDemo } from './redis/run-redis-demo.ts';
import { runDemo } from './run.ts';
import { stopOnSignals } from './signals.ts';
import { reportText } from './summary/report-text.ts';
import { plainView, silentView, terminalView, type View } from './view/view.ts';

/** What another command line puts right. */
const USAGE_ERRORS: ReadonlySet<DemoErrorCode> = new Set<DemoErrorCode>(['INVALID_ARGUMENTS', 'NO_RECORDING']);
/** A pipe has no width: the tables are as wide as they like. */
const PIPE_WIDTH = 160;
/** 128 and the number of SIGPIPE. */
const BROKEN_PIPE = 141;

/**
 * The demo as a program: reads the arguments, runs, writes to stdout and stderr, and resolves to the exit code.
 *
 * What the user got wrong is said in one line, without a stack; anything else that is thrown is a fault of the demo and is not caught.
 */
export async function runCommandLine(args: readonly string[], extras: ComposeExtras = {}): Promise<number> {
  // A reader that has gone away, such as `head`, ends the demo as it would end any other program in a pipe.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? BROKEN_PIPE : 1);
  });
  try {
    return await run(parseOptions(args), extras);
  } catch (error) {
    if (!(error instanceof DemoError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return USAGE_ERRORS.has(error.code) ? 2 : 1;
  }
}

async function run(options: DemoOptions, extras: ComposeExtras): Promise<number> {
  const { stdout } = process;
  if (options.help) {
    stdout.write(HELP);
    return 0;
  }
  if (options.inject !== undefined) return runStory(options.inject, options.seed);
  if (options.redis) return runOverRedis(options);
  const demo = await compose(options, extras);
  const color = stdout.isTTY && !process.env['NO_COLOR'];
  // A program reads the document alone: nobody looks.
  const operations = options.json ? undefined : await watched(demo);
  const view = chooseView(options, color);
  // Whatever ends the process, an unforeseen error included: the terminal is as it was before.
  process.once('exit', () => view.close());
  const signals = stopOnSignals({ stop: () => demo.timeline.stop(), restore: () => view.close() });
  const report = await runDemo(demo, view).finally(() => signals[Symbol.dispose]());
  await operations?.[Symbol.asyncDispose]();
  const width = stdout.isTTY ? stdout.columns : PIPE_WIDTH;
  stdout.write(options.json ? `${JSON.stringify(report, null, 2)}\n` : `\n${reportText(report, { width, color })}`);
  return report.exitCode;
}

/** Watches a demo and says where. Loaded where it is asked for: a document for a program is there sooner without it. */
async function watched(demo: Composition): Promise<Operations> {
  const [{ watchDemo }, { addressLine }] = await Promise.all([
    import('./operations/watch-demo.ts'),
    import('./operations/pages.ts'),
  ]);
  const operations = await watchDemo(demo);
  process.stdout.write(`${addressLine(operations.pages)}\n`);
  return operations;
}

async function runStory(fault: Fault, seed: number): Promise<number> {
  const { runInjection } = await import('./injection/run-injection.ts');
  let stop: (() => void) | undefined;
  const signals = stopOnSignals({ stop: () => stop?.(), restore: () => undefined });
  return runInjection({
    fault,
    seed,
    onLine: (text) => void process.stdout.write(`${text}\n`),
    onStoppable: (end) => {
      stop = end;
    },
  }).finally(() => signals[Symbol.dispose]());
}

async function runOverRedis(options: DemoOptions): Promise<number> {
  const { stdout } = process;
  let stop: (() => void) | undefined;
  const signals = stopOnSignals({ stop: () => stop?.(), restore: () => undefined });
  const report = await runRedisDemo(options, {
    onLine: (text) => void (options.json || stdout.write(`${text}\n`)),
    onStoppable: (stopMarket) => {
      stop = stopMarket;
    },
  }).finally(() => signals[Symbol.dispose]());
  const width = stdout.isTTY ? stdout.columns : PIPE_WIDTH;
  const color = stdout.isTTY && !process.env['NO_COLOR'];
  stdout.write(
    options.json ? `${JSON.stringify(report, null, 2)}\n` : `\n${redisReportText(report, { width, color })}`,
  );
  return report.exitCode;
}

function chooseView({ json }: DemoOptions, color: boolean): View {
  if (json) return silentView();
  return process.stdout.isTTY ? terminalView(process.stdout, color) : plainView(process.stdout);
}
