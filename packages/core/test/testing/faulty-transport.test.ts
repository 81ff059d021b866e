import { expect, test } from 'vitest';
import { FaultyTransport } from '../../src/testing/faulty-transport.ts';
import { batchOf, brokerOf, consume } from '../transport/transport-fixture.ts';

function faulty() {
  const { clock, transport: inner } = brokerOf();
  return { clock, transport: new FaultyTransport(inner, clock) };
}

test('publishes fail as told, and then pass again', async () => {
  const { clock, transport } = faulty();
  const got = await consume(transport);
  transport.failPublishes(1);
  transport.failPublishes(1, { code: 'TRANSPORT_TIMEOUT', stored: true });
  const [first, denied, last] = [batchOf({ payload: 1 }), batchOf({ payload: 2 }), batchOf({ payload: 3 })];
  await expect(transport.publish(first)).rejects.toMatchObject({
    code: 'TRANSPORT_UNAVAILABLE',
    retryable: true,
    mayHaveBeenStored: false,
  });
  await expect(transport.publish(first)).rejects.toMatchObject({ code: 'TRANSPORT_TIMEOUT', mayHaveBeenStored: true });
  await expect(transport.publish(denied)).rejects.toMatchObject({ code: 'TRANSPORT_REFUSED' });
  await transport.publish(first);
  transport.failPublishes(1, { code: 'TRANSPORT_DENIED', retryable: false });
  await expect(transport.publish(denied)).rejects.toMatchObject({ code: 'TRANSPORT_DENIED', retryable: false });
  await transport.publish(last);
  await clock.settle();
  expect(got.payloads()).toEqual([1, 3]);
  expect(transport.batches).toHaveLength(6);
});

test('a cut transport fails everything until it is restored', async () => {
  const { transport } = faulty();
  const batch = batchOf({});
  transport.cut();
  await expect(transport.publish(batch)).rejects.toMatchObject({ code: 'TRANSPORT_UNAVAILABLE' });
  await expect(consume(transport)).rejects.toMatchObject({ code: 'TRANSPORT_UNAVAILABLE' });
  transport.restore();
  transport.failConsumes(1, { retryable: false });
  await expect(consume(transport)).rejects.toMatchObject({ retryable: false });
  await consume(transport);
  await transport.publish(batch);
});

test('held publishes stay in flight until they are released, delayed ones until their time', async () => {
  const { clock, transport } = faulty();
  const done: number[] = [];
  transport.hold();
  void transport.publish(batchOf({})).then(() => done.push(1));
  void transport.publish(batchOf({})).then(() => done.push(2));
  await clock.settle();
  expect(done).toEqual([]);
  transport.release();
  await clock.settle();
  expect(done).toEqual([1, 2]);
  transport.delayPublishes(50);
  void transport.publish(batchOf({})).then(() => done.push(3));
  await clock.advance(49);
  expect(done).toEqual([1, 2]);
  await clock.advance(1);
  expect(done).toEqual([1, 2, 3]);
});
