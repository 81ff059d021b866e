import { parseArgs } from 'node:util';
import { errorCode, showValue } from '@tradewind/core-types';
import { DemoError } from './errors.ts';
import { FAULTS, type Fault } from './injection/faults.ts';
import { ROLES, type Role } from './redis/roles.ts';

/** What the command line asks for. */
export interface DemoOptions {
  /** A recording or a folder of them; undefined: the simulated venues. */
  readonly replayPath: string | undefined;
  /** Virtual seconds per real second; `Infinity`: as fast as it goes. */
  readonly speed: number;
  /** Seconds of virtual time; undefined: to the end of the recording. */
  readonly seconds: number | undefined;
  readonly seed: number;
  /** Feed, strategy and risk check as processes of their own over Redis. */
  readonly redis: boolean;
  /** The process that is killed on purpose while it runs; only over Redis. */
  readonly kill: Role | undefined;
  /** What goes wrong on purpose, instead of the demo as usual. */
  readonly inject: Fault | undefined;
  /** Without learned routing: the client's own scheduler, and no plugin. */
  readonly static: boolean;
  readonly json: boolean;
  readonly help: boolean;
}

export const HELP: string = `Tradewind demo: market data and orders through a message bus with priorities.

Usage: npm run demo -- [options]

  --seconds N     seconds of market time to run (simulated venues: 20; a recording: all of it)
  --seed S        whole number that the simulated venues are made from (default 42);
                  the same seed gives the same business summary, to the byte
  --replay PATH   recorded events instead of simulated venues: a .jsonl or .jsonl.gz file,
                  or a folder of them, merged by the recorder's clock
  --speed N       market seconds per real second (default 1), or max
  --redis         feed, strategy and risk check as processes of their own over Redis: a private
                  redis-server, or the one that REDIS_URL names; one that is killed is started again
  --kill PROCESS  with --redis: kills feed, strategy or risk after a third of the run
  --inject FAULT  redis-down, slow-handler, stale-feed or queue-full: lets it go wrong for real and
                  shows the alert, who is told, the remedy and the end; with --seed alone
  --static        without learned routing: the client's own scheduler decides which lane is next
  --json          nothing but one JSON document on stdout (schema/demo-report.schema.json)
  --help          this text

Without a terminal it prints one line a second. NO_COLOR is respected. Ctrl-C stops the market,
drains the bus and prints the summary; a second Ctrl-C exits at once.

Without --json and --redis it is watched: metrics, health and alerts are served at the address
that it prints, for this machine alone.

Exit codes: 0 nothing was lost; 1 something was lost or failed, or the story of --inject did not
happen; 2 the command line is wrong, or there is no recording at its PATH; 130 ended by a second
Ctrl-C.
`;

/**
 * Reads the command line.
 *
 * @throws DemoError `INVALID_ARGUMENTS` for an unknown option, a value that is none, or options that do not go together.
 */
export function parseOptions(args: readonly string[]): DemoOptions {
  const values = readFlags(args);
  const replayPath = values.replay;
  if (replayPath === '') throw invalid('--replay needs the path of a recording or folder, received an empty text.');
  if (replayPath !== undefined && values.seed !== undefined) {
    throw invalid('--seed makes simulated venues and --replay takes recorded ones; both were given.');
  }
  const kill = readRole(values.kill, values.redis ?? false);
  if (values.redis === true && replayPath !== undefined) {
    throw invalid('--redis runs simulated venues and --replay takes recorded ones; both were given.');
  }
  if (values.redis === true && values.static === true) {
    throw invalid('--static turns off what is learned within one process, which --redis does not do; both were given.');
  }
  const seconds =
    values.seconds === undefined ? undefined : readNumber('--seconds', values.seconds, { above: 0, upTo: MAX_SECONDS });
  return {
    replayPath,
    speed:
      values.speed === 'max'
        ? Number.POSITIVE_INFINITY
        : readNumber('--speed', values.speed ?? '1', { above: 0, upTo: MAX_SPEED }),
    seconds: seconds ?? (replayPath === undefined ? DEFAULT_SECONDS : undefined),
    seed: readSeed(values.seed ?? DEFAULT_SEED),
    redis: values.redis ?? false,
    kill,
    inject: readFault(values),
    static: values.static ?? false,
    json: values.json ?? false,
    help: values.help ?? false,
  };
}

interface Flags {
  readonly replay?: string | undefined;
  readonly speed?: string | undefined;
  readonly seconds?: string | undefined;
  readonly seed?: string | undefined;
  readonly redis?: boolean | undefined;
  readonly kill?: string | undefined;
  readonly inject?: string | undefined;
  readonly static?: boolean | undefined;
  readonly json?: boolean | undefined;
  readonly help?: boolean | undefined;
}

function readFlags(args: readonly string[]): Flags {
  try {
    return parseArgs({
      args: withNegativeValues(args),
      strict: true,
      allowPositionals: false,
      options: {
        replay: { type: 'string' },
        speed: { type: 'string' },
        seconds: { type: 'string' },
        seed: { type: 'string' },
        redis: { type: 'boolean' },
        kill: { type: 'string' },
        inject: { type: 'string' },
        static: { type: 'boolean' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (cause) {
    if (errorCode(cause)?.startsWith('ERR_PARSE_ARGS') !== true || !(cause instanceof Error)) throw cause;
    // Node's own sentences go on to explain positional arguments, which the demo has none of.
    const [sentence = ''] = cause.message.replaceAll('\n', ' ').split('. ');
    throw invalid(`${sentence.replace(/\.$/, '')}.`, cause);
  }
}

/** Writes `--seconds -1` as `--seconds=-1`: the parser takes the value for an option, and says so instead of what was expected. */
function withNegativeValues(args: readonly string[]): string[] {
  const joined: string[] = [];
  for (const arg of args) {
    const last = joined.at(-1);
    if (NEGATIVE.test(arg) && last !== undefined && VALUE_FLAGS.has(last)) joined[joined.length - 1] = `${last}=${arg}`;
    else joined.push(arg);
  }
  return joined;
}

function readNumber(flag: string, text: string, bounds: { readonly above: number; readonly upTo: number }): number {
  const value = DECIMAL.test(text) ? Number(text) : Number.NaN;
  if (value > bounds.above && value <= bounds.upTo) return value;
  const orMax = flag === '--speed' ? ', or max' : '';
  throw invalid(
    `${flag} needs a number above ${bounds.above} and up to ${bounds.upTo}${orMax}, received ${showValue(text)}.`,
  );
}

function readRole(text: string | undefined, isOverRedis: boolean): Role | undefined {
  if (text === undefined) return undefined;
  if (!isOverRedis) throw invalid('--kill kills one of the processes of --redis, which was not given.');
  const role = ROLES.find((candidate) => candidate === text);
  if (role === undefined) throw invalid(`--kill needs one of ${ROLES.join(', ')}, received ${showValue(text)}.`);
  return role;
}

function readFault(values: Flags): Fault | undefined {
  const { inject } = values;
  if (inject === undefined) return undefined;
  const fault = FAULTS.find((candidate) => candidate === inject);
  if (fault === undefined) throw invalid(`--inject needs one of ${FAULTS.join(', ')}, received ${showValue(inject)}.`);
  const other = Object.keys(values).find((flag) => flag !== 'inject' && flag !== 'seed' && flag !== 'help');
  if (other !== undefined)
    throw invalid(`--inject runs a story of its own, with --seed at most; --${other} was given too.`);
  return fault;
}

function readSeed(text: string): number {
  const value = WHOLE.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(value)) return value;
  throw invalid(`--seed needs a whole number below 2^53, received ${showValue(text)}.`);
}

function invalid(message: string, cause?: unknown): DemoError {
  return new DemoError('INVALID_ARGUMENTS', { message, hint: 'See npm run demo -- --help.', cause });
}

const DEFAULT_SECONDS = 20;
const DEFAULT_SEED = '42';
/** A day of market time. */
const MAX_SECONDS = 86_400;
const MAX_SPEED = 1_000_000;
const DECIMAL = /^\d+(?:\.\d+)?$/;
const NEGATIVE = /^-[\d.]/;
const VALUE_FLAGS: ReadonlySet<string> = new Set(['--seconds', '--speed', '--seed']);
const WHOLE = /^-?\d{1,16}$/;
