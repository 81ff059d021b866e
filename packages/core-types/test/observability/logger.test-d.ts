import pino from 'pino';
import { describe, expectTypeOf, test } from 'vitest';
import { silentLogger, type Logger } from '../../src/index.ts';

describe('Logger', () => {
  test('a pino logger and its children fit unwrapped', () => {
    expectTypeOf(pino()).toExtend<Logger>();
    expectTypeOf(pino().child({ bus: 'desk' })).toExtend<Logger>();
  });

  test('console fits unwrapped', () => {
    expectTypeOf(console).toExtend<Logger>();
    expectTypeOf(silentLogger).toExtend<Logger>();
  });
});
