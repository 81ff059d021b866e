import type { JsonValue, PluginState, Priority, StateOwner } from '@tradewind/core-types';
import type { PolicyLearner } from './policy-learner.ts';
import type { StaticAccount } from './static-account.ts';
import type { Ageing } from '../scheduling/ageing.ts';
import { MOST_WORKERS, type Concurrency } from '../scheduling/concurrency.ts';
import type { ImaginedFifo } from '../scheduling/imagined-fifo.ts';
import { MARKET_REGIMES } from '../regimes/market-regime.ts';
import { POLICIES } from '../scheduling/policy.ts';
import { KEPT, type KeptTimes, type RegimeTimes } from '../scheduling/regime-times.ts';
import type { TopicBook } from '../scheduling/topic-book.ts';
import { isNames, isNumbers, isRecord } from '../state/json-shapes.ts';
import { unreadableState } from '../state/unreadable-state.ts';
import { LANES } from '../scheduling/lanes.ts';
import { fromFirstVersion } from './first-state.ts';
import { outOfRange } from './learned-ranges.ts';

/** The parts whose figures make up what was learned. */
export interface QLearningParts {
  readonly topics: TopicBook;
  readonly learner: PolicyLearner;
  readonly ageing: Ageing;
  readonly fifo: ImaginedFifo;
  readonly account: StaticAccount;
  readonly concurrency: Concurrency;
  readonly regimeTimes: RegimeTimes;
}

/** A column of figures; written to JSON as an array. */
type Column = Float64Array | Int8Array | Uint8Array;

/** What a router has learned, as JSON and back; states of version 1 are read too. Everything is checked before anything is changed. */
export class QLearningState implements StateOwner {
  readonly #parts: QLearningParts;

  constructor(parts: QLearningParts) {
    this.#parts = parts;
  }

  snapshot(): PluginState {
    const { topics, learner, ageing, fifo, account, concurrency, regimeTimes } = this.#parts;
    learner.restart();
    // What waits at the moment is not part of a state, so it leaves the account here as well: both then go on alike.
    account.restart(account.own, account.strict);
    const rows = topics.size;
    return {
      version: VERSION,
      data: {
        names: topics.names.slice(LANES),
        topics: Object.fromEntries(
          Object.entries(topicColumns(this.#parts)).map(([key, column]) => [key, Array.from(column.subarray(0, rows))]),
        ),
        policies: POLICIES.map(({ name }) => name),
        learning: Object.fromEntries(
          Object.entries(learningColumns(this.#parts)).map(([key, column]) => [key, Array.from(column)]),
        ),
        regimes: Object.fromEntries(
          Object.entries(regimeColumns(this.#parts)).map(([key, column]) => [key, Array.from(column)]),
        ),
        regime: MARKET_REGIMES[learner.regime] ?? '',
        regimeTimes: Object.fromEntries(
          MARKET_REGIMES.flatMap((regime, place) => {
            const kept = regimeTimes.kept[place];
            return kept === undefined
              ? []
              : [[regime, Object.fromEntries(KEPT.map((key) => [key, Array.from(kept[key])]))]];
          }),
        ),
        counters: [learner.windows, learner.adoption.changes, learner.adoption.reversals, topics.times.changes],
        ageing: AGEING_FIGURES.map((figure) => ageing[figure]),
        fifo: FIFO_FIGURES.map((figure) => fifo[figure]),
        account: [account.own, account.strict],
        workers: concurrency.workers,
      },
    };
  }

  /** @throws ValidationError `INVALID_OPTIONS` on a state that it cannot read, and is then unchanged. */
  restore(state: PluginState): void {
    const { topics, learner, ageing, fifo, account, concurrency, regimeTimes } = this.#parts;
    const read = readState(state, this.#parts);
    learner.restart();
    topics.clear();
    // Rows are made anew, in the order in which they were; a table that is smaller by now keeps what it has room for.
    const names = read.names.slice(0, topics.room);
    for (const [at, name] of names.entries())
      topics.add(name, (read.topics['declared']?.[at + LANES] ?? 0) as Priority);
    fill(topicColumns(this.#parts), read.topics, topics.size);
    fill(learningColumns(this.#parts), read.learning, Infinity);
    fill(regimeColumns(this.#parts), read.regimes, Infinity);
    // In the regime that it was saved in, or the first look at the market would take that for a change.
    learner.regime = read.regime;
    regimeTimes.clear();
    for (const [place, kept] of read.regimeTimes) regimeTimes.kept[place] = cut(kept, topics.size);
    const [windows = 0, changes = 0, reversals = 0, serviceChanges = 0] = read.counters;
    learner.windows = windows;
    learner.adoption.changes = changes;
    learner.adoption.reversals = reversals;
    topics.times.changes = serviceChanges;
    for (const [at, figure] of AGEING_FIGURES.entries()) ageing[figure] = read.ageing[at] ?? 0;
    for (const [at, figure] of FIFO_FIGURES.entries()) fifo[figure] = read.fifo[at] ?? 0;
    const [own = 0, strict = 0] = read.account;
    account.restart(own, strict);
    if (!concurrency.isGiven) concurrency.workers = read.workers;
  }
}

interface LearnedState {
  readonly names: readonly string[];
  readonly topics: Readonly<Record<string, readonly number[]>>;
  readonly learning: Readonly<Record<string, readonly number[]>>;
  readonly regimes: Readonly<Record<string, readonly number[]>>;
  /** The place of the regime in force. */
  readonly regime: number;
  /** By the place of the regime. */
  readonly regimeTimes: ReadonlyMap<number, KeptTimes>;
  readonly counters: readonly number[];
  readonly ageing: readonly number[];
  readonly fifo: readonly number[];
  readonly account: readonly number[];
  readonly workers: number;
}

function topicColumns({ topics }: QLearningParts): Readonly<Record<string, Column>> {
  const { times } = topics;
  return {
    declared: topics.declared,
    lane: topics.lane,
    weight: topics.weight,
    allowanceMs: topics.allowanceMs,
    meanMs: times.meanMs,
    count: times.count,
    level: times.level,
    variance: times.variance,
    shape: times.shape,
    sumUp: times.sumUp,
    sumDown: times.sumDown,
  };
}

function learningColumns({ learner, ageing, account }: QLearningParts): Readonly<Record<string, Column>> {
  const { q, evidence, adopted, left } = learner.adoption;
  return {
    qValues: q.values,
    qVisits: q.visits,
    laneCost: ageing.laneCost,
    laneWaitMs: ageing.laneWaitMs,
    typicalCost: learner.adoption.typicalCost,
    adopted,
    left,
    blockMass: account.blocks.mass,
    blockSums: account.blocks.sums,
    blockSquares: account.blocks.squares,
    ...Object.fromEntries(
      evidence.flatMap(({ mass, sums, squares }, state) => [
        [`mass${state}`, mass],
        [`sums${state}`, sums],
        [`squares${state}`, squares],
      ]),
    ),
  };
}

/** Evidence by regime and backlog. */
function regimeColumns({ learner }: QLearningParts): Readonly<Record<string, Column>> {
  const { adopted, evidence } = learner.adoption.deviations;
  const figures = evidence.map(({ mass, sums, squares }) => ({ mass, sums, squares }));
  return {
    regimeAdopted: adopted,
    ...Object.fromEntries(
      figures.flatMap((each, place) => Object.entries(each).map(([key, column]) => [`${key}${place}`, column])),
    ),
  };
}

/** Rows beyond those in the state keep what they start with. */
function fill(columns: Readonly<Record<string, Column>>, from: LearnedState['topics'], rows: number): void {
  for (const [key, column] of Object.entries(columns)) column.set((from[key] ?? []).slice(0, rows));
}

function readState(state: PluginState, parts: QLearningParts): LearnedState {
  const { version } = state;
  if (version !== 1 && version !== VERSION) throw unreadable('version', `version 1 to ${VERSION}`, version);
  const data = version === 1 ? fromFirstVersion(state.data, unreadable) : state.data;
  if (!isRecord(data)) throw unreadable('data', 'the data of a snapshot', data);
  const { names, policies, counters, ageing, fifo, account, workers = 1 } = data;
  if (!isNames(names)) throw unreadable('data.names', 'topics, each once', names);
  if (!isNumbers(counters, 4)) throw unreadable('data.counters', 'four numbers', counters);
  if (!isNumbers(ageing, AGEING_FIGURES.length)) throw unreadable('data.ageing', 'finite numbers', ageing);
  if (!isNumbers(fifo, FIFO_FIGURES.length) || fifo.some((figure) => figure < 0))
    throw unreadable('data.fifo', 'finite numbers from 0 on', fifo);
  if (!isNumbers(account, 2)) throw unreadable('data.account', 'two finite numbers', account);
  if (!isWorkers(workers)) throw unreadable('data.workers', `an integer from 1 to ${MOST_WORKERS}`, workers);
  const topics = readColumns(data['topics'], 'data.topics', topicColumns(parts), names.length + LANES);
  for (const [key, values] of Object.entries(topics)) checkRange(`data.topics.${key}`, key, values);
  for (const key of ['declared', 'lane']) {
    if (topics[key]?.every(Number.isInteger) !== true)
      throw unreadable(`data.topics.${key}`, 'lanes 0 to 3', topics[key]);
  }
  // Nothing is ever moved into CRITICAL or out of it, by a state no more than by learning.
  if (topics['lane']?.some((lane, row) => (lane === 0) !== (topics['declared']?.[row] === 0)) === true)
    throw unreadable('data.topics.lane', 'CRITICAL for topics declared CRITICAL and for no others', topics['lane']);
  // Evidence about other policies than today's is of no use; what is known of topics is.
  const same = Array.isArray(policies) && policies.join() === POLICIES.map(({ name }) => name).join();
  const columns = learningColumns(parts);
  const learning = same ? readColumns(data['learning'], 'data.learning', columns) : blank(columns);
  if (learning['adopted']?.every((policy) => Number.isInteger(policy) && policy in POLICIES) !== true)
    throw unreadable('data.learning.adopted', 'places of policies', learning['adopted']);
  // States from before regimes were looked at have none of these.
  const ofRegimes = regimeColumns(parts);
  const hasRegimes = same && data['regimes'] !== undefined;
  const regimes = hasRegimes ? readColumns(data['regimes'], 'data.regimes', ofRegimes) : blank(ofRegimes);
  if (regimes['regimeAdopted']?.every(isPolicy) !== true)
    throw unreadable('data.regimes.regimeAdopted', 'places of policies, or 255', regimes['regimeAdopted']);
  const regimeTimes = readRegimeTimes(data['regimeTimes'] ?? {}, names.length + LANES);
  const regime = MARKET_REGIMES.findIndex((each) => each === data['regime']);
  return { names, topics, learning, regimes, regime, regimeTimes, counters, ageing, fifo, account, workers };
}

/** Of a regime rows may be missing: those of topics that came after it. */
function readRegimeTimes(from: JsonValue, rows: number): ReadonlyMap<number, KeptTimes> {
  if (!isRecord(from)) throw unreadable('data.regimeTimes', 'columns by regime', from);
  const read = new Map<number, KeptTimes>();
  for (const [place, regime] of MARKET_REGIMES.entries()) {
    const columns = from[regime];
    if (columns === undefined) continue;
    const path = `data.regimeTimes.${regime}`;
    const count = isRecord(columns) ? columns['count'] : undefined;
    const size = Array.isArray(count) ? count.length : -1;
    if (!isRecord(columns) || size < LANES || size > rows)
      throw unreadable(path, `columns of ${LANES} to ${rows} numbers`, columns);
    const column = (key: keyof KeptTimes): Float64Array<ArrayBuffer> => {
      const values = columns[key];
      if (!isNumbers(values, size)) throw unreadable(`${path}.${key}`, `${size} finite numbers`, values ?? null);
      checkRange(`${path}.${key}`, key, values);
      return Float64Array.from(values);
    };
    read.set(place, {
      count: column('count'),
      level: column('level'),
      variance: column('variance'),
      shape: column('shape'),
    });
  }
  return read;
}

function checkRange(path: string, column: string, values: readonly number[]): void {
  const range = outOfRange(column, values);
  if (range !== undefined) throw unreadable(path, `numbers from ${range.least} to ${range.most}`, values);
}

function cut({ count, level, variance, shape }: KeptTimes, rows: number): KeptTimes {
  return {
    count: count.slice(0, rows),
    level: level.slice(0, rows),
    variance: variance.slice(0, rows),
    shape: shape.slice(0, rows),
  };
}

function readColumns(
  from: JsonValue | undefined,
  path: string,
  columns: Readonly<Record<string, Column>>,
  rows?: number,
): Record<string, readonly number[]> {
  if (!isRecord(from)) throw unreadable(path, 'columns of numbers', from);
  return Object.fromEntries(
    Object.entries(columns).map(([key, column]) => {
      const values = from[key];
      const length = rows ?? column.length;
      if (!isNumbers(values, length)) throw unreadable(`${path}.${key}`, `${length} finite numbers`, values);
      return [key, values];
    }),
  );
}

/** As on the first day. */
function blank(columns: Readonly<Record<string, Column>>): Record<string, readonly number[]> {
  return Object.fromEntries(
    Object.entries(columns).map(([key, column]) => [
      key,
      Array.from(column, () => (key === 'left' || key === 'regimeAdopted' ? NOTHING_LEFT : 0)),
    ]),
  );
}

function isPolicy(place: number): boolean {
  return place === NOTHING_LEFT || (Number.isInteger(place) && place in POLICIES);
}

function isWorkers(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= MOST_WORKERS;
}

const unreadable = unreadableState('the router begins as strict priority and learns again');
/** Plain fields, in the order in which they are written. */
const AGEING_FIGURES = ['picksSince', 'accrued', 'spent'] as const;
const FIFO_FIGURES = ['peakMs', 'workMs', 'atMs', 'serviceMs', 'waits', 'squares'] as const;
const VERSION = 2;
const NOTHING_LEFT = 255;
