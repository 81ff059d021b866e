import { expect, test } from 'vitest';
import { batchOf, brokerOf, consume } from './transport-fixture.ts';

test('the last set of patterns that a member registers is that of the group; a member with another gets nothing, and says so', async () => {
  const { broker, clock, logger, transport } = brokerOf();
  const other = broker.transport({ name: 'other' });
  const first = await consume(transport, { group: 'desk', consumer: 'a', patterns: ['a', 'b'] }, 'acknowledge');
  const second = await consume(other, { group: 'desk', consumer: 'b', patterns: ['a'] }, 'acknowledge');
  for (let i = 0; i < 10; i += 1) await transport.publish(batchOf({ topic: 'a', orderingKey: `${i}` }));
  await clock.advance(4_999);
  expect([first.payloads().length, second.payloads().length]).toEqual([0, 10]);
  expect(logger.lines).toEqual([]);
  expect(other.health().status).toBe('up');
  expect(transport.health()).toEqual({
    status: 'degraded',
    reason: 'a gets nothing: its patterns are not those of the group desk',
    sinceMs: 1_000,
  });
  await clock.advance(60_000);
  expect(logger.lines).toEqual([
    expect.objectContaining({
      level: 'error',
      event: 'group.patterns-differ',
      path: 'other',
      group: 'desk',
      error: expect.objectContaining({ code: 'GROUP_PATTERNS_DIFFER' }) as unknown,
    }),
  ]);
  await first.consumer.setPatterns(['a']);
  expect(transport.health().status).toBe('up');
  expect(clock.pending().timers).toBe(0);
});

test('a difference that passes is not logged', async () => {
  const { clock, logger, transport } = brokerOf();
  await consume(transport, { group: 'desk', consumer: 'a', patterns: ['a'] });
  const second = await consume(transport, { group: 'desk', consumer: 'b', patterns: [] });
  await second.consumer.setPatterns(['a']);
  await clock.advance(10_000);
  expect(logger.lines).toEqual([]);
  expect(clock.pending().timers).toBe(0);
});

test('what a member wants that does not have the set of the group waits until the sets agree: a client that starts loses nothing', async () => {
  const { broker, clock, transport } = brokerOf();
  const old = await consume(transport, { group: 'desk', consumer: 'a', patterns: ['a', 'b'] }, 'acknowledge');
  const starting = await consume(broker.transport(), { group: 'desk', consumer: 'b', patterns: ['a'] }, 'acknowledge');
  await transport.publish(batchOf({ topic: 'b', payload: 'between' }, { topic: 'a', payload: 'wanted' }));
  await clock.settle();
  expect([old.payloads(), starting.payloads()]).toEqual([[], ['wanted']]);
  await starting.consumer.setPatterns(['b', 'a']);
  await clock.settle();
  expect(new Set([...old.payloads(), ...starting.payloads()])).toEqual(new Set(['between', 'wanted']));
});

test("when the member leaves whose set was the group's, that of the one before counts again", async () => {
  const { broker, clock, transport } = brokerOf();
  const old = await consume(transport, { group: 'desk', consumer: 'a', patterns: ['a', 'b'] }, 'acknowledge');
  const rolledBack = await consume(broker.transport(), { group: 'desk', consumer: 'b', patterns: ['c'] });
  await rolledBack.consumer.close();
  await transport.publish(batchOf({ topic: 'a', payload: 1 }, { topic: 'c', payload: 2 }));
  await clock.settle();
  expect(old.payloads()).toEqual([1]);
  expect(transport.health().status).toBe('up');
});
