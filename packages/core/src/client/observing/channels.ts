import { channel, tracingChannel, type Channel, type TracingChannel } from 'node:diagnostics_channel';
import {
  DIAGNOSTIC_CHANNELS,
  type DropDiagnostic,
  type HandleDiagnostic,
  type Headers,
  type PublishDiagnostic,
} from '@tradewind/core-types';
import { isThenable } from '../../platform/thenable.ts';

/** The diagnostics channels. They belong to the process, as `node:diagnostics_channel` has it; one client's messages and another's meet there. */
export const publishChannel: Channel<unknown, PublishDiagnostic> = channel(DIAGNOSTIC_CHANNELS.publish) as Channel<
  unknown,
  PublishDiagnostic
>;
export const dropChannel: Channel<unknown, DropDiagnostic> = channel(DIAGNOSTIC_CHANNELS.drop) as Channel<
  unknown,
  DropDiagnostic
>;
export const handleChannel: TracingChannel<unknown, HandleDiagnostic> = tracingChannel<unknown, HandleDiagnostic>(
  DIAGNOSTIC_CHANNELS.handle,
);

/** Shows a message that is being published, and returns the headers with which it travels on. Somebody listens. */
export function announcePublish(
  diagnostic: Omit<PublishDiagnostic, 'headers'>,
  given: Headers | undefined,
): Headers | undefined {
  const headers: Record<string, string> = { ...given };
  publishChannel.publish({ ...diagnostic, headers });
  return given === undefined && Object.keys(headers).length === 0 ? undefined : Object.freeze(headers);
}

/**
 * Calls a handler within the tracing channel: `start` and `end` around the call, and, when it returns a promise, `asyncStart` and
 * `asyncEnd` when that has settled; `error` with what it threw or rejected with. Stores bound to `start` hold during the call and in what
 * the handler awaits.
 */
export function traceHandler(context: OpenHandleDiagnostic, call: () => unknown): unknown {
  return handleChannel.start.runStores(context, () => {
    try {
      const result = call();
      if (isThenable(result)) {
        context.pending = true;
        return watched(context, result);
      }
      return result;
    } catch (error) {
      context.error = error;
      handleChannel.error.publish(context);
      throw error;
    } finally {
      handleChannel.end.publish(context);
    }
  });
}

/** A diagnostic that is still being filled. */
export type OpenHandleDiagnostic = { -readonly [Member in keyof HandleDiagnostic]: HandleDiagnostic[Member] };

/** The same promise to the client, with its end shown on the channel. */
async function watched(context: OpenHandleDiagnostic, result: PromiseLike<unknown>): Promise<void> {
  try {
    await result;
  } catch (error) {
    context.error = error;
    handleChannel.error.publish(context);
    throw error;
  } finally {
    handleChannel.asyncStart.publish(context);
    handleChannel.asyncEnd.publish(context);
  }
}
