import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compareBuilds } from '../../src/regression/compare-builds.ts';
import { prepareSubject } from '../../src/regression/subject.ts';
import { loadContender } from '../../src/running/modules.ts';
import { runBenchmark } from '../../src/running/run-benchmark.ts';
import { findWorkload } from '../../src/workloads/builtin.ts';

let repository: string;
const MODULE = 'dist/contender.mjs';

/** A project whose build copies `contender.mjs` to `dist`: a stale or missing build would be measured wrongly or not at all. */
const BUILD = 'mkdir -p dist && cp contender.mjs dist/contender.mjs';

function source(extra: string): string {
  return `
    export const contender = {
      name: 'mine', packages: [], features: [],
      create() {
        const handlers = new Map();
        let state = 1;
        return {
          subscribe({ pattern, handler }) { handlers.set(pattern, handler); },
          publish(topic, probe) { ${extra} handlers.get(topic)(probe); return state !== 0.5; },
          settle: () => Promise.resolve(),
          close: () => Promise.resolve(),
        };
      },
    };`;
}

const SLOW = 'for (let i = 0; i < 1000; i += 1) state = (Math.imul(state, 1664525) + 7) | 0;';

function git(...args: readonly string[]): void {
  execFileSync('git', ['-c', 'user.name=Test', '-c', 'user.email=test@example.org', ...args], { cwd: repository });
}

function commit(content: string, tag: string): void {
  writeFileSync(join(repository, 'contender.mjs'), content);
  git('add', 'contender.mjs');
  git('commit', '-q', '-m', tag);
  git('tag', tag);
}

beforeAll(() => {
  repository = mkdtempSync(join(tmpdir(), 'tradewind-subject-'));
  execFileSync('git', ['init', '-q', repository]);
  commit(source(''), 'fast');
  commit(source(SLOW), 'slow');
});
afterAll(() => rmSync(repository, { recursive: true }));

const common = {
  contenderModule: MODULE,
  build: BUILD,
  rounds: 10,
  latencyRounds: 0,
  slices: 4,
  warmUpMessages: 20_000,
};

test('a commit that is slower is found between two git references, and the working tree is left alone', async () => {
  writeFileSync(join(repository, 'contender.mjs'), 'this is being edited');
  const steps: string[] = [];
  const result = await compareBuilds({
    ...common,
    repository,
    base: 'fast',
    head: 'slow',
    onProgress: (text) => steps.push(text),
  });
  expect(result.isRegression).toBe(true);
  expect(result.verdicts).toMatchObject([{ verdict: 'slower', metric: 'cpuNsPerMessage', workload: 'throughput' }]);
  expect(result.verdicts[0]?.pairs).toHaveLength(10);
  expect(result.verdicts[0]?.ratio).toBeGreaterThan(1.5);
  expect(result.base).toMatchObject({ name: 'fast', commit: expect.stringMatching(/^[0-9a-f]{40}$/) as string });
  expect(existsSync(join(repository, 'dist'))).toBe(false);
  expect(steps.slice(0, 3)).toEqual(['making fast ready', 'making slow ready', `round 1 of 10: throughput, ${MODULE}`]);
  git('checkout', '-q', '--', 'contender.mjs');
});

test('folders are rebuilt and compared as they are; a faster one is no regression', async () => {
  const base = join(repository, 'one');
  const head = join(repository, 'two');
  for (const [folder, extra] of [
    [base, SLOW],
    [head, ''],
  ] as const) {
    mkdirSync(join(folder, 'dist'), { recursive: true });
    writeFileSync(join(folder, 'contender.mjs'), source(extra));
    writeFileSync(join(folder, MODULE), 'stale');
  }
  const result = await compareBuilds({ ...common, base, head });
  expect(result).toMatchObject({ isRegression: false, verdicts: [{ verdict: 'faster' }] });
});

test('what is no folder and no reference, what does not build and what is not there are SUBJECT_NOT_BUILT', async () => {
  const compare = (changes: object) => compareBuilds({ ...common, repository, base: 'fast', head: 'fast', ...changes });
  const code = 'SUBJECT_NOT_BUILT';
  await expect(compare({ base: 'no-such-thing' })).rejects.toMatchObject({ code });
  const elsewhere = join(repository, 'elsewhere');
  await expect(compare({ build: 'exit 3', cacheFolder: elsewhere })).rejects.toMatchObject({ code });
  expect(readdirSync(elsewhere)).toEqual(['.gitignore']);
  await expect(compare({ contenderModule: 'dist/none.mjs' })).rejects.toThrow(/Expected dist\/none\.mjs in fast/);
  await expect(compare({ rounds: 3 })).rejects.toThrow(/rounds: expected an integer of at least 10/);
});

test('a commit that was made ready once is made ready anew by another build command', async () => {
  const cacheFolder = mkdtempSync(join(tmpdir(), 'tradewind-builds-'));
  const prepare = (build: string): Promise<string> =>
    prepareSubject('fast', { repository, cacheFolder, build }).then(({ folder }) => folder);
  const empty = await prepare('true');
  const built = await prepare(BUILD);
  expect([existsSync(join(empty, MODULE)), existsSync(join(built, MODULE))]).toEqual([false, true]);
  expect(await prepare(BUILD)).toBe(built);
  await expect(prepareSubject('fast', { repository, cacheFolder })).rejects.toMatchObject({
    code: 'SUBJECT_NOT_BUILT',
    message: expect.stringContaining('package.json') as string,
  });
  rmSync(cacheFolder, { recursive: true });
});

test('a build that loses messages has no speed', async () => {
  const folder = join(repository, 'lossy');
  mkdirSync(folder);
  writeFileSync(join(folder, 'contender.mjs'), source('if (probe.index === 30) return true;'));
  await expect(compareBuilds({ ...common, base: folder, head: folder })).rejects.toThrow(/lost 1 of/);
});

test('a planted slowdown costs what its steps cost, and loses nothing', async () => {
  const workload = findWorkload('throughput');
  const cost = async (reference: string): Promise<number> => {
    const result = await runBenchmark({ contender: await loadContender(reference), workload, measureMs: 60 });
    expect(result.outcome).toBe('measured');
    return result.metrics['cpuNsPerMessage'] ?? Number.NaN;
  };
  expect(await cost('slowed:2000:mitt')).toBeGreaterThan(3 * (await cost('mitt')));
});
