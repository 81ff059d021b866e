import {
  PRIORITIES,
  PRIORITY_NAMES,
  ValidationError,
  showValue,
  type Knob,
  type KnobPatch,
  type ValidationIssue,
} from '@tradewind/core-types';
import type { Engine } from './engine.ts';
import type { LaneShares } from './lanes/weighted-scheduler.ts';

/** A knob, and how it is turned. */
interface TurnableKnob extends Omit<Knob, 'current'> {
  readonly read: () => number;
  readonly write: (value: number) => void;
  readonly isInteger: boolean;
}

/** The numbers of a client that may be changed while it runs. A patch is taken as a whole or not at all. */
export class ClientKnobs {
  readonly #engine: Engine;
  readonly #knobs: readonly TurnableKnob[];

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#knobs = [...laneKnobs(engine), ...workerKnobs(engine), ...flowKnobs(engine), ...retryKnobs(engine)];
  }

  knobs(): readonly Knob[] {
    return this.#knobs.map(({ name, description, unit, min, max, read }) => ({
      name,
      description,
      unit,
      min,
      max,
      current: read(),
    }));
  }

  reconfigure(patch: KnobPatch): KnobPatch {
    checkPatch(patch);
    const issues: ValidationIssue[] = [];
    const turned: { readonly knob: TurnableKnob; readonly value: number }[] = [];
    for (const [name, value] of Object.entries(patch)) {
      const knob = this.#knobs.find((candidate) => candidate.name === name);
      const issue = knob === undefined ? unknownKnob(name) : knobIssue(knob, value);
      if (issue !== undefined) issues.push(issue);
      else if (knob !== undefined) turned.push({ knob, value });
    }
    issues.push(...this.#relationIssues(patch));
    const [first] = issues;
    if (first !== undefined) {
      throw new ValidationError('INVALID_OPTIONS', {
        ...first,
        issues,
        hint: 'Nothing was changed; knobs() tells names and ranges.',
      });
    }
    const previous = Object.fromEntries(turned.map(({ knob }) => [knob.name, knob.read()]));
    for (const { knob, value } of turned) knob.write(value);
    this.#applied();
    return previous;
  }

  /** What a patch would make wrong between several knobs. */
  #relationIssues(patch: KnobPatch): ValidationIssue[] {
    const value = (name: string): number => patch[name] ?? this.#knobs.find((knob) => knob.name === name)?.read() ?? 0;
    const issues: ValidationIssue[] = [];
    const shares = PRIORITY_NAMES.reduce((sum, name) => sum + value(`lanes.${name}.share`), 0);
    if (shares > 1 + ROUNDING) {
      issues.push({ path: 'lanes', expected: 'shares that add up to at most 1', received: showValue(shares) });
    }
    if (value('workers.min') > value('workers.max')) {
      issues.push({
        path: 'workers',
        expected: 'a min that is at most max',
        received: showValue(value('workers.min')),
      });
    }
    return issues;
  }

  #applied(): void {
    const { room, scaling, dispatcher, paths } = this.#engine;
    for (const lanes of this.#engine.allLanes()) {
      for (const lane of lanes.all) room.resized(lane);
    }
    scaling.rebound();
    dispatcher.gate.open();
    dispatcher.gate.emptied();
    dispatcher.schedule();
    paths.hurry();
  }
}

function laneKnobs(engine: Engine): TurnableKnob[] {
  return PRIORITIES.flatMap((priority) => {
    const name = PRIORITY_NAMES[priority];
    const lanes = (): readonly { capacity: number; admitRatio: number }[] =>
      engine.allLanes().map(({ all }) => all[priority]);
    return [
      {
        name: `lanes.${name}.capacity`,
        description: `How many messages the ${name} lane holds. What is above a lower value stays.`,
        unit: 'messages',
        min: 1,
        max: 100_000_000,
        isInteger: true,
        read: () => lanes()[0]?.capacity ?? 0,
        write: (value: number) => {
          for (const lane of lanes()) lane.capacity = value;
        },
      },
      {
        name: `lanes.${name}.admitRatio`,
        description: `The part of its capacity up to which the ${name} lane takes messages; at 0 it sheds what comes. What is above a lower value stays.`,
        unit: 'ratio',
        min: 0,
        max: 1,
        isInteger: false,
        read: () => lanes()[0]?.admitRatio ?? 1,
        write: (value: number) => {
          for (const lane of lanes()) lane.admitRatio = value;
        },
      },
      {
        name: `lanes.${name}.share`,
        description: `The part of the picks that the ${name} lane gets at least while it has work.`,
        unit: 'ratio',
        min: 0.001,
        max: 1,
        isInteger: false,
        read: () => engine.weights.shares[priority],
        write: (value: number) => {
          engine.weights.shares = engine.weights.shares.map((share, i) =>
            i === priority ? value : share,
          ) as unknown as LaneShares;
        },
      },
    ];
  });
}

function workerKnobs({ pool }: Engine): TurnableKnob[] {
  const bounds = { unit: 'workers', min: 1, max: 50, isInteger: true };
  return [
    {
      ...bounds,
      name: 'workers.min',
      description: 'How many workers there are at least.',
      read: () => pool.min,
      write: (value) => {
        pool.min = value;
      },
    },
    {
      ...bounds,
      name: 'workers.max',
      description: 'How many workers there are at most.',
      read: () => pool.max,
      write: (value) => {
        pool.max = value;
      },
    },
    {
      name: 'workers.stuckAfterMs',
      description: 'How long a handler runs before it counts as stuck.',
      unit: 'ms',
      min: 1,
      max: 86_400_000,
      isInteger: false,
      read: () => pool.stuckAfterMs,
      write: (value) => {
        pool.stuckAfterMs = value;
      },
    },
  ];
}

function flowKnobs({ settings }: Engine): TurnableKnob[] {
  return [
    {
      name: 'flushIntervalMs',
      description: 'How long NORMAL and LOW may wait to go in a batch.',
      unit: 'ms',
      min: 0,
      max: 60_000,
      isInteger: false,
      read: () => settings.flushIntervalMs,
      write: (value) => {
        settings.flushIntervalMs = value;
      },
    },
    {
      name: 'sliceMs',
      description: 'How long deliveries may hold up the event loop at a time.',
      unit: 'ms',
      min: 0.1,
      max: 1_000,
      isInteger: false,
      read: () => settings.sliceMs,
      write: (value) => {
        settings.sliceMs = value;
      },
    },
    {
      name: 'highWaterRatio',
      description: 'The part of its capacity at which a lane is high.',
      unit: 'ratio',
      min: 0.01,
      max: 1,
      isInteger: false,
      read: () => settings.highWaterRatio,
      write: (value) => {
        settings.highWaterRatio = value;
      },
    },
  ];
}

function retryKnobs({ settings }: Engine): TurnableKnob[] {
  const knob = (
    member: 'maxAttempts' | 'initialDelayMs' | 'maxDelayMs',
    rest: Pick<Knob, 'description' | 'unit' | 'min' | 'max'>,
  ): TurnableKnob => ({
    ...rest,
    name: `retry.${member}`,
    isInteger: member === 'maxAttempts',
    read: () => settings.retry[member],
    write: (value) => {
      settings.retry = { ...settings.retry, [member]: value };
    },
  });
  return [
    knob('maxAttempts', { description: 'Attempts of a delivery in all.', unit: 'attempts', min: 1, max: 100 }),
    knob('initialDelayMs', { description: 'The delay before the first retry.', unit: 'ms', min: 0, max: 3_600_000 }),
    knob('maxDelayMs', { description: 'The longest delay before a retry.', unit: 'ms', min: 0, max: 86_400_000 }),
  ];
}

function checkPatch(patch: unknown): void {
  if (typeof patch === 'object' && patch !== null) return;
  throw new ValidationError('INVALID_OPTIONS', {
    path: 'patch',
    expected: 'an object of numbers by the names of knobs',
    received: showValue(patch),
    hint: 'Nothing was changed; knobs() tells names and ranges.',
  });
}

function unknownKnob(name: string): ValidationIssue {
  return { path: name, expected: 'the name of a knob', received: showValue(name) };
}

function knobIssue({ name, min, max, isInteger }: TurnableKnob, value: unknown): ValidationIssue | undefined {
  const isFine = typeof value === 'number' && value >= min && value <= max && (!isInteger || Number.isInteger(value));
  if (isFine) return undefined;
  return {
    path: name,
    expected: `${isInteger ? 'an integer' : 'a number'} from ${min} to ${max}`,
    received: showValue(value),
  };
}

const ROUNDING = 1e-9;
