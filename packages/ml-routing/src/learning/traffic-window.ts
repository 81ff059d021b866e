import { PRIORITIES, type LanesView, type Priority, type SchedulingEvent } from '@tradewind/core-types';

/**
 * A stretch of traffic as it came, to be replayed under other policies: what waited when it began, what arrived, how long each took.
 *
 * It begins at a pick, so that the backlog can be read from the lanes, and ends after a number of arrivals. Columns, filled again for each window;
 * the messages that arrive are joined to their ends by ticket, in a table with open addressing. O(1) an event, nothing allocated.
 */
export class TrafficWindow {
  readonly arrivedAtMs: Float64Array<ArrayBuffer>;
  readonly deadlineMs: Float64Array<ArrayBuffer>;
  /** NaN until known. */
  readonly servedMs: Float64Array<ArrayBuffer>;
  readonly topicId: Int32Array<ArrayBuffer>;
  readonly row: Int32Array<ArrayBuffer>;
  /** Where the message waits without corrections. */
  readonly lane: Int8Array<ArrayBuffer>;
  /** The backlog first, in order of arrival within each lane, then what arrived. */
  size = 0;
  /** How many of them are backlog. */
  backlog = 0;
  startedAtMs = 0;
  /** Arrivals whose end has not come yet. */
  open = 0;
  readonly #arrivals: number;
  readonly #tickets: Float64Array<ArrayBuffer>;
  readonly #places: Int32Array<ArrayBuffer>;
  readonly #mask: number;

  /** `arrivals`: how many messages it takes in. */
  constructor(arrivals: number) {
    const capacity = arrivals + MOST_BACKLOG_PER_LANE * PRIORITIES.length;
    this.#arrivals = arrivals;
    this.arrivedAtMs = new Float64Array(capacity);
    this.deadlineMs = new Float64Array(capacity);
    this.servedMs = new Float64Array(capacity);
    this.topicId = new Int32Array(capacity);
    this.row = new Int32Array(capacity);
    this.lane = new Int8Array(capacity);
    const slots = 2 ** Math.ceil(Math.log2(arrivals * 4));
    this.#tickets = new Float64Array(slots).fill(NO_TICKET);
    this.#places = new Int32Array(slots);
    this.#mask = slots - 1;
  }

  get capacity(): number {
    return this.lane.length;
  }

  get isFull(): boolean {
    return this.size - this.backlog >= this.#arrivals;
  }

  /** Begins with what waits: of each lane at most the 128 oldest runnable messages. */
  begin(lanes: LanesView, nowMs: number, rowOf: (topicId: number, lane: Priority) => number): void {
    this.size = 0;
    this.open = 0;
    this.startedAtMs = nowMs;
    this.#tickets.fill(NO_TICKET);
    for (const lane of PRIORITIES) {
      const count = Math.min(MOST_BACKLOG_PER_LANE, lanes.runnable(lane));
      for (let k = 0; k < count; k += 1) {
        const topicId = lanes.topicId(lane, k);
        const place = this.#add(topicId, rowOf(topicId, lane), lane);
        this.arrivedAtMs[place] = Math.min(nowMs, lanes.arrivedAtMs(lane, k));
        this.deadlineMs[place] = lanes.deadlineMs(lane, k);
      }
    }
    this.backlog = this.size;
  }

  /** Takes an arrival in, unless it is full. */
  arrive(event: SchedulingEvent, row: number, lane: Priority): void {
    if (this.isFull) return;
    const place = this.#add(event.topicId, row, lane);
    // A clock that two machines disagree about must not make the traffic go backwards.
    const before = place > this.backlog ? (this.arrivedAtMs[place - 1] as number) : this.startedAtMs;
    this.arrivedAtMs[place] = event.atMs > before && event.atMs < Infinity ? event.atMs : before;
    this.deadlineMs[place] = event.deadlineMs > -Infinity ? event.deadlineMs : Infinity;
    const slot = this.#slot(event.ticket);
    // A ticket that is there already is a fault of whoever gives them out; its second message stays unknown.
    if (this.#tickets[slot] === event.ticket) return;
    this.#tickets[slot] = event.ticket;
    this.#places[slot] = place;
    this.open += 1;
  }

  /** How long a message took; NaN where it ended without being served. Unknown tickets are ignored. */
  end(ticket: number, servedMs: number): void {
    const slot = this.#slot(ticket);
    if (this.#tickets[slot] !== ticket) return;
    const place = this.#places[slot] as number;
    if (place < 0) return;
    this.#places[slot] = ENDED;
    this.open -= 1;
    this.servedMs[place] = servedMs >= 0 && servedMs < Infinity ? servedMs : Number.NaN;
  }

  #add(topicId: number, row: number, lane: Priority): number {
    const place = this.size;
    this.size += 1;
    this.topicId[place] = topicId;
    this.row[place] = row;
    this.lane[place] = lane;
    this.servedMs[place] = Number.NaN;
    return place;
  }

  /** Where a ticket stands, or the free place where it would. The table is never more than a quarter full. */
  #slot(ticket: number): number {
    let slot = Math.imul(ticket | 0, SPREAD) & this.#mask;
    while (this.#tickets[slot] !== ticket && this.#tickets[slot] !== NO_TICKET) slot = (slot + 1) & this.#mask;
    return slot;
  }
}

const MOST_BACKLOG_PER_LANE = 128;
const NO_TICKET = -1;
const ENDED = -1;
/** Knuth's multiplier: consecutive tickets land far apart. */
const SPREAD = 0x9e37_79b1;
