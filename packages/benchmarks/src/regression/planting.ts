import { measureFigures, LEAST_ROUNDS } from './measure-figures.ts';

/** A planted slowdown, measured out. */
export interface Plant {
  /** Steps of the loop of a message, as `slowed:STEPS:CONTENDER` takes them. */
  readonly steps: number;
  /** What they cost: the cost of a message with them to its cost without them. */
  readonly ratio: number;
}

/** Where a slowdown is planted, and how thoroughly its cost is measured. */
export interface PlantTask {
  readonly contender: string;
  readonly workload: string;
  readonly slices: number;
  readonly warmUpMessages: number;
  readonly seed: number;
}

/** The first guess, about a tenth of the cheapest message. */
const FIRST_STEPS = 5;
const MOST_ATTEMPTS = 8;
/** The plant is good when it costs what it is to, give or take half a percent. */
const TOLERANCE = 0.005;
/** One guess is at most so many times the one before: the figure that it comes from may be off. */
const LONGEST_STRIDE = 8;

/**
 * How many steps cost a message the slowdown, by duels of the contender with and without them: as many as a comparison has at least, each in
 * two fresh processes. Beforehand one process did the steps in every other slice, and said 5 % where separate processes, in which each side is
 * compiled for itself, were alike.
 *
 * @throws BenchmarkError `RUN_FAILED` when a process fails or its receipts are wrong.
 */
export async function measureOutPlant(
  { contender, workload, slices, warmUpMessages, seed }: PlantTask,
  slowdown: number,
): Promise<Plant> {
  return measureOut(slowdown, async (steps, attempt) => {
    const sides = { base: `slowed:0:${contender}`, head: `slowed:${steps}:${contender}` };
    const figure = { contender, ...sides, workload, metric: 'cpuNsPerMessage', rounds: LEAST_ROUNDS } as const;
    const [verdict] = await measureFigures([figure], {
      slices,
      warmUpMessages,
      measureMs: 1,
      budgetMs: Number.POSITIVE_INFINITY,
      seed: seed + attempt * LEAST_ROUNDS,
    });
    return verdict?.ratio ?? Number.NaN;
  });
}

/** Guesses, measures and corrects until the ratio is 1 + slowdown; the closest guess when there is none within {@link TOLERANCE}. */
export async function measureOut(
  slowdown: number,
  ratioAt: (steps: number, attempt: number) => Promise<number>,
): Promise<Plant> {
  const distance = ({ ratio }: Plant): number => Math.abs(ratio - 1 - slowdown);
  let steps = FIRST_STEPS;
  let closest: Plant | undefined;
  let tooLittle: Plant | undefined;
  let tooMuch: Plant | undefined;
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
    const plant: Plant = { steps, ratio: await ratioAt(steps, attempt) };
    if (closest === undefined || distance(plant) < distance(closest)) closest = plant;
    if (distance(closest) <= TOLERANCE) return closest;
    if (plant.ratio < 1 + slowdown) tooLittle = plant;
    else tooMuch = plant;
    steps = Number(nextGuess(plant, { slowdown, tooLittle, tooMuch }).toFixed(2));
  }
  return closest ?? { steps, ratio: Number.NaN };
}

/** Between what was too little and too much, on a straight line; in proportion to the last guess as long as there is only one of them. */
function nextGuess(
  { steps, ratio }: Plant,
  {
    slowdown,
    tooLittle,
    tooMuch,
  }: { readonly slowdown: number; readonly tooLittle: Plant | undefined; readonly tooMuch: Plant | undefined },
): number {
  // Figures that scatter may say that more costs less: there is nothing between them then.
  if (tooLittle !== undefined && tooMuch !== undefined && tooLittle.steps < tooMuch.steps) {
    const share = (1 + slowdown - tooLittle.ratio) / (tooMuch.ratio - tooLittle.ratio);
    return tooLittle.steps + share * (tooMuch.steps - tooLittle.steps);
  }
  const wanted = ratio > 1 ? slowdown / (ratio - 1) : LONGEST_STRIDE;
  return steps * Math.min(LONGEST_STRIDE, Math.max(1 / LONGEST_STRIDE, wanted));
}
