import type { JsonValue, PluginState, StateOwner } from '@tradewind/core-types';
import { AVERAGES, FEATURE_COUNT, TRACKER_SIZE } from './features.ts';
import { OBSERVATION_SIZE, SIGNED } from './observation.ts';
import { MARKET_REGIMES } from './market-regime.ts';
import { INSTRUMENT_SIZE, type InstrumentMarket } from './instrument-market.ts';
import { MEMBER_SIZE, type MarketPool } from './market-pool.ts';
import { PATH_COUNT, PATH_NEXT, PATH_SIZE } from './price-path.ts';
import { REGIME, SWITCH_SIZE } from './regime-switch.ts';
import { isCount, isNumbers, isRecord } from '../state/json-shapes.ts';
import { unreadableState } from '../state/unreadable-state.ts';

/** The parts whose figures make up what is known of a market. */
export interface MarketRegimeParts {
  readonly observationMs: number;
  readonly maxInstruments: number;
  readonly pool: MarketPool;
  /** By place; names in the same order. */
  readonly instruments: readonly InstrumentMarket[];
  readonly names: readonly string[];
  /** When the last tick came, in milliseconds. */
  readonly time: { get: () => number; set: (ms: number) => void };
  /** Makes the detector one of exactly these instruments, as on the first day. */
  readonly reset: (names: readonly string[]) => void;
}

type Columns = Readonly<Record<string, Float64Array>>;

/** What a detector knows, as JSON and back. Everything is checked before anything is changed. */
export class MarketRegimeState implements StateOwner {
  readonly #parts: MarketRegimeParts;

  constructor(parts: MarketRegimeParts) {
    this.#parts = parts;
  }

  snapshot(): PluginState {
    const { observationMs, pool, instruments, names, time } = this.#parts;
    return {
      version: VERSION,
      data: {
        observationMs,
        lastMs: time.get(),
        market: written(marketColumns(pool)),
        instruments: names.map((id, place) => ({
          id,
          ...written(instrumentColumns(instruments[place] as InstrumentMarket)),
          member: Array.from(pool.members[place] as Float64Array),
        })),
      },
    };
  }

  /** @throws ValidationError `INVALID_OPTIONS` on a state that it cannot read, and is then unchanged. */
  restore({ version, data }: PluginState): void {
    const { observationMs, maxInstruments, pool, time, reset } = this.#parts;
    if (version !== VERSION) throw unreadable('version', `version ${VERSION}`, version);
    if (!isRecord(data)) throw unreadable('data', 'the data of a snapshot', data);
    if (data['observationMs'] !== observationMs) {
      throw unreadable('data.observationMs', `observations of ${observationMs} ms`, data['observationMs']);
    }
    const { lastMs } = data;
    if (typeof lastMs !== 'number' || !(lastMs >= 0 && lastMs < Infinity)) {
      throw unreadable('data.lastMs', 'a moment in milliseconds', lastMs);
    }
    const listed = data['instruments'];
    if (!Array.isArray(listed) || listed.length > maxInstruments) {
      throw unreadable('data.instruments', `at most ${maxInstruments} instruments`, listed);
    }
    const market = read(data['market'], 'data.market', marketColumns(pool));
    checkProbabilities(market['shown'] ?? [], 'data.market.shown');
    if (!(market['values'] ?? []).slice(MARKET_REGIMES.length).every(isCount)) {
      throw unreadable('data.market.values', 'counts after the sums', market['values']);
    }
    const names: string[] = [];
    const rows = listed.map((each: JsonValue, at) => {
      const path = `data.instruments[${at}]`;
      if (!isRecord(each) || typeof each['id'] !== 'string' || names.includes(each['id'])) {
        throw unreadable(`${path}.id`, 'an instrument, each once', each);
      }
      names.push(each['id']);
      return readInstrument(each, path);
    });
    reset(names);
    time.set(lastMs);
    fill(marketColumns(pool), market);
    for (const [place, row] of rows.entries()) {
      const instrument = this.#parts.instruments[place] as InstrumentMarket;
      fill(instrumentColumns(instrument), row);
      pool.members[place]?.set(row['member'] ?? []);
      instrument.refresh();
    }
    pool.refresh();
  }
}

function marketColumns(pool: MarketPool): Columns {
  return { shown: pool.shown, switching: pool.switching.values, values: pool.values };
}

function instrumentColumns(instrument: InstrumentMarket): Columns {
  const { observation, tracker, posterior, shown, switching, values } = instrument;
  return {
    interval: observation.values,
    levels: tracker.values,
    path: tracker.path.values,
    features: tracker.features,
    posterior,
    shown,
    switching: switching.values,
    values,
  };
}

function readInstrument(from: Readonly<Record<string, JsonValue>>, path: string): Record<string, readonly number[]> {
  const row = read(from, path, SHAPES);
  for (const [key, count] of AMOUNTS) {
    if ((row[key] ?? []).slice(0, count).some((each) => each < 0)) {
      throw unreadable(`${path}.${key}`, `${count} amounts of 0 or more first`, from[key]);
    }
  }
  if (!isCount(row['levels']?.at(-1) ?? -1)) throw unreadable(`${path}.levels`, 'a count last', row['levels']?.at(-1));
  for (const [place, most] of [
    [PATH_NEXT, PATH_NEXT - 1],
    [PATH_COUNT, PATH_NEXT],
  ] as const) {
    const count = row['path']?.[place] ?? -1;
    if (!isCount(count) || count > most) {
      throw unreadable(`${path}.path[${place}]`, `an integer from 0 to ${most}`, count);
    }
  }
  for (const key of ['posterior', 'shown']) checkProbabilities(row[key] ?? [], `${path}.${key}`);
  return row;
}

function checkProbabilities(values: readonly number[], path: string): void {
  const sum = values.reduce((total, each) => (each >= 0 ? total + each : Number.NaN), 0);
  if (!(Math.abs(sum - 1) < 1e-6)) throw unreadable(path, 'probabilities that sum to 1', values);
}

/** The finite numbers of each column, as long as it is, with a regime that exists. */
function read(from: JsonValue | undefined, path: string, columns: Columns): Record<string, readonly number[]> {
  if (!isRecord(from)) throw unreadable(path, 'columns of numbers', from);
  return Object.fromEntries(
    Object.entries(columns).map(([key, column]) => {
      const values = from[key];
      if (!isNumbers(values, column.length)) {
        throw unreadable(`${path}.${key}`, `${column.length} finite numbers`, values);
      }
      if (key === 'switching' && MARKET_REGIMES[values[REGIME] ?? -1] === undefined) {
        throw unreadable(`${path}.switching`, 'the place of a regime first', values);
      }
      return [key, values];
    }),
  );
}

function written(columns: Columns): Record<string, readonly number[]> {
  return Object.fromEntries(Object.entries(columns).map(([key, column]) => [key, Array.from(column)]));
}

function fill(columns: Columns, from: Readonly<Record<string, readonly number[]>>): void {
  for (const [key, column] of Object.entries(columns)) column.set(from[key] ?? []);
}

const unreadable = unreadableState('the detector begins at NORMAL and learns again what is usual');
/** How long each column of an instrument is. */
const SHAPES: Columns = {
  interval: new Float64Array(OBSERVATION_SIZE),
  levels: new Float64Array(TRACKER_SIZE),
  path: new Float64Array(PATH_SIZE),
  features: new Float64Array(FEATURE_COUNT),
  posterior: new Float64Array(MARKET_REGIMES.length),
  shown: new Float64Array(MARKET_REGIMES.length),
  switching: new Float64Array(SWITCH_SIZE),
  values: new Float64Array(INSTRUMENT_SIZE),
  member: new Float64Array(MEMBER_SIZE),
};
/** How many figures of a column cannot be negative. */
const AMOUNTS = [
  ['interval', SIGNED],
  ['levels', AVERAGES],
  ['switching', SWITCH_SIZE - 1],
  ['values', INSTRUMENT_SIZE],
] as const;
const VERSION = 1;
