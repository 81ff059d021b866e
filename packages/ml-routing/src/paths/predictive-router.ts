import type {
  Health,
  HealthSource,
  MetricsSink,
  MetricsSource,
  PathId,
  Remediable,
  Remedy,
  RoutableMessage,
  RoutingPlugin,
  StateOwner,
} from '@tradewind/core-types';
import { KillSwitch, switchRemedies } from '../kill-switch.ts';
import { isNeverWorthTrying, valueOfTrying } from './exploration.ts';
import { QUANTILES } from './latency-quantiles.ts';
import { lengthOf } from './message-features.ts';
import { noCandidates } from './no-candidates.ts';
import { PATH_CAUSE, PathLog, type PathExplanation } from './path-log.ts';
import { PathNames } from './path-names.ts';
import { pathPlugin } from './path-plugin.ts';
import { switchedBy } from '../switchable.ts';
import { PathPredictor } from './path-predictor.ts';
import {
  collectPaths,
  readPath,
  type PathPrediction,
  type PathReading,
  type PredictionRequest,
} from './path-reading.ts';
import type { PathRequest, PathSettlement, PathStrategy } from './path-strategy.ts';
import { readPredictiveOptions, type PredictiveRouterOptions, type PredictiveSettings } from './predictive-options.ts';
import { PredictiveState } from './predictive-state.ts';

/**
 * Chooses the path on which a message is expected to arrive first, and says how long that will take.
 *
 * By path it learns the latency at rest (by size and volatility), what the path needs for a message, and with that what waits there now; it follows
 * steps and drift, notices a path that stands still by what does not come back, and knows how unsure it is. A path that may have become better is
 * tried, with one message at a time. Quantiles are kept right by counting how often they are exceeded.
 *
 * - `plugin` chooses among the client's paths; `choose` and `settled` do it by hand, for consumers and gateways of venues.
 * - A path that fails is left alone for a while, twice as long each time in a row, and then tried by one message at a time until one arrives; unless all fail.
 * - A path stands still when nothing has arrived for five seconds beyond the time of what is in front there, and beyond as long again as that was to take. What arrives after that, or is
 *   given up without a sign of life from its path, is a failure of the path.
 * - `disable()` is the kill switch: the client's default path, and the first candidate by hand.
 * - Same events, same decisions: no clock, no chance, no timer. A latency that is no number, or negative, teaches nothing.
 *
 * Memory: 1.5 MB, whatever comes; of more than 16,384 messages under way the oldest are forgotten and counted.
 * Cost: a choice among four paths and a settlement together take about a microsecond, among twelve about half as much again; no object is made. `npm run bench -- ml-routing` prints it.
 */
export class PredictiveRouter implements PathStrategy, HealthSource, MetricsSource, Remediable {
  readonly name = 'predictive-paths';
  /** Give it to `plugins` of a client with several `paths`. It leaves messages alone for which an earlier plugin has chosen a path. */
  readonly plugin: RoutingPlugin;
  /** What was learned, and what is under way, which another process forgets with its first message. Restoring throws a `ValidationError` `INVALID_OPTIONS` on a state that it cannot read, and then changes nothing. */
  readonly state: StateOwner;
  /** The size of a message, as given or by default: what `predict` wants to know of it. */
  readonly sizeOf: (message: RoutableMessage) => number;
  readonly #settings: PredictiveSettings;
  readonly #names: PathNames;
  readonly #predictor: PathPredictor;
  readonly #log = new PathLog();
  readonly #costs: Float64Array;
  readonly #means: Float64Array;
  readonly #aheads: Float64Array;
  readonly #services: Float64Array;
  readonly #features = { nowMs: 0.5, size: 0.5, volatility: 0.5 };
  readonly #choice = { atMs: 0.5, cause: 0, path: 0, expectedMs: 0.5, other: 0, otherMs: 0.5 };
  readonly #switch = new KillSwitch();
  #lastMs = 0;
  #runnerUp = -1;

  /** @throws ValidationError `INVALID_OPTIONS` with everything that is wrong. */
  constructor(options: PredictiveRouterOptions = {}) {
    const settings = readPredictiveOptions(options);
    this.#settings = settings;
    this.#names = new PathNames(settings.maxPaths);
    this.#predictor = new PathPredictor(settings.maxPaths);
    this.#costs = new Float64Array(settings.maxPaths);
    this.#means = new Float64Array(settings.maxPaths);
    this.#aheads = new Float64Array(settings.maxPaths);
    this.#services = new Float64Array(settings.maxPaths);
    this.state = new PredictiveState(this.#names, this.#predictor);
    this.sizeOf = options.sizeOf ?? lengthOf;
    this.plugin = pathPlugin(this, { sizeOf: this.sizeOf, keepOrder: options.keepOrder, part: this });
    switchedBy(this.plugin, this);
  }

  /** Whether it decides at all. */
  get enabled(): boolean {
    return this.#switch.reason === undefined;
  }

  /** @throws ValidationError `INVALID_OPTIONS` without candidates, or with more different names than `maxPaths`. */
  choose(paths: readonly PathId[], request: PathRequest): PathId {
    const only = paths[0];
    if (only === undefined) throw noCandidates();
    const rows = this.#names.rows(paths);
    const features = this.#features;
    this.#predictor.begin(request.ticket, request.nowMs);
    if (request.nowMs >= this.#lastMs && request.nowMs < Infinity) this.#lastMs = request.nowMs;
    features.nowMs = this.#lastMs;
    features.size = request.size > 0 && request.size < GREATEST_SIZE ? request.size : 0;
    features.volatility = request.volatility > 0 ? Math.min(1, request.volatility) : 0;
    const predictor = this.#predictor;
    predictor.decisions += 1;
    const chosen = this.#choose(rows, paths.length);
    const row = rows[chosen] as number;
    // All that could be chosen were weighed, but for the first one when nothing was asked of it.
    if (this.#switch.reason === undefined) {
      predictor.recall(this.#means[chosen] as number, this.#aheads[chosen] as number, this.#services[chosen] as number);
    } else predictor.weigh(row, features.nowMs, features.size, features.volatility);
    predictor.send(row, request.ticket, features);
    // At thousands a second a message is pushed out of the table long before it is old enough to be given up.
    if (predictor.flight.lostOn >= 0) this.#names.fellSilent(predictor.flight.lostOn, predictor.decisions);
    return paths[chosen] as PathId;
  }

  settled(settlement: PathSettlement): void {
    const { flight } = this.#predictor;
    const at = flight.find(settlement.ticket);
    const { latencyMs, atMs, result } = settlement;
    if (at < 0) {
      this.#arrivedAfterAll(settlement);
      return;
    }
    const row = flight.path[at] as number;
    // What another part sent by another way says nothing about the one that was chosen.
    const isOfPath = this.#names.row(settlement.path) === row;
    if (result === 'arrived' && isOfPath && latencyMs >= 0 && latencyMs < Infinity) {
      const boundedMs = latencyMs < LONGEST_MS ? latencyMs : LONGEST_MS;
      const sentAtMs = flight.sentAtMs[at] as number;
      const arrivedAtMs = atMs >= sentAtMs && atMs < Infinity ? atMs : sentAtMs + boundedMs;
      if (this.#predictor.arrive(at, arrivedAtMs, boundedMs)) this.#names.arrivedLate(row, this.#predictor.decisions);
      else this.#names.worked(row);
      return;
    }
    if (result === 'failed' && isOfPath) this.#names.failed(row, this.#predictor.decisions);
    flight.remove(at);
  }

  /** Whether a path stands still, or did when it was last heard of. Changes nothing. */
  standsStill(path: PathId, nowMs: number): boolean {
    const row = this.#names.row(path);
    return row >= 0 && (this.#names.hasStoodStill(row) || this.#predictor.standsStill(row, nowMs));
  }

  /** What a message would take on a path now, in milliseconds; undefined where nothing is known of it. Changes nothing. */
  predict(path: PathId, request: PredictionRequest): PathPrediction | undefined {
    const row = this.#names.row(path);
    const predictor = this.#predictor;
    if (row < 0 || !predictor.model.isKnown(row)) return undefined;
    predictor.weigh(row, request.nowMs, request.size, request.volatility);
    if (request.underWay === true) predictor.withoutItself();
    // Each is followed by itself, so two that lie near one another may have crossed; put in order they are at least as good (Chernozhukov, Fernández-Val and Galichon 2010).
    const [p50Ms, p90Ms, p95Ms, p99Ms] = QUANTILES.map((level) => predictor.quantileMs(row, level)).toSorted(
      (one, other) => one - other,
    );
    if (p50Ms === undefined || p90Ms === undefined || p95Ms === undefined || p99Ms === undefined) return undefined;
    return { meanMs: predictor.meanMs, queueMs: predictor.aheadMs, p50Ms, p90Ms, p95Ms, p99Ms };
  }

  /** Every path that it knows, and what it has learned of it. */
  readings(): readonly PathReading[] {
    return this.#names.all().map((path, row) => readPath(path, row, this.#predictor));
  }

  /** Why the last paths were chosen, newest first: at most 256, by default 16. */
  explain(limit = 16): readonly PathExplanation[] {
    return this.#log.recent(limit, (row) => this.#names.name(row));
  }

  /** The kill switch: it goes on learning and decides nothing. */
  disable(reason = 'switched off'): void {
    this.#switch.turnOff(reason, this.#lastMs);
  }

  /** Decides again, from the next message on. */
  enable(): void {
    this.#switch.turnOn(this.#lastMs);
  }

  /** Degraded while it is switched off. */
  health(): Health {
    return this.#switch.health();
  }

  remedies(): readonly Remedy[] {
    return switchRemedies(this, 'path-prediction', {
      off: 'Send everything by the default path, until path prediction is enabled again.',
      on: 'Choose paths by their predicted latency again.',
    });
  }

  collect(into: MetricsSink): void {
    collectPaths(into, {
      readings: this.readings(),
      byCause: this.#log.byCause,
      forgotten: this.#predictor.flight.forgotten,
      enabled: this.enabled,
    });
  }

  /** Returns the place among the candidates. */
  #choose(rows: Int32Array, count: number): number {
    const { nowMs, size, volatility } = this.#features;
    const row = rows[0] as number;
    if (this.#switch.reason !== undefined) return this.#note(PATH_CAUSE.disabled, rows, 0, -1);
    if (count === 1) {
      this.#predictor.weigh(row, nowMs, size, volatility);
      this.#keep(0);
      return this.#note(PATH_CAUSE.only, rows, 0, -1);
    }
    const best = this.#cheapest(rows, count);
    if (!this.#predictor.model.isKnown(rows[best] as number)) return this.#note(PATH_CAUSE.unknown, rows, best, -1);
    // One that failed, has rested, and has nothing under way: the next one waits for what becomes of this.
    if (this.#names.isFailing(rows[best] as number) && (this.#costs[best] as number) < RESTING_MS)
      return this.#note(PATH_CAUSE.tried, rows, best, this.#runnerUp);
    const tried = this.#worthTrying(rows, count, best);
    if (tried >= 0) return this.#note(PATH_CAUSE.tried, rows, tried, best);
    return this.#note(PATH_CAUSE.predicted, rows, best, this.#runnerUp);
  }

  /** Returns the place of the cheapest, and leaves that of the next one in `#runnerUp`. */
  #cheapest(rows: Int32Array, count: number): number {
    const { nowMs, size, volatility } = this.#features;
    const predictor = this.#predictor;
    const { flight, decisions } = predictor;
    const { queuePrice, forgetAfterMs } = this.#settings;
    const costs = this.#costs;
    const lostBeforeMs = nowMs - forgetAfterMs;
    let best = -1;
    let second = -1;
    let bestCost = 0;
    let secondCost = 0;
    for (let i = 0; i < count; i += 1) {
      const row = rows[i] as number;
      if (flight.count[row] !== 0 && flight.forgetBefore(row, lostBeforeMs)) this.#names.fellSilent(row, decisions);
      predictor.weigh(row, nowMs, size, volatility);
      this.#keep(i);
      let cost = predictor.meanMs + queuePrice * (predictor.aheadMs + predictor.serviceMs);
      if (predictor.isStill || this.#names.isAvoided(row, decisions, flight.count[row] as number)) cost += RESTING_MS;
      costs[i] = cost;
      if (best < 0 || cost < bestCost) {
        second = best;
        secondCost = bestCost;
        best = i;
        bestCost = cost;
      } else if (second < 0 || cost < secondCost) {
        second = i;
        secondCost = cost;
      }
    }
    this.#runnerUp = second;
    return best;
  }

  /** What had been given up arrives: too late to say what messages take, but its path works again. */
  #arrivedAfterAll({ path, result }: PathSettlement): void {
    const row = this.#names.row(path);
    if (row >= 0 && result === 'arrived') this.#names.worked(row);
  }

  /** Notes what was weighed last as that of this candidate. */
  #keep(at: number): void {
    const { meanMs, aheadMs, serviceMs } = this.#predictor;
    this.#means[at] = meanMs;
    this.#aheads[at] = aheadMs;
    this.#services[at] = serviceMs;
  }

  /** The path that is best tried, -1 for none: nothing under way on it, nothing seen of it lately, and worth more than it costs. */
  #worthTrying(rows: Int32Array, count: number, best: number): number {
    const { size } = this.#features;
    const { model, flight, decisions } = this.#predictor;
    const { leastStaleness } = this.#settings;
    const costs = this.#costs;
    const bestCost = costs[best] as number;
    const bestMs = this.#means[best] as number;
    const others = count - 1;
    let tried = -1;
    let most = 0;
    for (let i = 0; i < count; i += 1) {
      const row = rows[i] as number;
      if (i === best || flight.count[row] !== 0 || !model.isKnown(row)) continue;
      const staleness = decisions - (model.seenAt[row] as number);
      if (staleness < leastStaleness) continue;
      const excessMs = (costs[i] as number) - bestCost;
      if (excessMs >= RESTING_MS) continue;
      const unseenMs = staleness * bestMs;
      const priceMs = others * excessMs;
      const isDue =
        unseenMs > THRIFT * priceMs ||
        (staleness > LONG_UNSEEN && (model.count[row] === 1 || unseenMs > LONG_UNSEEN_THRIFT * priceMs));
      if (!isDue && isNeverWorthTrying(excessMs, model.greatestDoubt(row, size))) continue;
      const value = isDue ? Infinity : valueOfTrying(excessMs, model.doubtMs(row, size, decisions));
      if (value <= most) continue;
      most = value;
      tried = i;
    }
    return tried;
  }

  #note(cause: number, rows: Int32Array, chosen: number, other: number): number {
    const choice = this.#choice;
    choice.atMs = this.#features.nowMs;
    choice.cause = cause;
    choice.path = rows[chosen] as number;
    choice.expectedMs = this.#means[chosen] as number;
    choice.other = other >= 0 ? (rows[other] as number) : -1;
    choice.otherMs = other >= 0 ? (this.#means[other] as number) : 0;
    this.#log.write(choice);
    return chosen;
  }
}

/** A petabyte: what is said to be larger is of unknown size. Its square has to be a number. */
const GREATEST_SIZE = 1e15;
/** An hour: whatever took longer counts as that. */
const LONGEST_MS = 3_600_000;
/** A path that has failed, or stands still, is worse than any that has not. */
const RESTING_MS = 1e9;
/** Even what is surely worse is tried again so seldom that all of it costs at most one part of so many of the mean latency. */
const THRIFT = 1_000;
/** Of a path that was not seen for so many decisions nearly nothing is known any more: all such trying may cost a hundredth. One latency alone rules no path out, whatever it was. */
const LONG_UNSEEN = 10_000;
const LONG_UNSEEN_THRIFT = 100;
