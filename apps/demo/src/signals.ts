/** What the signals do. */
export interface SignalActions {
  /** The first signal: stops the market; the rest follows by itself. */
  readonly stop: () => void;
  /** Before leaving at once: brings the terminal back. */
  readonly restore: () => void;
}

/**
 * Ctrl-C (and SIGTERM) stops the market, drains the bus and prints the summary; a second one leaves at once, with 128 and the number
 * of the signal as every shell expects it: 130, 143.
 *
 * The signals belong to the demo until the returned object is disposed.
 */
export function stopOnSignals({ stop, restore }: SignalActions): Disposable {
  let asked = false;
  const onSignal = (exitCode: number) => (): void => {
    if (asked) {
      restore();
      process.exit(exitCode);
    }
    asked = true;
    stop();
  };
  const onInterrupt = onSignal(130);
  const onTerminate = onSignal(143);
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onTerminate);
  return {
    [Symbol.dispose]: () => {
      process.off('SIGINT', onInterrupt);
      process.off('SIGTERM', onTerminate);
    },
  };
}
