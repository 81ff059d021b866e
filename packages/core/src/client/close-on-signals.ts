import type { Closeable } from '@tradewind/core-types';

export interface CloseOnSignalsOptions {
  /** Default SIGTERM and SIGINT. */
  readonly signals?: readonly NodeJS.Signals[] | undefined;
  /** How long to drain, in milliseconds. Default 5,000. */
  readonly deadlineMs?: number | undefined;
}

/**
 * Closes a client when the process is asked to end.
 *
 * The first signal closes it; a second one gives up draining. When it is closed the process gets the signal again and ends by it, with the
 * exit code that the one who sent it expects, unless somebody else listens for the signal and decides about the end.
 *
 * @returns Dispose it to stop listening.
 */
export function closeOnSignals(client: Closeable, options: CloseOnSignalsOptions = {}): Disposable {
  const { signals = ['SIGTERM', 'SIGINT'], deadlineMs } = options;
  const impatience = new AbortController();
  let closing = false;
  const stop = (): void => {
    for (const signal of signals) process.off(signal, onSignal);
  };
  const onSignal = (signal: NodeJS.Signals): void => {
    if (closing) {
      impatience.abort(new Error(`Received ${signal} a second time.`));
      return;
    }
    closing = true;
    const end = (): void => {
      stop();
      if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
    };
    client.close({ deadlineMs, signal: impatience.signal }).then(end, end);
  };
  for (const signal of signals) process.on(signal, onSignal);
  return { [Symbol.dispose]: stop };
}
