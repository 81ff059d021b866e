import type { BusUnderTest, Contender } from './contender.ts';

/** Work that is planted among the messages of a bus. */
interface PlantedWork {
  /** How many steps a message costs on average, about a nanosecond each. */
  readonly steps: number;
}

/**
 * A contender with a planted slowdown: on average it goes `steps` times a message round a loop whose steps depend on each other. What
 * regression detection must find is planted with it. With 0 steps it costs what the planting itself costs, and is what a slowed one is
 * compared with.
 */
export function slowed(contender: Contender, steps: number): Contender {
  return {
    ...contender,
    name: `${contender.name}, ${steps} steps slower`,
    create: async () => withPlantedWork(await contender.create(), { steps }),
  };
}

/** A bus that does the planted work before one in every {@link STRIDE} messages. */
function withPlantedWork(bus: BusUnderTest, plant: PlantedWork): BusUnderTest {
  let state = 1;
  let untilWork = STRIDE;
  return {
    subscribe: (subscription) => bus.subscribe(subscription),
    publish: (topic, probe, priority) => {
      untilWork -= 1;
      if (untilWork === 0) {
        untilWork = STRIDE;
        state = loop(state, Math.round(plant.steps * STRIDE));
      }
      // The loop must have an effect, or it would be left out when compiled.
      return state === 0.5 ? false : bus.publish(topic, probe, priority);
    },
    settle: () => bus.settle(),
    close: () => bus.close(),
    extras: bus.extras,
  };
}

function loop(state: number, steps: number): number {
  let step = state;
  for (let i = 0; i < steps; i += 1) step = (Math.imul(step, 1_664_525) + 1_013_904_223) | 0;
  // Kept as a small integer: any other number that lives in a closure costs an allocation each time it is set.
  return step & SMALL_INTEGER;
}

/**
 * All steps of so many messages are gone at once, once in each batch of a flood. A processor looks hundreds of instructions ahead: a loop of
 * some tens of steps runs beside the messages around it and may cost nothing. One of a thousand costs what it costs.
 */
const STRIDE = 500;
const SMALL_INTEGER = 0xffff;
