import { expect, test } from 'vitest';
import { toTransportError } from '../src/errors.ts';

test.each([
  ["OOM command not allowed when used memory > 'maxmemory'.", 'OOM', 'TRANSPORT_FULL', true],
  ["@user_script: 12: -OOM command not allowed when used memory > 'maxmemory'.", 'OOM', 'TRANSPORT_FULL', true],
  [
    'ERR Error running script (call to f_1): @user_script:12: @user_script: 12: -READONLY You can not write against a read only replica.',
    'READONLY',
    'TRANSPORT_UNAVAILABLE',
    true,
  ],
  [
    '@user_script: 3: -WRONGTYPE Operation against a key holding the wrong kind of value',
    'WRONGTYPE',
    'TRANSPORT_REFUSED',
    false,
  ],
  ["@user_script: 3: The user executing the script can't run this command", 'NOPERM', 'TRANSPORT_DENIED', false],
  [
    "ERR The user executing the script can't run this command or subcommand script: 1, on @user_script:3.",
    'NOPERM',
    'TRANSPORT_DENIED',
    false,
  ],
  ['ERR unknown command', 'ERR', 'TRANSPORT_REFUSED', false],
  ['Connection is closed.', undefined, 'TRANSPORT_UNAVAILABLE', true],
])('%s', (text, reply, code, retryable) => {
  expect(toTransportError(new Error(text), { doing: 'publishing' })).toMatchObject({ reply, code, retryable });
});
