import { parseArgs } from 'node:util';
import type { ProfileKind } from '../profiling/profile-run.ts';

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
    }
  | {
      readonly command: 'configurations';
      readonly write: boolean;
      readonly redraw: boolean;
      readonly json: boolean;
      readonly out: string | undefined;
    }
  | {
      readonly command: 'self-test';
      readonly runs: number | undefined;
      readonly rounds: number | undefined;
      readonly out: string | undefined;
      readonly json: boolean;
    };

const OPTIONS = {
  quick: { type: 'boolean', default: false },
  write: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
  list: { type: 'boolean', default: false },
  redraw: { type: 'boolean', default: false },
  rounds: { type: 'string' },
  runs: { type: 'string' },
  minutes: { type: 'string' },
  'latency-rounds': { type: 'string' },
  only: { type: 'string' },
  contenders: { type: 'string' },
  out: { type: 'string' },
  baselines: { type: 'string' },
  pin: { type: 'string' },
  profile: { type: 'string' },
  'contender-module': { type: 'string' },
  build: { type: 'string' },
} as const;

/** @throws Error with a sentence for the user, when the arguments are none of what `USAGE` says. */
export function parseCommandLine(args: readonly string[]): CommandLine {
  const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  const [command = 'run', ...rest] = positionals;
  if (values.help) return { command: 'help', of: values.profile === undefined ? positionals[0] : 'profile' };
  if (Object.hasOwn(EXPERIMENT_COMMANDS, command))
    return experiments(command as keyof typeof EXPERIMENT_COMMANDS, rest, values);
  if (values.list || command === 'list') return { command: 'list' };
  const { json } = values;
  const rounds = countOf('--rounds', values.rounds);
  if (command === 'compare') {
    const [base, head, ...more] = rest;
    if (base === undefined || head === undefined || more.length > 0) {
      throw new Error(`Expected compare BASE HEAD, two git references or folders; got ${rest.length}.`);
    }
    const latencyRounds = countOf('--latency-rounds', values['latency-rounds'], 0);
    return {
      command,
      base,
      head,
      rounds,
      latencyRounds,
      contenderModule: values['contender-module'],
      build: values.build,
      json,
    };
  }
  if (rest.length > 0) throw new Error(`Expected no further words after ${command}; got "${rest.join(' ')}".`);
  if (command === 'self-test') {
    return { command, runs: countOf('--runs', values.runs), rounds, out: values.out, json };
  }
  if (command === 'configurations')
    return { command, write: values.write, redraw: values.redraw, json, out: values.out };
  if (command !== 'run') {
    throw new Error(`Expected run, redis, claims, compare, self-test, configurations or list; got "${command}".`);
  }
  if (values.pin !== undefined && values.baselines === undefined) {
    throw new Error('Expected --baselines FOLDER beside --pin RELEASE: where the baseline is kept.');
  }
  const { quick, write, out, baselines, pin } = values;
  const lists = { contenders: listOf(values.contenders), workloads: listOf(values.only) };
  if (values.profile !== undefined) return { command: 'profile', kind: kindOf(values.profile), quick, ...lists, out };
  return { command, quick, write, json, rounds, ...lists, out, baselines, pin };
}

/** The sets of experiments by their words; the package that is measured over Redis gives its name to them, too. */
const EXPERIMENT_COMMANDS = { redis: 'redis', 'redis-streams': 'redis', claims: 'claims' } as const;

function experiments(
  word: keyof typeof EXPERIMENT_COMMANDS,
  rest: readonly string[],
  values: ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'],
): CommandLine {
  if (rest.length > 0) throw new Error(`Expected no further words after ${word}; got "${rest.join(' ')}".`);
  const command = EXPERIMENT_COMMANDS[word];
  if (values.list) return { command: 'list-experiments', set: command };
  const { quick, write, json, out, redraw } = values;
  const rounds = countOf('--rounds', values.rounds);
  const minutes = countOf('--minutes', values.minutes);
  return { command, quick, write, json, rounds, minutes, redraw, workloads: listOf(values.only), out };
}

function kindOf(value: string): ProfileKind {
  if (value === 'cpu' || value === 'heap') return value;
  throw new Error(`Expected --profile cpu or --profile heap; got "${value}".`);
}

function listOf(value: string | undefined): readonly string[] | undefined {
  return value?.split(',').filter((name) => name !== '');
}

function countOf(name: string, value: string | undefined, least = 1): number | undefined {
  if (value === undefined) return undefined;
  const count = Number(value);
  if (Number.isSafeInteger(count) && count >= least) return count;
  throw new Error(`Expected ${name} to be an integer of at least ${least}; got "${value}".`);
}
