import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  PRIORITIES,
  PRIORITY_NAMES,
  Priority,
  ValidationError,
  errorCode,
  messageId,
  parsePriority,
  showValue,
} from '../../src/index.ts';

describe('ValidationError', () => {
  test('says what was expected, what came and what to do next, for every issue', () => {
    const error = new ValidationError('INVALID_OPTIONS', {
      path: 'workers.max',
      expected: 'an integer from 1 to 50',
      received: '99',
      hint: 'Correct the options.',
      issues: [
        { path: 'workers.max', expected: 'an integer from 1 to 50', received: '99' },
        { path: 'lanes.LOW.capacity', expected: 'an integer', received: '"many"' },
      ],
    });
    expect(error.message).toBe(
      'workers.max: expected an integer from 1 to 50, received 99; lanes.LOW.capacity: expected an integer, received "many". Correct the options.',
    );
    expect(error.issues).toHaveLength(2);
  });

  test('keeps its cause, and lists eight issues at most in its text', () => {
    const issues = Array.from({ length: 11 }, (_, i) => ({ path: `p${i}`, expected: 'x', received: 'y' }));
    const cause = new Error('below');
    const error = new ValidationError('INVALID_ORDER', {
      path: 'p0',
      expected: 'x',
      received: 'y',
      hint: 'Mend it.',
      issues,
      cause,
    });
    expect(error.cause).toBe(cause);
    expect(error.message).toContain('p7');
    expect(error.message).not.toContain('p8');
    expect(error.message).toContain('and 3 more');
    expect(error.issues).toHaveLength(11);
  });
});

describe('errorCode', () => {
  test('reads a code from anything, and never throws', () => {
    expect(errorCode({ code: 'CLOSED' })).toBe('CLOSED');
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const code = errorCode(value);
        expect(code === undefined || typeof code === 'string').toBe(true);
      }),
    );
  });
});

describe('showValue', () => {
  test('is short and never throws, whatever it is given', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(showValue(value).length).toBeLessThanOrEqual(80);
      }),
    );
    expect(showValue('x'.repeat(1_000_000)).length).toBe(80);
    expect(showValue(7n)).toBe('7n');
    const { proxy, revoke } = Proxy.revocable([], {});
    revoke();
    expect(showValue(proxy)).toBe('an object');
  });
});

describe('Priority', () => {
  test('names and numbers agree', () => {
    for (const priority of PRIORITIES) {
      expect(Priority[PRIORITY_NAMES[priority]]).toBe(priority);
      expect(parsePriority(PRIORITY_NAMES[priority].toLowerCase())).toBe(priority);
      expect(parsePriority(priority)).toBe(priority);
    }
  });

  test.each([4, -1, 0.5, Number.NaN, 'URGENT', undefined, null])('%s is none', (input) => {
    expect(() => parsePriority(input)).toThrow(expect.objectContaining({ code: 'INVALID_PRIORITY' }));
  });
});

test('a message id is its producer and its sequence', () => {
  expect(messageId({ producer: 'desk-7f3a', sequence: 1042 })).toBe('desk-7f3a/1042');
});
