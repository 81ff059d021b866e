import type { CommandArgument, PortCall, ScriptCall } from '../connection/ports.ts';
import { RedisTransportError, toTransportError } from '../errors.ts';
import { publishManyScript, publishScript } from '../scripts/publish.ts';
import type { SealedEntry } from './sealed-entry.ts';
import type { StreamOutlet } from './stream-outlet.ts';

/** One entry of a flush. */
export interface Sent {
  readonly outlet: StreamOutlet;
  readonly entry: SealedEntry;
}

/** The calls that store entries, in their order: as few as may be, since each costs both sides more than an entry in it. */
export function publishCalls(sent: readonly Sent[], deduplicationMs: number): ScriptCall[] {
  const calls: ScriptCall[] = [];
  let keys: string[] = [];
  let args: CommandArgument[] = [];
  let bytes = 0;
  for (let i = 0; i < sent.length; i += 1) {
    const { outlet, entry } = sent[i] as Sent;
    if (outlet.topics !== undefined) {
      calls.push(callOf(outlet, entry, deduplicationMs));
      continue;
    }
    if (keys.length === 0 || bytes + entry.bytes.length > MOST_CALL_BYTES) {
      keys = [];
      args = [deduplicationMs];
      bytes = 0;
      calls.push({ script: publishManyScript, keys, args });
    }
    bytes += entry.bytes.length;
    keys.push(outlet.stream, outlet.producerKey);
    args.push(entry.epoch, entry.number, entry.forced ? 1 : 0, entry.bytes);
  }
  return calls;
}

/**
 * The answer of each entry. What Redis says to a whole call is about its first entry; where it is final the others have to be sent again
 * without that one, and answer undefined.
 */
export function repliesOf(calls: readonly PortCall[], replies: readonly unknown[]): readonly unknown[] {
  const answers: unknown[] = [];
  for (let i = 0; i < calls.length; i += 1) {
    const call = calls[i] as PortCall;
    if (!('script' in call)) continue;
    const reply = replies[i];
    if (call.script !== publishManyScript) answers.push(reply);
    else if (Array.isArray(reply)) for (const answer of reply) answers.push(answerOf(answer));
    else {
      const isForAll = !(reply instanceof RedisTransportError) || reply.retryable;
      for (let k = 0; k < call.keys.length / 2; k += 1) answers.push(k === 0 || isForAll ? reply : undefined);
    }
  }
  return answers;
}

/** Of a stream that is told to a set of topics: the first entry tells of it; and each that is sent again, since Redis may have forgotten. */
function callOf(outlet: StreamOutlet, entry: SealedEntry, deduplicationMs: number): ScriptCall {
  const keys = [outlet.stream, outlet.producerKey];
  const args: CommandArgument[] = [entry.epoch, entry.number, deduplicationMs, entry.forced ? 1 : 0, entry.bytes];
  if (outlet.topics !== undefined && (entry.number === 1 || entry.attempts > 0)) {
    keys.push(outlet.topics.key);
    args.push(outlet.topics.member);
  }
  return { script: publishScript, keys, args };
}

function answerOf(answer: unknown): unknown {
  if (!Array.isArray(answer) || answer[0] !== REFUSED) return answer;
  return toTransportError(new Error(String(answer[1])), { doing: `running ${publishManyScript.name}` });
}

const REFUSED = 6;
/** One call holds the server up for as long as it runs, about 5 microseconds for each kilobyte. */
const MOST_CALL_BYTES = 262_144;
