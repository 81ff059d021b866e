import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { ROOT } from '../workspace.mjs';

const run = promisify(execFile);

test('arguments after -- reach the demo, and --json prints nothing else on stdout', async () => {
  const { stdout } = await run('npm', ['run', '--silent', 'demo', '--', '--seconds', '1', '--seed', '7', '--json'], {
    cwd: ROOT,
    maxBuffer: 16 * 1024 * 1024,
  });
  expect(JSON.parse(stdout)).toMatchObject({ accounts: { problems: [] } });
  const seconds = await run('npm', ['run', '--silent', 'demo', '--', '--seconds', 'soon'], { cwd: ROOT }).catch(
    (error: { readonly code: number }) => error,
  );
  expect(seconds).toMatchObject({ code: 2 });
});
