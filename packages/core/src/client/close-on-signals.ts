import type { Closeable } from '@tradewind/core-types';
import { checkDeadline } from './close-options.ts';

/** Which signals end the process, and how long it may drain before. */
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
 * exit code that the one who sent it expects, unless somebody else listens for the signal and decides about the end. A close that fails
 * is not taken for an end: its error goes the way of every unhandled rejection.
 *
 * @returns Dispose it to stop listening.
 * @throws ValidationError `INVALID_OPTIONS`.
 */
export function closeOnSignals(client: Closeable, options: CloseOnSignalsOptions = {}): Disposable {
  const { signals = ['SIGTERM', 'SIGINT'], deadlineMs } = options;
  checkDeadline(deadlineMs);
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
    void client.close({ deadlineMs, signal: impatience.signal }).then(end, (error: unknown) => {
      stop();
      throw error;
    });
  };
  for (const signal of signals) process.on(signal, onSignal);
  return { [Symbol.dispose]: stop };
}
