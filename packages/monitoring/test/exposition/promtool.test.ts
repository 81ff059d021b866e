import { spawnSync } from 'node:child_process';
import { BufferedMessageBusClient, InMemoryBroker, MessageBus } from '@tradewind/core';
import { describe, expect, test } from 'vitest';
import { LEVELS, createMonitoring } from '../../src/index.ts';
import { samples, scraped } from '../support/sources.ts';

/** What the real promtool says about a text; nothing when it is clean. */
function lint(text: string): string {
  const { status, stdout, stderr, error } = spawnSync('promtool', ['check', 'metrics'], {
    input: text,
    encoding: 'utf8',
  });
  if (error !== undefined) throw error;
  return status === 0 && stdout === '' ? stderr : `${status} ${stdout}${stderr}`;
}

describe('promtool check metrics', () => {
  test.each(LEVELS)('has nothing against what a working system shows at %s', async (level) => {
    const broker = new InMemoryBroker();
    const transport = broker.transport();
    await using client = new BufferedMessageBusClient({
      paths: { wire: transport },
      plugins: [{ name: 'still', route: () => undefined, observe: () => undefined }],
    });
    client.subscribe('data.*', () => undefined);
    await client.ready();
    for (let at = 0; at < 100; at += 1) client.publish(`data.t${at}`, at);
    await client.flush();
    await using monitoring = createMonitoring({
      bus: client,
      transports: { wire: transport },
      parts: { inner: new MessageBus() },
      level,
    });
    const text = await scraped(monitoring);
    expect(text).toContain('tradewind_message_wait_seconds_bucket');
    expect(lint(text)).toBe('');
    expect(samples(text).size).toBeLessThanOrEqual(level === 'MINIMAL' || level === 'STANDARD' ? 2_000 : 10_000);
  });

  test('does find what is wrong', () => {
    expect(lint('# TYPE wrong counter\nwrong 1\n')).toContain('counter metrics should have "_total" suffix');
  });
});
