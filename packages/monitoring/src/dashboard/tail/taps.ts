import { channel, type ChannelListener } from 'node:diagnostics_channel';
import { DIAGNOSTIC_CHANNELS, type HandleDiagnostic, type PublishDiagnostic } from '@tradewind/core-types';
import type { SynchronousSubscribe } from '../sources/faces.ts';

/** What is told of the messages of buffered clients. */
export interface ClientListener {
  /** Inside `publish`. */
  published?(message: PublishDiagnostic): void;
  /** Before a handler. */
  started?(attempt: HandleDiagnostic): void;
  /** After a handler returned; its promise may still be pending. */
  ended?(attempt: HandleDiagnostic): void;
  /** After its promise settled. */
  settled?(attempt: HandleDiagnostic): void;
}

/**
 * Listens to the buffered clients of this process, until it is disposed.
 *
 * It takes no part: no subscription, no worker. What a listener throws is swallowed here and told to `failed`: on a diagnostics channel it would end
 * the process.
 */
export function tapClients(listener: ClientListener, failed: (error: unknown) => void): Disposable {
  const { publish, handle } = DIAGNOSTIC_CHANNELS;
  const taps: readonly (readonly [string, ((message: never) => void) | undefined])[] = [
    [publish, listener.published?.bind(listener)],
    [`tracing:${handle}:start`, listener.started?.bind(listener)],
    [`tracing:${handle}:end`, listener.ended?.bind(listener)],
    [`tracing:${handle}:asyncEnd`, listener.settled?.bind(listener)],
  ];
  const endings: (() => void)[] = [];
  for (const [name, told] of taps) {
    if (told === undefined) continue;
    const safely: ChannelListener = (message) => {
      try {
        told(message as never);
      } catch (error) {
        failed(error);
      }
    };
    channel(name).subscribe(safely);
    endings.push(() => channel(name).unsubscribe(safely));
  }
  return disposableOf(() => {
    for (const end of endings) end();
  });
}

/** Listens to a synchronous bus, behind all other handlers, until it is disposed. */
export function tapSynchronousBus(
  bus: { readonly subscribe: SynchronousSubscribe },
  { pattern, id }: { readonly pattern: string; readonly id: string },
  {
    seen,
    failed,
  }: { readonly seen: (topic: string, payload: unknown) => void; readonly failed: (error: unknown) => void },
): Disposable {
  return bus.subscribe(
    pattern,
    (payload, { topic }) => {
      try {
        seen(topic, payload);
      } catch (error) {
        failed(error);
      }
    },
    { handlerPriority: Number.MIN_SAFE_INTEGER, id },
  );
}

function disposableOf(dispose: () => void): Disposable {
  return { [Symbol.dispose]: dispose };
}
