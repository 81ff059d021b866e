import type { Probe, ProbeHandler, ProbeSubscription } from './contender.ts';

/** Handlers by exact topic: what the users of a queue write around it, because a queue knows no topics. */
export class ExactTopics {
  readonly #handlers = new Map<string, ProbeHandler[]>();

  add({ pattern, handler }: ProbeSubscription): void {
    const handlers = this.#handlers.get(pattern);
    if (handlers === undefined) this.#handlers.set(pattern, [handler]);
    else handlers.push(handler);
  }

  deliver(topic: string, probe: Probe): void {
    const handlers = this.#handlers.get(topic);
    if (handlers === undefined) return;
    for (const handler of handlers) handler(probe);
  }
}
