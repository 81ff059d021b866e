import { expect, test } from 'vitest';
import { CLAIMS } from '../../src/claims/claims.ts';
import { inProcess } from '../../src/claims/in-process.ts';
import { runWorkerCourse } from '../../src/claims/worker-course.ts';
import { scaleOf } from '../../src/experiments/experiment.ts';
import { NETWORK_EXPERIMENTS } from '../../src/network/experiments/builtin.ts';

test.each([
  ['claims', CLAIMS],
  ['comparisons over the network', NETWORK_EXPERIMENTS],
])('%s have names of their own, and every target is of a contender and a figure that is shown', (_, experiments) => {
  const names = experiments.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const { name, contenders, metrics, targets } of experiments) {
    expect(name).toMatch(/^[a-z0-9-]+$/);
    for (const { metric, of, against, atLeast, atMost } of targets) {
      expect(Object.keys(contenders)).toContain(of);
      if (against !== undefined) expect(Object.keys(contenders)).toContain(against);
      expect(metrics).toContain(metric);
      expect([atLeast, atMost].filter((bound) => bound !== undefined)).toHaveLength(1);
    }
  }
});

test('every experiment has a picture; workers have the curve from 1 to 50', () => {
  for (const { name, pictures = [], metrics, contenders } of [...CLAIMS, ...NETWORK_EXPERIMENTS]) {
    expect(pictures.length, name).toBeGreaterThan(0);
    for (const picture of pictures) {
      if (picture.kind !== 'percentiles') expect(metrics).toContain(picture.metric);
      if (picture.kind === 'scaling') {
        expect(Object.keys(contenders)).toEqual(expect.arrayContaining(Object.keys(picture.places)));
        expect(Object.values(picture.places)).toEqual([1, 2, 4, 8, 16, 32, 50]);
      }
    }
  }
});

test('latency over the network is told of every contender, or why not', () => {
  const latencies = NETWORK_EXPERIMENTS.filter(({ name }) => name.startsWith('latency-'));
  for (const { contenders, cannot = {} } of latencies) {
    expect([...Object.keys(contenders), ...Object.keys(cannot)].toSorted()).toEqual(
      Object.keys(latencies[0]?.contenders ?? {}).toSorted(),
    );
  }
  expect(latencies.map(({ cannot = {} }) => Object.keys(cannot))).toEqual([[], ['BullMQ'], ['JetStream', 'BullMQ']]);
});

test('what the field claims has a row each', () => {
  const rows = CLAIMS.flatMap(({ name, targets }) =>
    targets.map(({ metric, against, atLeast, atMost }) => {
      const bound = atLeast === undefined ? `<= ${atMost}` : `>= ${atLeast}`;
      return `${name} ${metric} ${against === undefined ? '' : 'ratio '}${bound}`;
    }),
  );
  for (const transport of ['in-memory', 'redis']) {
    const figure = transport === 'redis' ? 'messagesPerSecond' : 'achievedPerSecond';
    expect(rows).toContain(`sustained-${transport} ${figure} >= 9900`);
    expect(rows).toContain(`peak-${transport} ${figure} >= 49500`);
    const latency = (name: string) =>
      transport === 'redis' ? `intended${name}` : name.charAt(0).toLowerCase() + name.slice(1);
    for (const [name, us] of [
      ['MeanUs', 2000],
      ['P50Us', 1000],
      ['P95Us', 2000],
      ['P99Us', 5000],
    ] as const) {
      expect(rows).toContain(`latency-${transport} ${latency(name)} <= ${us}`);
    }
    expect(rows).toContain(`sustained-${transport} ${figure} ratio >= 10`);
    expect(rows).toContain(`peak-${transport} ${figure} ratio >= 10`);
    for (const experiment of ['latency', 'sustained', 'peak']) {
      for (const name of ['MeanUs', 'P50Us', 'P95Us', 'P99Us']) {
        expect(rows).toContain(`${experiment}-${transport} ${latency(name)} ratio <= 0.05`);
      }
    }
  }
  expect(rows).toContain('critical p99Us <= 500');
  expect(rows).toContain('throughput-in-memory throughputPerSecond ratio >= 10');
  expect(rows).toContain('throughput-redis messagesPerSecond ratio >= 10');
  expect(rows).toContain('concurrent-operations openAtOnce >= 10000');
  expect(rows).toContain('connections connections >= 1000');
  for (const name of ['worker-scaling', 'idle-workers', 'memory', 'network', 'idle-redis']) {
    expect(rows.join('\n')).toContain(`${name} `);
  }
});

test('workers: as many as there may be while there is work, and back to the least', async () => {
  const scaled = await runWorkerCourse({ workers: { min: 1, max: 4 }, messages: 200, restMs: 4500 });
  expect(scaled).toMatchObject({ peakWorkers: 4, workersAtEnd: 1 });
  expect(scaled['averageWorkers']).toBeLessThan(4);
  expect(scaled['messagesPerSecond']).toBeGreaterThan(0);
  const fixed = await runWorkerCourse({ workers: { min: 2, max: 2 }, messages: 20, restMs: 0 });
  expect(fixed).toMatchObject({ peakWorkers: 2, workersAtEnd: 2 });
  expect(fixed['averageWorkers']).toBeCloseTo(2);
});

test('a run in a process of its own gives its figures, and fails when they do not stand', async () => {
  const metrics = await inProcess('in-memory transport', 'queued-memory', { full: 50, quick: 50 })(scaleOf(true));
  expect(metrics['bytesPerMessage']).toBeGreaterThan(0);
  const unable = inProcess('mitt', 'pattern-matching', { full: 50, quick: 50 })(scaleOf(true));
  await expect(unable).rejects.toMatchObject({
    code: 'RUN_FAILED',
    message: expect.stringContaining('has no patterns') as string,
  });
});

test('the in-memory transport brings everything over at its pace', async () => {
  const metrics = await inProcess('in-memory transport', 'latency', { full: 200, quick: 200 })(scaleOf(true));
  expect(metrics['offeredPerSecond']).toBeCloseTo(10_000, -2);
  expect(metrics['p50Us']).toBeGreaterThan(0);
});
