import { describe, expect, test, vi } from 'vitest';
import { MessageBus } from '../../src/message-bus/message-bus.ts';
import { recordingLogger } from './recording-logger.ts';

const withCode = (code: string): unknown => expect.objectContaining({ code });

describe('an endpoint', () => {
  test('gets what is sent to it, at once', () => {
    const bus = new MessageBus();
    const handler = vi.fn<(payload: number, meta: { endpoint: string; correlationId?: string | undefined }) => void>();
    bus.register<number>('RiskEngine.execute', handler);
    bus.send('RiskEngine.execute', 7);
    expect(handler).toHaveBeenCalledExactlyOnceWith(7, { endpoint: 'RiskEngine.execute' });
    expect(bus.endpoints()).toEqual(['RiskEngine.execute']);
    expect(bus.counts().endpoints).toBe(1);
  });

  test('has one handler until its registration is disposed', () => {
    const bus = new MessageBus();
    const first = bus.register('E', () => undefined);
    expect(() => bus.register('E', () => undefined)).toThrowError(withCode('ENDPOINT_TAKEN'));
    first[Symbol.dispose]();
    const second = vi.fn<() => void>();
    bus.register('E', second);
    // Disposing the old registration once more must not take the endpoint from its new holder.
    first[Symbol.dispose]();
    bus.send('E', undefined);
    expect(second).toHaveBeenCalledTimes(1);
  });

  test('that nobody holds is an error', () => {
    const bus = new MessageBus();
    expect(() => bus.send('Nobody', undefined)).toThrowError(withCode('UNKNOWN_ENDPOINT'));
  });

  test.each(['', 'a..b', 'Risk.*'])('must have a name: %j', (endpoint) => {
    const bus = new MessageBus();
    expect(() => bus.register(endpoint, () => undefined)).toThrowError(withCode('INVALID_ENDPOINT'));
    expect(() => bus.send(endpoint, undefined)).toThrowError(withCode('INVALID_ENDPOINT'));
  });

  test('whose handler throws or rejects is counted and logged; the sender goes on', async () => {
    const logger = recordingLogger();
    const bus = new MessageBus({ logger });
    const failure = new Error('no');
    bus.register('throws', () => {
      throw failure;
    });
    bus.register('rejects', () => Promise.reject(failure));
    bus.send('throws', undefined);
    bus.send('rejects', undefined);
    await Promise.resolve();
    expect(bus.counts().handlerErrors).toBe(2);
    expect(logger.lines).toMatchObject([
      { level: 'error', fields: { event: 'endpoint.failed', endpoint: 'throws', error: failure } },
      { level: 'error', fields: { event: 'endpoint.failed', endpoint: 'rejects', error: failure } },
    ]);
  });

  test('is no topic: publishing on its name does not reach it', () => {
    const bus = new MessageBus();
    const handler = vi.fn<() => void>();
    bus.register('E', handler);
    bus.publish('E', undefined);
    expect(handler).not.toHaveBeenCalled();
  });
});
