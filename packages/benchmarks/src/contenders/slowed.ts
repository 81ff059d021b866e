import type { BusUnderTest, Contender } from './contender.ts';

/**
 * A contender with a planted slowdown: before each message it goes `steps` times round a loop whose steps depend on each other, about a
 * nanosecond each. What regression detection must find is planted with it.
 */
export function slowed(contender: Contender, steps: number): Contender {
  return {
    ...contender,
    name: `${contender.name}, ${steps} steps slower`,
    create: async () => withDelay(await contender.create(), steps),
  };
}

function withDelay(bus: BusUnderTest, steps: number): BusUnderTest {
  let state = 1;
  return {
    subscribe: (subscription) => bus.subscribe(subscription),
    publish: (topic, probe, priority) => {
      // In a variable of its own and kept as a small integer: one that lives in the closure costs an allocation at each step.
      let step = state;
      for (let i = 0; i < steps; i += 1) step = (Math.imul(step, 1_664_525) + 1_013_904_223) | 0;
      state = step & SMALL_INTEGER;
      // The loop must have an effect, or it would be left out when compiled.
      return state === 0.5 ? false : bus.publish(topic, probe, priority);
    },
    settle: () => bus.settle(),
    close: () => bus.close(),
    extras: bus.extras,
  };
}

const SMALL_INTEGER = 0xffff;
