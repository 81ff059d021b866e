import { BenchmarkError } from '../errors.ts';

/** The options of all commands, as `parseArgs` takes them. Without defaults: what has a value was given. */
export const OPTIONS = {
  quick: { type: 'boolean' },
  write: { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean' },
  list: { type: 'boolean' },
  redraw: { type: 'boolean' },
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
  recording: { type: 'string' },
  'contender-module': { type: 'string' },
  build: { type: 'string' },
} as const;

type OptionName = keyof typeof OPTIONS;

/** How the program is called: a command, or an option that makes another one of it. */
export type CallingForm =
  | 'run'
  | '--profile'
  | 'redis'
  | 'claims'
  | 'configurations'
  | '--redraw'
  | 'compare'
  | 'self-test'
  | 'trend'
  | 'list';

/** The options that mean something to each form. */
const TAKEN: Readonly<Record<CallingForm, readonly OptionName[]>> = {
  run: ['quick', 'write', 'json', 'rounds', 'only', 'contenders', 'out', 'baselines', 'pin', 'recording'],
  '--profile': ['profile', 'quick', 'only', 'contenders', 'out', 'recording'],
  redis: ['quick', 'write', 'json', 'rounds', 'minutes', 'only', 'out'],
  claims: ['quick', 'write', 'json', 'rounds', 'minutes', 'only', 'out'],
  configurations: ['write', 'json', 'out'],
  '--redraw': ['redraw', 'out'],
  compare: ['rounds', 'latency-rounds', 'contender-module', 'build', 'json'],
  'self-test': ['runs', 'rounds', 'out', 'json'],
  trend: ['json'],
  list: ['list'],
};

/** A mistake in the arguments, as a sentence that says what was expected and what came. */
export function misuse(sentence: string): BenchmarkError {
  return new BenchmarkError('INVALID_ARGUMENTS', {
    message: sentence,
    hint: 'tradewind-bench COMMAND --help tells what a command takes.',
  });
}

/**
 * Refuses options that the called form would not look at: a run of an hour that leaves out what was asked of it is worse than none.
 *
 * @throws BenchmarkError `INVALID_ARGUMENTS`.
 */
export function checkTaken(form: CallingForm, given: Readonly<Record<string, unknown>>): void {
  const taken: readonly string[] = TAKEN[form];
  const strangers = Object.keys(given).filter((name) => !taken.includes(name));
  if (strangers.length === 0) return;
  throw misuse(`Expected ${form} with no other options than ${flags(taken)}; got ${flags(strangers)}.`);
}

function flags(names: readonly string[]): string {
  return names.map((name) => `--${name}`).join(', ');
}
