import { describe, expectTypeOf, test } from 'vitest';
import type { LogFields, LogLine } from '../../src/index.ts';

describe('LogLine', () => {
  test('has all fields of its event, those that some lines have as optional ones, and is what a logger takes', () => {
    expectTypeOf<LogLine<'client.close-overdue'>>().toHaveProperty('part');
    expectTypeOf<LogLine<'listener.failed'>['suppressed']>().toEqualTypeOf<unknown>();
    expectTypeOf<LogLine>().toExtend<LogFields>();
    const line: LogLine<'transport.lost'> = {
      event: 'transport.lost',
      path: 'redis',
      kind: 'overrun',
      count: 3,
      atMs: 1,
    };
    expectTypeOf(line.event).toEqualTypeOf<'transport.lost'>();
  });

  test('does not compile with a field too few or too many, or for an event that is not documented', () => {
    // @ts-expect-error: `deadlineMs` is missing
    const few: LogLine = { event: 'client.close-overdue', part: 'plugins' };
    // @ts-expect-error: `lane` is no field of it
    const many: LogLine = { event: 'client.closed', queued: 0, unsettled: 0, lane: 'LOW' };
    // @ts-expect-error: no such event
    const unknown: LogLine = { event: 'client.restarted' };
    expectTypeOf([few, many, unknown]).toExtend<LogLine[]>();
  });
});
