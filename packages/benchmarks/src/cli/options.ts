import { parseArgs } from 'node:util';
import type { ProfileKind } from '../profiling/profile-run.ts';
import { checkTaken, misuse, OPTIONS, type CallingForm } from './allowed-options.ts';

/** What a command line asks for, told apart by `command`. */
export type CommandLine =
  | { readonly command: 'list' }
  | { readonly command: 'help'; readonly of: string | undefined }
  | {
      readonly command: 'run';
      readonly quick: boolean;
      readonly write: boolean;
      readonly json: boolean;
      readonly rounds: number | undefined;
      readonly contenders: readonly string[] | undefined;
      readonly workloads: readonly string[] | undefined;
      readonly out: string | undefined;
      readonly baselines: string | undefined;
      readonly pin: string | undefined;
      readonly recording: string | undefined;
    }
  | {
      readonly command: 'compare';
      readonly base: string;
      readonly head: string;
      readonly rounds: number | undefined;
      readonly latencyRounds: number | undefined;
      readonly contenderModule: string | undefined;
      readonly build: string | undefined;
      readonly json: boolean;
    }
  | {
      readonly command: 'redis' | 'claims';
      readonly quick: boolean;
      readonly write: boolean;
      readonly json: boolean;
      readonly rounds: number | undefined;
      readonly minutes: number | undefined;
      readonly redraw: boolean;
      readonly workloads: readonly string[] | undefined;
      readonly out: string | undefined;
    }
  | { readonly command: 'list-experiments'; readonly set: 'redis' | 'claims' }
  | {
      readonly command: 'profile';
      readonly kind: ProfileKind;
      readonly quick: boolean;
      readonly contenders: readonly string[] | undefined;
      readonly workloads: readonly string[] | undefined;
      readonly out: string | undefined;
      readonly recording: string | undefined;
    }
  | {
      readonly command: 'configurations';
      readonly write: boolean;
      readonly redraw: boolean;
      readonly json: boolean;
      readonly out: string | undefined;
    }
  | { readonly command: 'trend'; readonly folder: string; readonly json: boolean }
  | {
      readonly command: 'self-test';
      readonly runs: number | undefined;
      readonly rounds: number | undefined;
      readonly out: string | undefined;
      readonly json: boolean;
    };

type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'];

/** The words that a command line begins with; the package that is measured over Redis gives its name to the comparisons, too. */
const COMMANDS = {
  run: 'run',
  redis: 'redis',
  'redis-streams': 'redis',
  claims: 'claims',
  compare: 'compare',
  'self-test': 'self-test',
  configurations: 'configurations',
  trend: 'trend',
  list: 'list',
} as const;

type Command = (typeof COMMANDS)[keyof typeof COMMANDS];

/** The workload that plays a recording. */
const RECORDED = 'latency-recorded';

/**
 * What the arguments ask for.
 *
 * @throws BenchmarkError `INVALID_ARGUMENTS`, a sentence for the user, when they are none of what `USAGE` says, options that the command would
 * not look at included; what `parseArgs` throws for an option that there is not.
 */
export function parseCommandLine(args: readonly string[]): CommandLine {
  // `--profile --help` lacks a value that nobody wants to give.
  if (args.includes('--profile') && args.includes('--help')) return { command: 'help', of: 'profile' };
  const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  const [word = 'run', ...rest] = positionals;
  if (values.help === true) return { command: 'help', of: positionals[0] };
  if (!Object.hasOwn(COMMANDS, word)) {
    throw misuse(`Expected run, redis, claims, compare, self-test, configurations, trend or list; got "${word}".`);
  }
  const command = COMMANDS[word as keyof typeof COMMANDS];
  checkTaken(formOf(command, values), values);
  if (command === 'compare') return compare(rest, values);
  if (command === 'trend') return trend(rest, values);
  if (rest.length > 0) throw misuse(`Expected no further words after ${word}; got "${rest.join(' ')}".`);
  const { write = false, json = false, redraw = false, out } = values;
  switch (command) {
    case 'list':
      return { command };
    case 'redis':
    case 'claims':
      return experiments(command, values);
    case 'self-test':
      return { command, runs: countOf('--runs', values.runs), rounds: countOf('--rounds', values.rounds), out, json };
    case 'configurations':
      return { command, write, redraw, json, out };
    case 'run':
      return run(values);
  }
}

/** The form that a command has with the options that make another one of it. */
function formOf(command: Command, { list, redraw, profile }: Values): CallingForm {
  const isSet = command === 'redis' || command === 'claims';
  if (list === true && (isSet || command === 'run')) return 'list';
  if (redraw === true && (isSet || command === 'configurations')) return '--redraw';
  return profile !== undefined && command === 'run' ? '--profile' : command;
}

function run(values: Values): CommandLine {
  const { quick = false, write = false, json = false, out, baselines, pin, recording } = values;
  if (values.list === true) return { command: 'list' };
  const lists = { contenders: listOf(values.contenders), workloads: listOf(values.only) };
  if (recording !== undefined && !(lists.workloads?.includes(RECORDED) ?? false)) {
    throw misuse(`Expected --only ${RECORDED} beside --recording FILE, the workload that plays it.`);
  }
  if (values.profile !== undefined) {
    return { command: 'profile', kind: kindOf(values.profile), quick, ...lists, out, recording };
  }
  if (pin !== undefined && baselines === undefined) {
    throw misuse('Expected --baselines FOLDER beside --pin RELEASE: where the baseline is kept.');
  }
  const rounds = countOf('--rounds', values.rounds);
  return { command: 'run', quick, write, json, rounds, ...lists, out, baselines, pin, recording };
}

function experiments(command: 'redis' | 'claims', values: Values): CommandLine {
  if (values.list === true) return { command: 'list-experiments', set: command };
  const { quick = false, write = false, json = false, redraw = false, out } = values;
  const rounds = countOf('--rounds', values.rounds);
  const minutes = countOf('--minutes', values.minutes);
  return { command, quick, write, json, rounds, minutes, redraw, workloads: listOf(values.only), out };
}

function compare(rest: readonly string[], values: Values): CommandLine {
  const [base, head, ...more] = rest;
  if (base === undefined || head === undefined || more.length > 0) {
    throw misuse(`Expected compare BASE HEAD, two git references or folders; got ${rest.length}.`);
  }
  return {
    command: 'compare',
    base,
    head,
    rounds: countOf('--rounds', values.rounds),
    latencyRounds: countOf('--latency-rounds', values['latency-rounds'], 0),
    contenderModule: values['contender-module'],
    build: values.build,
    json: values.json ?? false,
  };
}

function trend(rest: readonly string[], { json = false }: Values): CommandLine {
  const [folder, ...more] = rest;
  if (folder === undefined || more.length > 0) {
    throw misuse(`Expected trend FOLDER, where --baselines keeps its runs; got ${rest.length} words.`);
  }
  return { command: 'trend', folder, json };
}

function kindOf(value: string): ProfileKind {
  if (value === 'cpu' || value === 'heap') return value;
  throw misuse(`Expected --profile cpu or --profile heap; got "${value}".`);
}

function listOf(value: string | undefined): readonly string[] | undefined {
  return value?.split(',').filter((name) => name !== '');
}

function countOf(name: string, value: string | undefined, least = 1): number | undefined {
  if (value === undefined) return undefined;
  const count = Number(value);
  if (Number.isSafeInteger(count) && count >= least) return count;
  throw misuse(`Expected ${name} to be an integer of at least ${least}; got "${value}".`);
}
