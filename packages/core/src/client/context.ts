import { AsyncResource } from 'node:async_hooks';
import type { Clock } from '@tradewind/core-types';

/** Runs a function in the asynchronous context in which the client was made. */
export type RunInContext = (run: () => void) => void;

/**
 * The asynchronous context of now, to run things in later.
 *
 * The rule of AsyncLocalStorage on the client: handlers run in the context in which the client was made, never in the publisher's: a
 * message may be handled long after its publisher's context has ended, in a drain that some other publisher has started. What has to travel
 * with a message (a trace) travels in its headers.
 */
export function captureContext(): RunInContext {
  // One resource entered per drain costs 20 ns; the function that `AsyncLocalStorage.snapshot()` gives costs 100.
  const resource = new AsyncResource('BufferedMessageBusClient', { requireManualDestroy: true });
  return (run) => resource.runInAsyncScope(run);
}

/** The clock whose timers call back in a given context. */
export function clockInContext(clock: Clock, inContext: RunInContext): Clock {
  return {
    now: () => clock.now(),
    setTimer: (callback, delayMs, options) => clock.setTimer(() => inContext(callback), delayMs, options),
    clearTimer: (timer) => clock.clearTimer(timer),
    microtask: (callback) => clock.microtask(() => inContext(callback)),
    nextTurn: (callback) => clock.nextTurn(() => inContext(callback)),
  };
}
