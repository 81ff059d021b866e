import type { Priority } from '@tradewind/core-types';
import type { CostBook } from './cost-rule.ts';
import { ServiceTimes } from './service-times.ts';
import { LANES } from './lanes.ts';

/**
 * What is known of each topic: its costs as declared, its service time as learned, the lane it was declared for and the one it belongs in.
 *
 * Rows 0 to 3 stand for the lanes as a whole: for topics beyond the bound of the table, and for what is not known yet of a new one. Rows
 * from 4 on are topics, in the order of their first arrival. The client's ids of topics differ from process to process, so they lead to
 * rows by a column of their own, and what is learned is kept by name.
 */
export class TopicBook {
  readonly times: ServiceTimes;
  readonly perMs: Float64Array<ArrayBuffer>;
  /** Twice the quadratic cost: the slope that a millisecond of waiting adds to the marginal cost. */
  readonly slope: Float64Array<ArrayBuffer>;
  readonly missed: Float64Array<ArrayBuffer>;
  /** Arrivals, each weighing less the longer ago it was. */
  readonly weight: Float64Array<ArrayBuffer>;
  /** From arrival to deadline, in milliseconds; 0 where there was none so far. */
  readonly allowanceMs: Float64Array<ArrayBuffer>;
  /** As the publisher declared it, at the first arrival. */
  readonly declared: Int8Array<ArrayBuffer>;
  /** Where the topic belongs by what it costs and takes. */
  readonly lane: Int8Array<ArrayBuffer>;
  readonly names: string[] = ['', '', '', ''];
  readonly #costs: CostBook;
  readonly #maxRows: number;
  readonly #rowByName = new Map<string, number>();
  #rowById = new Int32Array(FIRST_IDS);

  constructor(costs: CostBook, maxTopics: number) {
    this.#costs = costs;
    this.#maxRows = maxTopics + LANES;
    const rows = this.#maxRows;
    this.times = new ServiceTimes(rows);
    this.perMs = new Float64Array(rows);
    this.slope = new Float64Array(rows);
    this.missed = new Float64Array(rows);
    this.weight = new Float64Array(rows);
    this.allowanceMs = new Float64Array(rows);
    this.declared = new Int8Array(rows);
    this.lane = new Int8Array(rows);
    for (let lane = 0; lane < LANES; lane += 1) this.#price(lane, '', lane as Priority);
  }

  /** Rows in use, the four lanes included. */
  get size(): number {
    return this.names.length;
  }

  /** For how many topics there is room in all. */
  get room(): number {
    return this.#maxRows - LANES;
  }

  /** The row of a topic by its id on this client; the lane's where none is known. */
  row(topicId: number, lane: Priority): number {
    if (topicId <= 0 || topicId >= this.#rowById.length) return lane;
    const row = this.#rowById[topicId] as number;
    return row === 0 ? lane : row;
  }

  /** The row of a topic by its name; undefined when it has none. */
  rowOf(topic: string): number | undefined {
    return this.#rowByName.get(topic);
  }

  /** The row of a topic that has arrived: made at its first arrival, while there is room. */
  arrive(topicId: number, topic: string, declared: Priority): number {
    if (!(topicId > 0 && topicId < MOST_IDS)) return declared;
    if (topicId >= this.#rowById.length) this.#growIds(topicId);
    const known = this.#rowById[topicId] as number;
    if (known !== 0 && this.names[known] === topic) return known;
    const row = this.#rowByName.get(topic) ?? this.add(topic, declared);
    this.#rowById[topicId] = row < LANES ? 0 : row;
    return row;
  }

  /** Makes a row; the lane's own where there is no more room. */
  add(topic: string, declared: Priority): number {
    const row = this.names.length;
    if (row >= this.#maxRows) return declared;
    this.names.push(topic);
    this.#rowByName.set(topic, row);
    this.#price(row, topic, declared);
    this.times.startLike(row, declared);
    this.weight[row] = 0;
    this.allowanceMs[row] = 0;
    return row;
  }

  /** Cost of having waited so long, in the unit of the rules. */
  holdingCost(row: number, waitedMs: number): number {
    return ((this.perMs[row] as number) + 0.5 * (this.slope[row] as number) * waitedMs) * waitedMs;
  }

  /** Lets earlier arrivals weigh a little less. Called once per window. */
  fade(): void {
    for (let row = 0; row < this.size; row += 1) this.weight[row] = (this.weight[row] as number) * REMEMBERED;
  }

  /** Forgets all topics and which id is whose. */
  clear(): void {
    this.names.length = LANES;
    this.#rowByName.clear();
    this.#rowById.fill(0);
  }

  #price(row: number, topic: string, declared: Priority): void {
    const cost = this.#costs.of(topic, declared);
    this.perMs[row] = cost.perMs;
    this.slope[row] = 2 * cost.perMsSquared;
    this.missed[row] = cost.missed;
    this.declared[row] = declared;
    this.lane[row] = declared;
  }

  #growIds(topicId: number): void {
    const grown = new Int32Array(Math.min(MOST_IDS, 2 ** Math.ceil(Math.log2(topicId + 1))));
    grown.set(this.#rowById);
    this.#rowById = grown;
  }
}

const REMEMBERED = 0.95;
const FIRST_IDS = 1_024;
/** 4 MiB: ids beyond share their lane's row. */
const MOST_IDS = 2 ** 20;
