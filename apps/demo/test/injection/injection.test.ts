import { describe, expect, test } from 'vitest';
import { FAULTS } from '../../src/injection/faults.ts';
import { runInjection } from '../../src/injection/run-injection.ts';
import { runDemoProcess } from '../support/demo-process.ts';

/** The chapters as they were printed. */
function chapters(stdout: string): readonly string[] {
  return [...stdout.matchAll(/^ *\d+\.\d s {2}(\w+) /gmu)].map(([, chapter = '']) => chapter);
}

const WHOLE = ['fault', 'firing', 'healed', 'notified', 'pending', 'remedy', 'resolved'];

describe('what goes wrong is seen, told, mended and over', () => {
  test.concurrent.each(FAULTS)(
    '%s',
    async (fault) => {
      const { exitCode, stdout, stderr } = await runDemoProcess(['--inject', fault]);
      expect(stderr).toBe('');
      expect(chapters(stdout).toSorted(), stdout).toEqual(WHOLE);
      expect(chapters(stdout)[0]).toBe('fault');
      expect(stdout).toContain('As it should be');
      const refused = Number(
        /tickers accepted, none of them lost; (\d+) refused by a full lane\.$/mu.exec(stdout)?.[1],
      );
      expect(refused, stdout).toBeGreaterThanOrEqual(fault === 'queue-full' ? 1 : 0);
      expect(exitCode).toBe(0);
    },
    180_000,
  );
});

test('without its remedy the story does not come to its end, and says so', async () => {
  const lines: string[] = [];
  const exitCode = await runInjection({
    fault: 'stale-feed',
    seed: 42,
    isMended: false,
    patienceMs: 20_000,
    onLine: (line) => lines.push(line),
  });
  expect(exitCode).toBe(1);
  expect(lines.at(-1)).toContain('"remedy" did not happen; "healed" did not happen; "resolved" did not happen');
}, 60_000);

test('another option beside it, or a fault that is none, is a wrong command line', async () => {
  const both = await runDemoProcess(['--inject', 'queue-full', '--json']);
  expect([both.exitCode, both.stdout]).toEqual([2, '']);
  expect(both.stderr).toBe(
    '--inject runs a story of its own, with --seed at most; --json was given too. See npm run demo -- --help.\n',
  );
  const none = await runDemoProcess(['--inject', 'earthquake']);
  expect([none.exitCode, none.stdout]).toEqual([2, '']);
  expect(none.stderr).toContain('--inject needs one of redis-down, slow-handler, stale-feed, queue-full');
});
