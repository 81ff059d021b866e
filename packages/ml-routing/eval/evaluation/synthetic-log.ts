import type { ChoicePolicy, LoggedChoice } from '../../src/index.ts';
import { Dice } from '../random.ts';
import type { Logging, Situation, World } from './worlds.ts';

/** A log with its truth. */
export interface SyntheticLog {
  readonly choices: readonly LoggedChoice[];
  /** By choice, then action: what was to be expected. */
  readonly expected: Float64Array;
}

/** Plays a world for so many choices. */
export function makeLog(world: World, seed: number, choices: number): SyntheticLog {
  const dice = new Dice(seed * 7_919 + WORLD_SPREAD * world.name.length + (world.name.codePointAt(0) ?? 0));
  const base = Float64Array.from({ length: world.actions }, () => dice.logBetween(2, 8));
  const state = { congestion: 0 };
  const expected = new Float64Array(choices * world.actions);
  const logged = Array.from({ length: choices }, (_, at): LoggedChoice => {
    const situation = world.next(dice, { part: at / choices, base, state });
    expected.set(situation.expected, at * world.actions);
    const propensities = propensitiesOf(world.logging, situation);
    const action = drawFrom(propensities, dice.next());
    return { features: situation.features, propensities, action, reward: situation.draw(action) };
  });
  return { choices: logged, expected };
}

/** What a policy earns in truth on the contexts of the log. */
export function truthOf({ choices, expected }: SyntheticLog, policy: ChoicePolicy): number {
  let sum = 0;
  for (const [at, choice] of choices.entries()) {
    const probabilities = policy(choice, at);
    const actions = probabilities.length;
    for (let action = 0; action < actions; action += 1) {
      sum += (probabilities[action] as number) * (expected[at * actions + action] as number);
    }
  }
  return sum / choices.length;
}

function propensitiesOf(logging: Logging, { believed }: Situation): readonly number[] {
  const actions = believed.length;
  const best = believed.indexOf(Math.max(...believed));
  if (logging.kind === 'greedy') {
    return Array.from(believed, (_, action) => logging.chance / actions + (action === best ? 1 - logging.chance : 0));
  }
  const weights = Array.from(believed, (value) => Math.exp((logging.heat * (value - (believed[best] as number))) / 2));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => 0.98 * (weight / sum) + 0.02 / actions);
}

function drawFrom(probabilities: readonly number[], chance: number): number {
  let left = chance;
  for (const [action, probability] of probabilities.entries()) {
    left -= probability;
    if (left < 0) return action;
  }
  return probabilities.length - 1;
}

const WORLD_SPREAD = 104_729;
