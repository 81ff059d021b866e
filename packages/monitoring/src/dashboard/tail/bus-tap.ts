import type { SynchronousSubscribe } from '../sources/faces.ts';

/** What is told of the messages of a synchronous bus. */
export interface BusListener {
  readonly seen: (topic: string, payload: unknown) => void;
  /** What `seen` threw: it is no error of the bus. */
  readonly failed: (error: unknown) => void;
}

/** Listens to a synchronous bus, behind all other handlers, until it is disposed. @throws BusError `TOO_MANY_SUBSCRIPTIONS` */
export function tapBus(
  bus: { readonly subscribe: SynchronousSubscribe },
  { pattern, id }: { readonly pattern: string; readonly id: string },
  { seen, failed }: BusListener,
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
