import { expect, test } from 'vitest';
import { FaultyTransport } from '../../src/testing/faulty-transport.ts';
import { brokerOf, consume, numbered } from './transport-fixture.ts';

const outOfTurn = expect.objectContaining({
  code: 'TRANSPORT_REFUSED',
  retryable: true,
  mayHaveBeenStored: false,
}) as unknown;

function three() {
  return [1, 2, 3].map((batchSequence) => ({ ...numbered(1, { payload: batchSequence }), batchSequence }));
}

test('after a retryable failure later batches of the lane are refused until the failed one comes again', async () => {
  const { clock, transport: inner } = brokerOf();
  const transport = new FaultyTransport(inner, clock);
  const got = await consume(transport);
  const [first, second, third] = three();
  if (first === undefined || second === undefined || third === undefined) throw new Error('three batches');
  transport.failPublishes(1);
  const inFlight = [transport.publish(first), transport.publish(second)];
  await expect(inFlight[0]).rejects.toMatchObject({ code: 'TRANSPORT_UNAVAILABLE' });
  await expect(inFlight[1]).rejects.toThrow(outOfTurn);
  await expect(transport.publish(third)).rejects.toThrow(outOfTurn);
  await transport.publish({ ...numbered(1, { priority: 0, payload: 'other lane' }), batchSequence: 9 });
  await transport.publish(first);
  await transport.publish(second);
  await transport.publish(third);
  await clock.settle();
  expect(got.payloads()).toEqual(['other lane', 1, 2, 3]);
});

test('a full broker keeps the order too', async () => {
  const { clock, transport } = brokerOf({ maxBacklog: 1_000, maxUnsettled: 1 });
  const got = await consume(transport, { group: 'g', patterns: ['a'] });
  const [big, small] = three();
  if (big === undefined || small === undefined) throw new Error('two batches');
  const hundred = { ...numbered(100), batchSequence: 11 };
  for (let i = 1; i <= 10; i += 1) await transport.publish({ ...numbered(95), batchSequence: i });
  await clock.settle();
  await expect(transport.publish(hundred)).rejects.toMatchObject({ code: 'TRANSPORT_FULL' });
  // There would be room for one message.
  await expect(transport.publish({ ...small, batchSequence: 12 })).rejects.toThrow(outOfTurn);
  expect(got.payloads()).toEqual([0]);
});

test('a batch that is given up opens the way for the next', async () => {
  const { clock, transport: inner } = brokerOf();
  const transport = new FaultyTransport(inner, clock);
  const got = await consume(transport);
  const [first, second] = three();
  if (first === undefined || second === undefined) throw new Error('two batches');
  transport.failPublishes(1);
  transport.failPublishes(1, { code: 'TRANSPORT_DENIED', retryable: false });
  await expect(transport.publish(first)).rejects.toMatchObject({ retryable: true });
  await expect(transport.publish(first)).rejects.toMatchObject({ retryable: false });
  await transport.publish(second);
  await clock.settle();
  expect(got.payloads()).toEqual([2]);
});
