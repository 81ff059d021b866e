import { CONTENDERS } from '../contenders/builtin.ts';
import { FURTHER_WORKLOADS, WORKLOADS } from '../workloads/builtin.ts';
import { compareCommand, selfTestCommand } from './compare-command.ts';
import { configurationsCommand } from './configurations-command.ts';
import { EXPERIMENT_SETS } from './experiment-sets.ts';
import { experimentsCommand } from './experiments-command.ts';
import { parseCommandLine, type CommandLine } from './options.ts';
import { profileCommand } from './profile-command.ts';
import { runCommand } from './run-command.ts';
import { trendCommand } from './trend-command.ts';
import { USAGE, usageOf } from './usage.ts';

/** Does what the arguments say and returns the exit code; a mistake in them is told on stderr, and is 2. */
export async function runProgram(args: readonly string[]): Promise<number> {
  let commandLine: CommandLine;
  try {
    commandLine = parseCommandLine(args);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return 2;
  }
  try {
    return await perform(commandLine);
  } catch (error) {
    // What our own errors say is for the user; any other one is a defect, and its stack is wanted.
    if (!(error instanceof Error) || !['BenchmarkError', 'ValidationError'].includes(error.name)) throw error;
    console.error(error.message);
    // A side that loses messages is no mistake in the arguments.
    return 'code' in error && error.code === 'RUN_FAILED' ? 1 : 2;
  }
}

function perform(commandLine: CommandLine): Promise<number> | number {
  switch (commandLine.command) {
    case 'help':
      console.log(usageOf(commandLine.of));
      return 0;
    case 'list':
      for (const { name, work } of WORKLOADS) console.log(`${name.padEnd(22)} ${work}`);
      console.log('\nin no set, for --only:');
      for (const { name, work } of FURTHER_WORKLOADS) console.log(`${name.padEnd(22)} ${work}`);
      console.log(`\ncontenders: ${CONTENDERS.map(({ name }) => name).join(', ')}`);
      return 0;
    case 'list-experiments':
      for (const { name, title } of EXPERIMENT_SETS[commandLine.set].experiments)
        console.log(`${name.padEnd(28)} ${title}`);
      return 0;
    case 'redis':
    case 'claims':
      return experimentsCommand(commandLine);
    case 'compare':
      return compareCommand(commandLine);
    case 'profile':
      return profileCommand(commandLine);
    case 'configurations':
      return configurationsCommand(commandLine);
    case 'self-test':
      return selfTestCommand(commandLine);
    case 'trend':
      return trendCommand(commandLine);
    case 'run':
      return runCommand(commandLine);
  }
}
