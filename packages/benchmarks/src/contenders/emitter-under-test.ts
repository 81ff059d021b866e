import type { BusUnderTest, ProbeHandler } from './contender.ts';

/** What the emitters have in common. */
export interface Emitter {
  on(name: string, handler: ProbeHandler): unknown;
  emit(name: string, payload: unknown): unknown;
}

/** An emitter whose handlers run inside `emit`. `translate` turns a pattern into its own spelling. */
export function emitterUnderTest(emitter: Emitter, translate?: (pattern: string) => string): BusUnderTest {
  return {
    subscribe: ({ pattern, handler }) => {
      emitter.on(translate === undefined ? pattern : translate(pattern), handler);
    },
    // What an emitter returns says whether somebody listened, not whether it took the message.
    publish: (topic, probe) => {
      emitter.emit(topic, probe);
    },
    settle: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}
