import type { PluginState, StateOwner } from '@tradewind/core-types';
import type { InFlight } from './in-flight.ts';
import type { PathNames } from './path-names.ts';
import type { PathPredictor } from './path-predictor.ts';
import { isCount, isNames, isNumbers, isRecord } from '../state/json-shapes.ts';
import { unreadableState } from '../state/unreadable-state.ts';

/** What a router has learned and what is under way, as JSON and back. Everything is checked before anything is changed. */
export class PredictiveState implements StateOwner {
  readonly #names: PathNames;
  readonly #predictor: PathPredictor;

  constructor(names: PathNames, predictor: PathPredictor) {
    this.#names = names;
    this.#predictor = predictor;
  }

  snapshot(): PluginState {
    const names = [...this.#names.all()];
    const { flight, decisions } = this.#predictor;
    const columns = this.#columns();
    return {
      version: VERSION,
      data: {
        names,
        decisions,
        forgotten: flight.forgotten,
        columns: Object.fromEntries(
          Object.entries(columns).map(([key, column]) => {
            const width = column.length / this.#capacity;
            return [key, Array.from(column.subarray(0, names.length * width))];
          }),
        ),
        // By path: which of its messages is in front (-1: none), and the messages in the order of sending.
        underWay: names.map((_, path) => {
          const places = flight.of(path);
          return {
            front: places.indexOf(flight.front[path] as number),
            messages: places.map((at) => messageColumns(flight).map((column) => column[at] as number)),
          };
        }),
      },
    };
  }

  /** @throws ValidationError `INVALID_OPTIONS` on a state that it cannot read, and is then unchanged. */
  restore(state: PluginState): void {
    const columns = this.#columns();
    const read = readState(state, columns, this.#capacity);
    const { flight, inherited, quantiles } = this.#predictor;
    this.#names.clear();
    flight.clear();
    inherited.begin();
    flight.forgotten = read.forgotten;
    this.#predictor.decisions = read.decisions;
    for (const column of Object.values(columns)) column.fill(0);
    for (let path = 0; path < this.#capacity; path += 1) quantiles.reset(path);
    for (const name of read.names) this.#names.add(name);
    for (const [key, column] of Object.entries(columns)) column.set(read.columns[key] ?? []);
    for (const [path, { front, messages }] of read.underWay.entries()) {
      const places = messages.map((message) => {
        const at = flight.add(message[0] as number, path);
        inherited.add(message[0] as number, message[1] as number);
        for (const [index, column] of messageColumns(flight).entries()) column[at] = message[index] as number;
        return at;
      });
      flight.front[path] = places[front] ?? -1;
    }
  }

  get #capacity(): number {
    return this.#predictor.judged.length;
  }

  #columns(): Readonly<Record<string, Float64Array>> {
    const { backlog, model, quantiles, judged, exceeded, errorMs, latencyMs } = this.#predictor;
    const { failures, restsUntil } = this.#names.figures();
    return {
      freeAtMs: backlog.freeAtMs,
      givenMs: backlog.givenMs,
      arrivedAtMs: backlog.arrivedAtMs,
      fixedMs: backlog.fixedMs,
      perUnitMs: backlog.perUnitMs,
      stretch: backlog.stretch,
      sums: backlog.sums,
      coefficients: model.slow.coefficients,
      covariance: model.slow.covariance,
      level: model.level,
      levelVariance: model.levelVariance,
      seenAt: model.seenAt,
      variance: model.variance,
      excessMs: model.excessMs,
      product: model.product,
      lastResidual: model.lastResidual,
      count: model.count,
      above: quantiles.above,
      judged,
      exceeded,
      errorMs,
      latencyMs,
      failures,
      restsUntil,
    };
  }
}

/** The ticket first. */
function messageColumns(flight: InFlight): readonly Float64Array[] {
  const { ticket, sentAtMs, size, volatility, predictedMs, spreadMs, highMs, workMs } = flight;
  return [ticket, sentAtMs, size, volatility, predictedMs, spreadMs, highMs, workMs];
}

interface UnderWay {
  readonly front: number;
  readonly messages: readonly (readonly number[])[];
}

interface ReadState {
  readonly names: readonly string[];
  readonly decisions: number;
  readonly forgotten: number;
  readonly columns: Readonly<Record<string, readonly number[]>>;
  readonly underWay: readonly UnderWay[];
}

function readState(
  { version, data }: PluginState,
  own: Readonly<Record<string, Float64Array>>,
  capacity: number,
): ReadState {
  if (version !== VERSION) throw unreadable('version', `version ${VERSION}`, version);
  if (!isRecord(data)) throw unreadable('data', 'the data of a snapshot', data);
  const { names, decisions, forgotten, columns, underWay } = data;
  if (!isNames(names) || names.length > capacity)
    throw unreadable('data.names', `at most ${capacity} paths, each once`, names);
  if (!isCount(decisions)) throw unreadable('data.decisions', 'a count', decisions);
  if (!isCount(forgotten)) throw unreadable('data.forgotten', 'a count', forgotten);
  if (!isRecord(columns)) throw unreadable('data.columns', 'columns of numbers', columns);
  const read = Object.fromEntries(
    Object.entries(own).map(([key, column]) => {
      const values = columns[key];
      const length = (column.length / capacity) * names.length;
      if (!isNumbers(values, length)) throw unreadable(`data.columns.${key}`, `${length} finite numbers`, values);
      if (NOT_NEGATIVE.has(key) && values.some((value) => value < 0))
        throw unreadable(`data.columns.${key}`, 'numbers from 0 on', values);
      return [key, values];
    }),
  );
  if (!Array.isArray(underWay) || underWay.length !== names.length)
    throw unreadable('data.underWay', 'what is under way, by path', underWay);
  return { names, decisions, forgotten, columns: read, underWay: underWay.map(readUnderWay) };
}

function readUnderWay(value: unknown, path: number): UnderWay {
  const where = `data.underWay.${path}`;
  if (!isRecord(value)) throw unreadable(where, 'the messages of a path', value);
  const { front, messages } = value;
  if (!Array.isArray(messages) || !messages.every((message) => isNumbers(message, MESSAGE_FIGURES)))
    throw unreadable(`${where}.messages`, 'messages', messages);
  if (!Number.isInteger(front) || typeof front !== 'number' || front < -1 || front >= messages.length)
    throw unreadable(`${where}.front`, 'the place of a message, or -1', front);
  return { front, messages };
}

const unreadable = unreadableState('the router begins anew and tries each path once');
/** Figures that are never negative: a state in which they are was not made by a router. */
const NOT_NEGATIVE: ReadonlySet<string> = new Set([
  'variance',
  'levelVariance',
  'count',
  'judged',
  'exceeded',
  'fixedMs',
  'perUnitMs',
]);
const MESSAGE_FIGURES = 8;
const VERSION = 1;
