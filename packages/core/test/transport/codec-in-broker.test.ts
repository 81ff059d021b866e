import { Priority, jsonCodec } from '@tradewind/core-types';
import { expect, test } from 'vitest';
import { batchOf, brokerOf, consume } from './transport-fixture.ts';

test('with a codec each consumer gets a copy; without one the object itself', async () => {
  const payload = { bid: 1 };
  const { broker, clock, transport } = brokerOf({ codec: jsonCodec });
  const a = await consume(transport);
  const b = await consume(broker.transport());
  await transport.publish(batchOf({ payload }));
  payload.bid = 2;
  await clock.settle();
  expect([a.payloads(), b.payloads()]).toEqual([[{ bid: 1 }], [{ bid: 1 }]]);
  expect(a.payloads()[0]).not.toBe(b.payloads()[0]);
  const plain = brokerOf();
  const c = await consume(plain.transport);
  await plain.transport.publish(batchOf({ payload }));
  await plain.clock.settle();
  expect(c.payloads()[0]).toBe(payload);
});

test('what cannot be encoded or is too large is rejected alone, by its index', async () => {
  const { clock, transport } = brokerOf({ codec: jsonCodec, maxPayloadBytes: 20 });
  const got = await consume(transport);
  await expect(
    transport.publish(batchOf({ payload: 1 }, { payload: Number.NaN }, { payload: 'x'.repeat(20) }, { payload: 4 })),
  ).rejects.toThrow(
    expect.objectContaining({
      code: 'PAYLOAD_NOT_ENCODABLE',
      rejected: [
        { index: 1, code: 'PAYLOAD_NOT_ENCODABLE', message: expect.stringContaining('payload: ') as unknown },
        {
          index: 2,
          code: 'PAYLOAD_TOO_LARGE',
          message: expect.stringContaining('at most 20 bytes, received 22') as unknown,
        },
      ],
      retryable: false,
      mayHaveBeenStored: true,
    }),
  );
  await expect(transport.publish(batchOf({ payload: 'x'.repeat(20) }))).rejects.toThrow(
    expect.objectContaining({
      code: 'PAYLOAD_TOO_LARGE',
      rejected: [expect.objectContaining({ index: 0 })],
      mayHaveBeenStored: false,
    }),
  );
  await clock.settle();
  expect(got.payloads()).toEqual([1, 4]);
});

test('what cannot be decoded goes to the dead letters at once, as bytes, and its batch comes without it', async () => {
  const codec = {
    ...jsonCodec,
    decode(bytes: Uint8Array): unknown {
      const value = jsonCodec.decode(bytes);
      if (value === 'unreadable') throw new Error('unknown version');
      return value;
    },
  };
  const { broker, clock, transport } = brokerOf({ codec });
  const got = await consume(transport, { group: 'g' });
  await transport.publish(batchOf({ payload: 1 }, { payload: 'unreadable' }, { payload: 3 }));
  await clock.settle();
  expect(got.payloads()).toEqual([1, 3]);
  expect(got.losses).toEqual([
    { kind: 'undecodable', count: 1, atMs: 1_000, priority: Priority.NORMAL, producer: 'feed' },
  ]);
  const letters: unknown[] = [];
  for await (const letter of broker.deadLetters.list()) letters.push(letter);
  expect(letters).toMatchObject([{ payload: jsonCodec.encode('unreadable'), cause: { message: 'unknown version' } }]);
});
