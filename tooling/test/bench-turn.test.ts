import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { measures, takeBenchTurn } from '../run/bench-turn.mjs';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tradewind-bench-turn-'));
  path = join(folder, 'turn.json');
});

afterEach(() => rmSync(folder, { recursive: true }));

describe('the turn of a benchmark', () => {
  test('is refused while another process has it, with its command, and free when that one gives it back', () => {
    const release = takeBenchTurn('npm run bench -- core', { path });
    expect(() => takeBenchTurn('npm run bench', { path })).toThrow(/"npm run bench -- core" runs \(process \d+\)/u);
    release();
    expect(existsSync(path)).toBe(false);
    takeBenchTurn('npm run bench', { path })();
  });

  test('of a process that is gone is taken over, and its late release takes nothing away', async () => {
    const gone = spawn(process.execPath, ['-e', '']);
    await once(gone, 'exit');
    const late = takeBenchTurn('one that was killed', { path, pid: gone.pid ?? 0 });
    const release = takeBenchTurn('npm run bench', { path });
    late();
    expect(() => takeBenchTurn('a third', { path })).toThrow('"npm run bench" runs');
    release();
  });

  test('that was written half is nobody’s', () => {
    writeFileSync(path, '{"pi');
    takeBenchTurn('npm run bench', { path })();
    expect(existsSync(path)).toBe(false);
  });

  test.each([
    [[], true],
    [['--quick'], true],
    [['core', '--list'], false],
    [['trend', 'folder'], false],
    [['claims', '--redraw'], false],
  ])('%j takes one: %j', (args, expected) => {
    expect(measures(args)).toBe(expected);
  });
});
