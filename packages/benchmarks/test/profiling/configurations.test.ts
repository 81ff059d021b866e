import { expect, test } from 'vitest';
import { fingerprint } from '../../src/measuring/fingerprint.ts';
import { constantLoad } from '../../src/load/steady-shapes.ts';
import { configurationPage, configurationPictures } from '../../src/output/configuration-page.ts';
import { COMPRESSIONS, profileCompression } from '../../src/profiling/compression.ts';
import { CONFIGURATIONS, configuredContender, type Configuration } from '../../src/profiling/configurations.ts';
import type { ConfigurationResult } from '../../src/profiling/profile-configurations.ts';
import { loadTest } from '../../src/running/load-test.ts';
import { quoteTopics } from '../../src/workloads/topics.ts';

async function under(configuration: Configuration, perSecond: number): Promise<ConfigurationResult> {
  const result = await loadTest({
    contender: configuredContender(configuration),
    topics: quoteTopics(200),
    shape: constantLoad({ perSecond, durationMs: 200 }),
  });
  return { ...configuration, result };
}

const named = (name: string): Configuration => CONFIGURATIONS.find((one) => one.name === name) as Configuration;

test('there are 1, 8 and 50 workers, and flushing at once, every 10 and every 100 ms', () => {
  expect(CONFIGURATIONS.map(({ name }) => name)).toEqual([
    '1 worker',
    '8 workers',
    '50 workers',
    'flush 0 ms',
    'flush 10 ms',
    'flush 100 ms',
  ]);
});

test('one worker does one waiting handler at a time, and a flush interval makes messages wait: the options take effect', async () => {
  // 200 messages in 200 ms, each 2 ms long: one worker needs 400 ms and more, whatever else the machine does.
  const one = await under(named('1 worker'), 1000);
  expect(one.result.problems).toEqual([]);
  expect(one.result.metrics['maxUs']).toBeGreaterThan(180_000);
  const flushed = await under(named('flush 100 ms'), 1000);
  expect(flushed.result.problems).toEqual([]);
  expect(flushed.result.metrics['maxUs']).toBeGreaterThan(80_000);
  const profiles = { fingerprint: fingerprint(), configurations: [one, flushed], compressions: [] };
  const page = configurationPage(profiles);
  expect(page).toMatch(/\| 1 worker \| 1,000\/s \|/);
  expect(page).toMatch(/\| flush 100 ms \| 1,000\/s \|/);
  const drawn = configurationPictures(profiles);
  expect([...drawn.keys()]).toEqual([
    'workers-percentiles.svg',
    'workers-resources.svg',
    'flush-percentiles.svg',
    'flush-resources.svg',
  ]);
  for (const [name, svg] of drawn) {
    expect(page).toContain(`(configurations/${name})`);
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  }
});

test('compression is on and off: zstd leaves fewer bytes in the server, and the page tells both', async () => {
  const load = { perSecond: 20_000, count: 2000 };
  const compressions = [];
  for (const compression of COMPRESSIONS) compressions.push(await profileCompression(compression, load));
  const [none, zstd] = compressions;
  expect([none?.name, zstd?.name]).toEqual(['none', 'zstd']);
  // Bytes on the wire include what clients ask for while they wait, the more the slower the machine; what is stored does not.
  expect(zstd?.metrics['memoryPerMessage']).toBeLessThan(none?.metrics['memoryPerMessage'] ?? 0);
  expect(none?.metrics['bytesInPerMessage']).toBeGreaterThan(0);
  const page = configurationPage({ fingerprint: fingerprint(), configurations: [], compressions });
  expect(page).toMatch(/\| zstd \| 20,000\/s \| [\d,.]+ µs \|/);
  expect(page).not.toMatch(/NaN|undefined/);
});

test('without a server the page says what is missing', () => {
  const compressions = [{ name: 'zstd', metrics: {}, problem: 'redis-server is not on the PATH.' }];
  const page = configurationPage({ fingerprint: fingerprint(), configurations: [], compressions });
  expect(page).toContain('| zstd | not measured: redis-server is not on the PATH. |');
});
