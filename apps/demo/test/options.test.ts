import { describe, expect, test } from 'vitest';
import { HELP, parseOptions } from '../src/options.ts';

function refusal(...args: string[]): unknown {
  try {
    return parseOptions(args);
  } catch (error) {
    return error;
  }
}

describe('the command line', () => {
  test('has defaults: twenty seconds of simulated venues at real pace', () => {
    expect(parseOptions([])).toEqual({
      replayPath: undefined,
      speed: 1,
      seconds: 20,
      seed: 42,
      redis: false,
      kill: undefined,
      static: false,
      json: false,
      help: false,
    });
  });

  test('a recording is replayed to its end unless seconds are given', () => {
    expect(parseOptions(['--replay', 'data']).seconds).toBeUndefined();
    expect(parseOptions(['--replay', 'data', '--seconds', '1.5']).seconds).toBe(1.5);
  });

  test('reads every option, in both spellings', () => {
    expect(parseOptions(['--seconds=3', '--seed=-7', '--speed=max', '--json', '-h'])).toEqual({
      replayPath: undefined,
      speed: Number.POSITIVE_INFINITY,
      seconds: 3,
      seed: -7,
      redis: false,
      kill: undefined,
      static: false,
      json: true,
      help: true,
    });
    expect(parseOptions(['--speed', '0.5']).speed).toBe(0.5);
    expect(parseOptions(['--redis', '--kill', 'risk'])).toMatchObject({ redis: true, kill: 'risk' });
    expect(parseOptions(['--static']).static).toBe(true);
  });

  test.each([
    [['--bogus'], "Unknown option '--bogus'."],
    [['twenty'], "Unexpected argument 'twenty'."],
    [['--seconds'], "Option '--seconds <value>' argument missing."],
    [['--json=yes'], "Option '--json' does not take an argument."],
    [['--seconds', '0'], '--seconds needs a number above 0 and up to 86400, received "0".'],
    [['--seconds', '-1'], '--seconds needs a number above 0 and up to 86400, received "-1".'],
    [['--seconds', '1e3'], 'received "1e3"'],
    [['--seconds', 'NaN'], 'received "NaN"'],
    [['--speed', 'fast'], '--speed needs a number above 0 and up to 1000000, or max, received "fast".'],
    [['--seed', '1.5'], '--seed needs a whole number below 2^53, received "1.5".'],
    [['--seed', '9007199254740993'], 'received "9007199254740993"'],
    [['--replay', ''], '--replay needs the path of a recording or folder, received an empty text.'],
    [['--replay', 'data', '--seed', '1'], 'both were given'],
    [['--redis', '--replay', 'data'], 'both were given'],
    [['--redis', '--static'], 'both were given'],
    [['--redis', '--kill', 'venue'], '--kill needs one of feed, strategy, risk, received "venue".'],
    [['--kill', 'feed'], '--kill kills one of the processes of --redis, which was not given.'],
  ])('refuses %j with a sentence and the next step', (args, sentence) => {
    const error = refusal(...args);
    expect(error).toMatchObject({ name: 'DemoError', code: 'INVALID_ARGUMENTS' });
    expect(String(error)).toContain(sentence);
    expect(String(error)).toContain('See npm run demo -- --help.');
    expect(String(error)).not.toContain('\n');
  });

  test('the help names every option and every exit code', () => {
    for (const word of [
      '--seconds',
      '--seed',
      '--replay',
      '--speed',
      '--redis',
      '--kill',
      '--inject',
      '--json',
      '--help',
      'REDIS_URL',
      'NO_COLOR',
      '130',
    ])
      expect(HELP).toContain(word);
    expect(Math.max(...HELP.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  });
});
