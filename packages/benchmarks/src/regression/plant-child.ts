// Measures what planted work costs: one bus, in a process of its own, does it in every other slice, and the slices are compared. Prints one line of JSON.
import { withPlantedWork } from '../contenders/slowed.ts';
import { loadContender, loadWorkload } from '../running/modules.ts';
import { portionOf, ratioOfSlices } from './duel.ts';
import type { PlantMeasurement, PlantTask } from './planting.ts';
import { costOfPortion } from './portion.ts';

const SCOUTING_MESSAGES = 20_000;

const task = JSON.parse(process.argv[2] ?? '') as PlantTask;
const { slices, steps, seed, warmUpMessages } = task;
const contender = await loadContender(task.contender);
const workload = await loadWorkload(task.workload);
const plant = { steps };
const bus = withPlantedWork(await contender.create(), plant);
const { portions } = await workload.prepare(bus, { measureMs: 1, seed, warmUpMessages });
if (portions === undefined) throw new Error(`Expected a workload that can be done in portions; got ${task.workload}.`);

const scouted = await costOfPortion(portions, SCOUTING_MESSAGES);
// One bus does the slices of both sides.
const messages = portionOf([scouted], { slices: 2 * slices, warmUpMessages });
const without: number[] = [];
const planted: number[] = [];
for (let slice = 0; slice < slices; slice += 2) {
  without.push(await cost(0));
  planted.push(await cost(steps), await cost(steps));
  without.push(await cost(0));
}
const { problems } = await portions.account();
const measurement: PlantMeasurement = { ratio: ratioOfSlices(without, planted), problems };
// Whatever a peer keeps open is no reason to wait.
process.stdout.write(`\n${JSON.stringify(measurement)}\n`, () => process.exit(0));

async function cost(stepsNow: number): Promise<number> {
  plant.steps = stepsNow;
  return portions === undefined ? Number.NaN : costOfPortion(portions, messages);
}
