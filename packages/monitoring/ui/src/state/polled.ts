import { useCallback, useEffect, useState } from 'preact/hooks';
import { ask, failureText } from './requests.ts';

/** What was asked for, and how it went the last time. */
export interface Polled<Answer> {
  /** The last answer; undefined before the first. */
  readonly answer: Answer | undefined;
  /** Why the last attempt failed: what is shown is older. */
  readonly failure: string | undefined;
  /** Asks at once. */
  readonly refresh: () => void;
}

/**
 * Asks for something again and again while its screen is open and the page can be seen, the next time after the answer to the last one.
 *
 * @param address - Undefined: nothing is asked for.
 */
export function usePolled<Answer>(address: string | undefined, everyMs: number): Polled<Answer> {
  const [kept, keep] = useState<{ readonly address: string | undefined; readonly answer: Answer }>();
  const [failure, fail] = useState<string>();
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    if (address === undefined) return undefined;
    const controller = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const once = async (): Promise<void> => {
      try {
        if (document.hidden) return;
        keep({ address, answer: await ask<Answer>(address, controller.signal) });
        fail(undefined);
      } catch (error) {
        if (!controller.signal.aborted) fail(failureText(error));
      } finally {
        if (!controller.signal.aborted) timer = setTimeout(() => void once(), everyMs);
      }
    };
    void once();
    return () => {
      controller.abort();
      clearTimeout(timer);
    };
  }, [address, everyMs, turn]);
  const refresh = useCallback(() => setTurn((before) => before + 1), []);
  // What was found for another question is not an answer to this one.
  return { answer: kept?.address === address ? kept?.answer : undefined, failure, refresh };
}
