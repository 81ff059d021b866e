import type { Priority } from '@tradewind/core-types';
import type { BusUnderTest } from '../contenders/contender.ts';
import { isThenable } from './refusals.ts';

/** Answers a request now or later. */
type Responder = (payload: number, respond: (answer: number) => void) => void;

/** What answers the requests of an endpoint, and in which lane they travel where a bus has lanes. */
interface Service {
  readonly endpoint: string;
  readonly priority: Priority;
  readonly respond: Responder;
}

/** Serves an endpoint and returns what asks it: with the requests of the bus, or, where it has none, made by hand. */
export function requestsOver(
  bus: BusUnderTest,
  { endpoint, priority, respond }: Service,
): (payload: number) => Promise<number> {
  const { serve, request } = bus.extras ?? {};
  if (serve === undefined || request === undefined) return requestsByHand(bus, { endpoint, priority, respond });
  serve(endpoint, respond);
  return (payload) => request(endpoint, payload);
}

/** What users of an emitter write: the payload travels as `index`, what tells requests apart as `stream`. */
function requestsByHand(
  bus: BusUnderTest,
  { endpoint, priority, respond }: Service,
): (payload: number) => Promise<number> {
  const waiting = new Map<number, Pick<PromiseWithResolvers<number>, 'resolve' | 'reject'>>();
  const send = (topic: string, index: number, stream: number): void => {
    const answer = bus.publish(topic, { index, stream, intendedAtMs: 0 }, priority);
    // Whoever waits for what could not be sent hears why.
    if (isThenable(answer)) answer.then(undefined, (reason: unknown) => waiting.get(stream)?.reject(reason));
  };
  let next = 0;
  const reply = `${endpoint}.reply`;
  bus.subscribe({
    pattern: endpoint,
    handler: ({ index, stream }) => respond(index, (answer) => send(reply, answer, stream)),
  });
  bus.subscribe({
    pattern: reply,
    handler: ({ index, stream }) => {
      waiting.get(stream)?.resolve(index);
      waiting.delete(stream);
    },
  });
  return (payload) =>
    new Promise((resolve, reject) => {
      const stream = next++;
      waiting.set(stream, { resolve, reject });
      send(endpoint, payload, stream);
    });
}
