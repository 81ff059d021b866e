import type { Dice } from '../random.ts';
import type { PathScenario, PathShape, PathWorldShape } from './world.ts';

/** A path as it is while nothing happens to it. */
interface PlainPath {
  readonly delayMs: number;
  readonly fixedMs: number;
  readonly perUnitMs: number;
  readonly foreign: number;
}

/** Eight loads. What a path is like is drawn for each seed; the messages take 25 to 45 % of the capacity that others leave, and twice as much in bursts. */
export const PATH_SCENARIOS: readonly PathScenario[] = [
  {
    name: 'drift',
    title: 'delays and service times drift by factors up to 3',
    make: (dice) =>
      world(dice, 4, (plain) => {
        const [delay, service] = [wave(dice), wave(dice)];
        return { ...path(plain, dice), ...moving(plain, { delay, service }) };
      }),
  },
  {
    name: 'spikes',
    title: 'single messages take far longer',
    make: (dice) =>
      world(dice, 4, (plain) => ({
        ...path(plain, dice),
        spikes: dice.between(0, 0.03),
        spikeMs: dice.between(20, 60),
      })),
  },
  {
    name: 'stalls',
    title: 'a path stands still for some tens of milliseconds',
    make: (dice) =>
      world(dice, 4, (plain) => ({
        ...path(plain, dice),
        stallsPerSecond: dice.between(0, 0.8),
        stallMs: dice.between(20, 80),
      })),
  },
  {
    name: 'correlated',
    title: 'others load the paths when the market is volatile',
    make: (dice, lengthMs) => {
      const volatility = periods(dice, lengthMs);
      const shape = world(dice, 4, (plain) => {
        const calm = plain.foreign * 0.5;
        const wild = dice.between(0.05, 0.75);
        return { ...path(plain, dice), foreignLoad: (atMs) => calm + (wild - calm) * volatility(atMs) };
      });
      return { ...shape, rate: shape.rate * 0.8, volatility };
    },
  },
  {
    name: 'sizes',
    title: 'some paths are quick for small messages, others for large ones',
    make: (dice) =>
      world(dice, 4, (plain, at) => {
        const small = at % 2 === 0;
        const bent = small
          ? { ...plain, delayMs: plain.delayMs * 0.7, fixedMs: plain.fixedMs * 0.5, perUnitMs: plain.perUnitMs * 2 }
          : { ...plain, delayMs: plain.delayMs * 1.3, fixedMs: plain.fixedMs * 1.3, perUnitMs: plain.perUnitMs * 0.4 };
        return path(bent, dice);
      }),
  },
  {
    name: 'steps',
    title: 'paths change places at once, several times',
    make: (dice, lengthMs) => {
      const changes = Array.from({ length: 5 }, () => dice.next() * lengthMs).toSorted((a, b) => a - b);
      return world(dice, 4, (plain) => {
        const delays = changes.map(() => dice.logBetween(0.6, 3));
        const services = changes.map(() => dice.logBetween(0.7, 2));
        const level = (of: readonly number[]) => (atMs: number) => of[countUpTo(changes, atMs)] ?? 1;
        return { ...path(plain, dice), ...moving(plain, { delay: level(delays), service: level(services) }) };
      });
    },
  },
  {
    name: 'dying',
    title: 'one path dies slowly and comes back',
    make: (dice, lengthMs) => {
      const from = lengthMs * dice.between(0.35, 0.45);
      const until = lengthMs * dice.between(0.7, 0.8);
      const dying = Math.floor(dice.next() * 4);
      const over = lengthMs * 0.1;
      const factor = (atMs: number): number =>
        atMs < from || atMs > until ? 1 : 1 + 29 * Math.min(1, (atMs - from) / over);
      const shape = world(dice, 4, (plain, at) =>
        at === dying
          ? { ...path(plain, dice), ...moving(plain, { delay: (atMs) => 1 + (factor(atMs) - 1) / 3, service: factor }) }
          : path(plain, dice),
      );
      return { ...shape, rate: shape.rate * 0.75 };
    },
  },
  {
    name: 'many',
    title: 'twelve paths',
    make: (dice) =>
      world(dice, 12, (plain) => {
        const delay = wave(dice);
        return { ...path(plain, dice), ...moving(plain, { delay, service: () => 1 }) };
      }),
  },
];

function world(dice: Dice, count: number, make: (plain: PlainPath, at: number) => PathShape): PathWorldShape {
  const plain = Array.from({ length: count }, () => ({
    delayMs: dice.logBetween(0.5, 5),
    fixedMs: dice.logBetween(0.4, 2),
    perUnitMs: dice.logBetween(0.05, 0.4),
    foreign: dice.between(0, 0.12),
  }));
  const capacity = plain.reduce(
    (sum, { fixedMs, perUnitMs, foreign }) => sum + (1 - foreign) / (fixedMs + perUnitMs * MEAN_SIZE),
    0,
  );
  const rate = capacity * dice.between(0.25, 0.45);
  return {
    paths: plain.map(make),
    rate,
    volatility: () => 0,
    size: (own) => own.logNormal(MEAN_SIZE, 0.9),
  };
}

function path(plain: PlainPath, dice: Dice): PathShape {
  return {
    ...moving(plain, { delay: () => 1, service: () => 1 }),
    jitterMs: plain.delayMs * dice.between(0.02, 0.15),
    foreignLoad: () => plain.foreign,
    foreignMs: plain.fixedMs * dice.between(0.5, 2),
    stallsPerSecond: 0,
    stallMs: 1,
    spikes: 0,
    spikeMs: 1,
  };
}

type Factor = (atMs: number) => number;

function moving(plain: PlainPath, { delay, service }: { readonly delay: Factor; readonly service: Factor }) {
  return {
    delayMs: (atMs: number) => plain.delayMs * delay(atMs),
    serviceMs: (atMs: number, size: number) => (plain.fixedMs + plain.perUnitMs * size) * service(atMs),
  };
}

/** Two waves of periods that do not fit each other: between 1/sqrt(3) and sqrt(3). */
function wave(dice: Dice): Factor {
  const [slow, fast] = [dice.logBetween(8_000, 20_000), dice.logBetween(2_000, 5_000)];
  const [a, b] = [dice.next() * 2 * Math.PI, dice.next() * 2 * Math.PI];
  return (atMs) =>
    3 ** (0.3 * Math.sin((2 * Math.PI * atMs) / slow + a) + 0.2 * Math.sin((2 * Math.PI * atMs) / fast + b));
}

/** 0 and 1 in turns, for some seconds each. */
function periods(dice: Dice, lengthMs: number): Factor {
  const ends: number[] = [];
  for (let atMs = 0; atMs < lengthMs;) {
    atMs += dice.between(500, 3_000);
    ends.push(atMs);
  }
  return (atMs) => countUpTo(ends, atMs) % 2;
}

function countUpTo(ends: readonly number[], atMs: number): number {
  let count = 0;
  while (count < ends.length && (ends[count] as number) <= atMs) count += 1;
  return count;
}

const MEAN_SIZE = 2;
