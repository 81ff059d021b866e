import { expect, test } from 'vitest';
import { LEVEL_SETTINGS, PathTrial, createLearnedRouting, pathPlugin } from '../../src/index.ts';
import { readQLearningOptions } from '../../src/learning/q-learning-options.ts';

/** What a caller without types may give. */
function given(value: unknown): never {
  return value as never;
}

test.each([
  [null, ''],
  [true, ''],
  [{ schedulling: {} }, 'schedulling'],
  [{ scheduling: true }, 'scheduling'],
  [{ regimes: null }, 'regimes'],
  [{ adaptation: true }, 'adaptation'],
  [{ semantics: true }, 'semantics'],
  [{ paths: true }, 'paths'],
  [{ paths: { candidate: null } }, 'paths.candidate'],
  [{ paths: { trial: 1 } }, 'paths.trial'],
  [{ plugins: 5 }, 'plugins'],
  [{ plugins: [{ name: 'good' }, null] }, 'plugins[1]'],
])('createLearnedRouting(%o) is refused at "%s"', (options, path) => {
  expect(() => createLearnedRouting(given(options))).toThrow(
    expect.objectContaining({ code: 'INVALID_OPTIONS', path }),
  );
});

test('everything that is wrong with the parts is told at once', () => {
  expect(() => createLearnedRouting(given({ regimes: null, paths: 1 }))).toThrow(
    expect.objectContaining({
      issues: [expect.objectContaining({ path: 'regimes' }), expect.objectContaining({ path: 'paths' })],
    }),
  );
});

test('what is no strategy is no plugin, and what are no options make no trial', () => {
  for (const wrong of [null, undefined, 5, { name: 'x' }])
    expect(() => pathPlugin(given(wrong))).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTIONS', path: 'strategy' }),
    );
  expect(() => new PathTrial(given(null))).toThrow(expect.objectContaining({ code: 'INVALID_OPTIONS' }));
});

test('the default level schedules as a router does by default, which is what the evaluation measures', () => {
  const { ageingFactor, leastGain, leastT } = readQLearningOptions({});
  expect(LEVEL_SETTINGS.BALANCED.scheduling).toMatchObject({ ageingFactor, leastGain, leastT });
});
