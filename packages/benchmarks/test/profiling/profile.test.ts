import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ResourceUse } from '../../src/measuring/resources.ts';
import { hotFunctions, type CpuProfile, type HeapProfile } from '../../src/profiling/hot-functions.ts';
import { writeProfile, type ProfileSummary } from '../../src/profiling/write-profile.ts';

/** A bus that spends nearly all of its time in one function and allocates nearly everything in another. */
const SOURCE = `
  function burnsTheTime(state) {
    for (let i = 0; i < 3000; i += 1) state = (Math.imul(state, 1664525) + 7) | 0;
    return state;
  }
  function takesTheMemory(kept) { kept.push(new Array(200).fill(kept.length)); if (kept.length > 100) kept.length = 0; }
  export const contender = {
    name: 'hot', packages: [], features: [],
    create() {
      const handlers = new Map();
      const kept = [];
      let state = 1;
      return {
        subscribe({ pattern, handler }) { handlers.set(pattern, handler); },
        publish(topic, probe) {
          state = burnsTheTime(state) & 0xffff;
          takesTheMemory(kept);
          handlers.get(topic)(probe);
          return state !== 0.5;
        },
        settle: () => Promise.resolve(),
        close: () => Promise.resolve(),
      };
    },
  };`;

let folder: string;
let contender: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tradewind-profile-'));
  writeFileSync(join(folder, 'hot.mjs'), SOURCE);
  contender = pathToFileURL(join(folder, 'hot.mjs')).href;
});
afterAll(() => rmSync(folder, { recursive: true }));

function profiled(kind: 'cpu' | 'heap'): Promise<ProfileSummary> {
  return writeProfile({ contender, workload: 'throughput', kind, folder: join(folder, kind), measureMs: 200 });
}

describe('a CPU profile', () => {
  test('has the shape that viewers read, and names the function in which the time goes', async () => {
    const { file, problems, hot } = await profiled('cpu');
    expect(problems).toEqual([]);
    expect(file).toBe(join(folder, 'cpu', 'throughput-hot.mjs.cpuprofile'));
    const profile = JSON.parse(readFileSync(file, 'utf8')) as Pick<CpuProfile, 'samples' | 'timeDeltas'> & {
      readonly startTime: number;
      readonly endTime: number;
      readonly nodes: readonly { readonly id: number; readonly children?: readonly number[] }[];
    };
    expect(profile.endTime).toBeGreaterThan(profile.startTime);
    expect(profile.samples?.length).toBeGreaterThan(20);
    expect(profile.timeDeltas).toHaveLength(profile.samples?.length ?? 0);
    const ids = new Set(profile.nodes.map(({ id }) => id));
    expect(profile.samples?.every((id) => ids.has(id))).toBe(true);
    expect(profile.nodes.flatMap(({ children = [] }) => children).every((id) => ids.has(id))).toBe(true);
    expect(hot[0]).toMatchObject({ name: 'burnsTheTime', place: 'hot.mjs:2' });
    expect(hot[0]?.share).toBeGreaterThan(0.2);
  });

  test('comes with the course of CPU, memory and event loop, as JSON and as a picture', () => {
    const path = join(folder, 'cpu', 'throughput-hot.mjs-resources');
    const { curve } = JSON.parse(readFileSync(`${path}.json`, 'utf8')) as ResourceUse;
    expect(curve.length).toBeGreaterThan(2);
    for (const { heapUsedBytes, rssBytes, eventLoopUtilization } of curve) {
      expect(rssBytes).toBeGreaterThan(heapUsedBytes);
      expect(eventLoopUtilization).toBeGreaterThanOrEqual(0);
      expect(eventLoopUtilization).toBeLessThanOrEqual(1);
    }
    const svg = readFileSync(`${path}.svg`, 'utf8');
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
    expect(svg.match(/<polyline points="[\d.]+,/g)).toHaveLength(4);
    for (const name of ['CPU, % of a core', 'event loop busy', 'heap in use', 'resident memory'])
      expect(svg).toContain(name);
  });
});

test('a heap profile has the shape that viewers read, and names the function that allocates', async () => {
  const { file, hot } = await profiled('heap');
  expect(file).toMatch(/\.heapprofile$/);
  const { head } = JSON.parse(readFileSync(file, 'utf8')) as HeapProfile;
  expect(head.callFrame.functionName).toBe('(root)');
  expect(head.children.length).toBeGreaterThan(0);
  expect(hot[0]).toMatchObject({ name: 'takesTheMemory', place: 'hot.mjs:6' });
});

test('shares are of the time that was not idle, by function and not by the way that leads there', () => {
  const frame = (functionName: string, lineNumber: number) => ({ functionName, url: 'file:///x/bus.js', lineNumber });
  const profile: CpuProfile = {
    nodes: [
      { id: 1, callFrame: frame('publish', 4) },
      { id: 2, callFrame: frame('publish', 4) },
      { id: 3, callFrame: frame('', 9) },
      { id: 4, callFrame: { functionName: '(idle)', url: '', lineNumber: -1 } },
    ],
    samples: [1, 2, 3, 4],
    timeDeltas: [100, 200, 100, 5000],
  };
  expect(hotFunctions(profile)).toEqual([
    { name: 'publish', place: 'bus.js:5', share: 0.75 },
    { name: '(anonymous)', place: 'bus.js:10', share: 0.25 },
  ]);
  expect(hotFunctions(profile, 1)).toHaveLength(1);
});

test('a contender that cannot do the workload is not profiled, and nothing is written', async () => {
  const options = { contender, workload: 'pattern-matching', kind: 'cpu', folder: join(folder, 'none') } as const;
  await expect(writeProfile(options)).rejects.toThrow(/has no patterns/);
  expect(existsSync(join(folder, 'none', 'pattern-matching-hot.mjs.cpuprofile'))).toBe(false);
});
