import { BenchmarkError } from '../errors.ts';
import { median } from '../measuring/statistics.ts';
import { childFlags, moduleBeside } from '../running/child-process.ts';
import { runModule } from '../running/run-child.ts';
import { steadyFlags } from './duel.ts';

/** A planted slowdown, measured out. */
export interface Plant {
  /** Steps of the loop of a message, as `slowed:STEPS:CONTENDER` takes them. */
  readonly steps: number;
  /** What they cost: the cost of a message with them to its cost without them. */
  readonly ratio: number;
}

/** What a child is to measure. */
export interface PlantTask {
  readonly contender: string;
  readonly workload: string;
  readonly steps: number;
  /** With the work and without it, each. */
  readonly slices: number;
  readonly warmUpMessages: number;
  readonly seed: number;
}

/** What a child found. */
export interface PlantMeasurement {
  readonly ratio: number;
  /** What is wrong with the receipts. */
  readonly problems: readonly string[];
}

const CHILD = moduleBeside(import.meta.url, './plant-child');
const LONGEST_MS = 120_000;
/** A build costs another thing in each process: so many are asked. */
const PROCESSES = 3;
/** The first guess, about a fifth of the cheapest message. */
const FIRST_STEPS = 10;
const MOST_ATTEMPTS = 8;
/** The plant is good when it costs what it is to, give or take half a percent. */
const TOLERANCE = 0.005;
/** One guess is at most so many times the one before: the figure that it comes from may be off. */
const LONGEST_STRIDE = 8;

/**
 * How many steps cost a message the slowdown. They are measured where they are to count: among the messages of the workload, in one process and
 * on one bus, which does them in every other slice, so that nothing but them lies between its slices; and at the size that they are to have.
 * A loop ten times as long, or one by itself, says little about it.
 *
 * @throws BenchmarkError `RUN_FAILED` when a process fails or its receipts are wrong.
 */
export async function measureOutPlant(task: Omit<PlantTask, 'steps'>, slowdown: number): Promise<Plant> {
  return measureOut(slowdown, async (steps, attempt) => {
    const ratios: number[] = [];
    for (let process = 0; process < PROCESSES; process += 1) {
      // One after the other: they would be in each other's way.
      ratios.push(await ratioOf({ ...task, steps, seed: task.seed + attempt * PROCESSES + process }));
    }
    return median(ratios);
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

async function ratioOf(task: PlantTask): Promise<number> {
  const name = `${task.workload} on ${task.contender} with planted work`;
  const flags = [...childFlags(task.contender), ...steadyFlags(task.seed)];
  const { ratio, problems } = await runModule<PlantMeasurement>(
    { module: CHILD, task, name, flags },
    { longestMs: LONGEST_MS },
  );
  if (problems.length === 0 && ratio > 0) return ratio;
  throw new BenchmarkError('RUN_FAILED', {
    message: `The run of ${name} ${problems.join('; ') || 'gave no figure'}.`,
    hint: 'Run the workload on that contender alone and mend what it says first.',
  });
}
