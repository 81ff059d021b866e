import { Priority, type TransportMessage } from '@tradewind/core-types';
import * as fc from 'fast-check';
import { resolveOptions } from '../../src/options-schema.ts';
import type { RedisStreamOptions } from '../../src/options.ts';
import type { BodyBuilder } from '../../src/wire/body.ts';
import { createBody, packEntry, type WireSettings } from '../../src/wire/entry-codec.ts';
import { writeNumbers } from '../../src/wire/entry-layout.ts';

export function wireSettings(options: Partial<RedisStreamOptions> = {}): WireSettings {
  return resolveOptions({ connection: 'redis://127.0.0.1', ...options });
}

export function message(given: Partial<TransportMessage> = {}): TransportMessage {
  return {
    topic: 'data.trades.BINANCE.BTCUSDT',
    payload: { price: '1.5' },
    priority: Priority.NORMAL,
    producer: 'feed',
    sequence: 1,
    publishedAtMs: 1_700_000_000_000.25,
    ...given,
  };
}

/** One entry of these messages; each must be carriable. */
export function entryOf(messages: readonly TransportMessage[], settings: WireSettings = wireSettings()): Buffer {
  const body = createBody(settings);
  for (const one of messages) {
    const refusal = body.add(one);
    if (refusal !== undefined) throw new Error(refusal.message);
  }
  return entryFrom(body, messages[0]?.priority, settings);
}

export function entryFrom(
  body: BodyBuilder,
  priority: Priority = Priority.NORMAL,
  settings: WireSettings = wireSettings(),
): Buffer {
  const header = { producer: 'node-1', priority, count: body.count };
  const entry = packEntry(body.finish(), header, settings.compression);
  writeNumbers(entry, 1_700_000_000_000_000, 7, 600);
  return entry;
}

const PLAIN = { noNullPrototype: true };
const text = fc.string({ maxLength: 20, unit: 'binary' }).filter((one) => one.isWellFormed());

/** Plain data as both encodings carry it. */
export const plainData: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  node: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    text,
    fc.integer(),
    fc.maxSafeInteger(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
    fc.boolean(),
    fc.constant(null),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }),
    fc.uint8Array({ maxLength: 8 }),
    fc.array(tie('node'), { maxLength: 4 }),
    fc.dictionary(text, tie('node'), { maxKeys: 5, noNullPrototype: true }).map((object) => {
      const { ['__proto__']: _, ...rest } = object;
      return rest;
    }),
  ),
})).node;

/** Payloads as feeds have them: few shapes, many repetitions. */
const feedPayloads: fc.Arbitrary<unknown[]> = fc.array(
  fc.oneof(
    fc.record(
      { type: fc.constant('quote'), bid: fc.stringMatching(/^\d{1,5}\.\d\d$/u), tsNs: fc.bigInt(0n, 2n ** 62n) },
      PLAIN,
    ),
    fc.record({ type: fc.constant('trade'), side: fc.constantFrom('BUY', 'SELL'), id: fc.nat() }, PLAIN),
    fc.record({ n: fc.maxSafeInteger(), raw: fc.uint8Array({ maxLength: 4 }) }, { requiredKeys: [], ...PLAIN }),
    plainData,
  ),
  { minLength: 1, maxLength: 40 },
);

export const messages: fc.Arbitrary<TransportMessage[]> = feedPayloads.chain((payloads) =>
  fc.tuple(
    ...payloads.map((payload) =>
      fc
        .record(
          {
            topic: fc.constantFrom('a.b', 'data.trades.X.Y', 'é.1'),
            sequence: fc.maxSafeInteger(),
            publishedAtMs: fc.oneof(
              fc.nat(),
              fc.double({ min: 0, max: 1e13, noNaN: true }).map((at) => at + 0),
            ),
            orderingKey: text,
            correlationId: text,
            expiresAtMs: fc.nat(),
            headers: fc.dictionary(fc.stringMatching(/^[a-z-]{1,8}$/u), text, { maxKeys: 3, noNullPrototype: true }),
          },
          { requiredKeys: ['topic', 'sequence', 'publishedAtMs'], ...PLAIN },
        )
        .map((rest) => ({ payload, priority: Priority.HIGH, producer: 'feed', ...rest })),
    ),
  ),
);
