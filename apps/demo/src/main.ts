import { compose } from './compose.ts';
import { DemoError } from './errors.ts';
import { HELP, parseOptions, type DemoOptions } from './options.ts';
import { runDemo } from './run.ts';
import { stopOnSignals } from './signals.ts';
import { reportText } from './summary/report-text.ts';
import { plainView, silentView, terminalView, type View } from './view/view.ts';

/** A pipe has no width: the tables are as wide as they like. */
const PIPE_WIDTH = 160;
/** 128 and the number of SIGPIPE. */
const BROKEN_PIPE = 141;

/** Runs the command line and returns its exit code. */
async function main(args: readonly string[]): Promise<number> {
  const options = parseOptions(args);
  if (options.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const demo = await compose(options);
  const color = process.stdout.isTTY && !process.env['NO_COLOR'];
  const view = chooseView(options, color);
  const signals = stopOnSignals({ stop: () => demo.timeline.stop(), restore: () => view.close() });
  const report = await runDemo(demo, view).finally(() => signals[Symbol.dispose]());
  const width = process.stdout.isTTY ? process.stdout.columns : PIPE_WIDTH;
  process.stdout.write(
    options.json ? `${JSON.stringify(report, null, 2)}\n` : `\n${reportText(report, { width, color })}`,
  );
  return report.exitCode;
}

function chooseView({ json }: DemoOptions, color: boolean): View {
  if (json) return silentView();
  return process.stdout.isTTY ? terminalView(process.stdout, color) : plainView(process.stdout);
}

/** A reader that has gone away, such as `head`, ends the demo as it would end any other program in a pipe. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? BROKEN_PIPE : 1);
});

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  if (!(error instanceof DemoError)) throw error;
  process.stderr.write(`${error.message}\n`);
  return error.code === 'INVALID_ARGUMENTS' ? 2 : 1;
});
