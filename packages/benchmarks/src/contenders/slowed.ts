import type { BusUnderTest, Contender } from './contender.ts';

/**
 * A contender with a planted slowdown: on average it goes `steps` times a message round a loop whose steps depend on each other, about a
 * nanosecond each. What regression detection must find is planted with it. With 0 steps it costs what the planting itself costs, and is what
 * a slowed one is compared with.
 */
export function slowed(contender: Contender, steps: number): Contender {
  return {
    ...contender,
    name: `${contender.name}, ${steps} steps slower`,
    create: async () => withDelay(await contender.create(), Math.round(steps * STRIDE)),
  };
}

function withDelay(bus: BusUnderTest, stepsOfStride: number): BusUnderTest {
  let state = 1;
  let untilDelay = STRIDE;
  return {
    subscribe: (subscription) => bus.subscribe(subscription),
    publish: (topic, probe, priority) => {
      untilDelay -= 1;
      if (untilDelay === 0) {
        untilDelay = STRIDE;
        // In a variable of its own and kept as a small integer: one that lives in the closure costs an allocation at each step.
        let step = state;
        for (let i = 0; i < stepsOfStride; i += 1) step = (Math.imul(step, 1_664_525) + 1_013_904_223) | 0;
        state = step & SMALL_INTEGER;
      }
      // The loop must have an effect, or it would be left out when compiled.
      return state === 0.5 ? false : bus.publish(topic, probe, priority);
    },
    settle: () => bus.settle(),
    close: () => bus.close(),
    extras: bus.extras,
  };
}

/**
 * All steps of so many messages are gone before one of them. A loop of two steps before each message runs beside the message in the processor
 * and costs nothing or twice as much; one of thirty-two costs what it costs.
 */
const STRIDE = 16;
const SMALL_INTEGER = 0xffff;
