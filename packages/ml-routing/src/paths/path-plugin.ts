import {
  showValue,
  type Health,
  type MetricsSink,
  type Outcome,
  type PathId,
  type PluginState,
  type Remedy,
  type RoutableMessage,
  type RoutingContext,
  type RoutingDecision,
  type RoutingPlugin,
  type StateOwner,
} from '@tradewind/core-types';
import { checkIsObject, invalidOptions } from '../options.ts';
import { KeyedPaths, NO_PATH } from './keyed-paths.ts';
import { lengthOf, volatilityOf } from './message-features.ts';
import { PATH_HEADER, TWIN_HEADER } from './path-headers.ts';
import { redirectedBy } from './redirection.ts';
import type { PathRequest, PathSettlement, PathStrategy } from './path-strategy.ts';
import { sendingResult } from './sending-result.ts';

/** How a strategy serves a client. */
export interface PathPluginOptions {
  /** The size of a message, not negative. Default: the length of a text or of bytes, 0 for anything else. */
  readonly sizeOf?: ((message: RoutableMessage) => number) | undefined;
  /** Whether messages of one ordering key (the topic, where there is none) keep their path while one of them is under way. Default true. */
  readonly keepOrder?: boolean | undefined;
  /** The faces of the strategy that an operator looks for. Default: none. */
  readonly part?: PathPart | undefined;
}

/** What an operator may ask of a strategy, and its state. */
export interface PathPart {
  readonly enabled: boolean;
  readonly state: StateOwner;
  health(): Health;
  collect(into: MetricsSink): void;
  remedies(): readonly Remedy[];
}

/**
 * The routing plugin that chooses among the client's paths by a strategy: any of this package, or your own.
 *
 * It leaves messages alone for which a path is given already, by an earlier plugin or by the header `tradewind-path`, and lets the strategy know of
 * them. A path whose last batch failed is not chosen while another one works. `sent` counts as arrived, with the time since `publish`, all
 * attempts included; a batch that the transport refuses for good has failed there. A message that was given up before that, or that is refused on
 * its own, says nothing about its path.
 *
 * A strategy that is switched off has no opinion; it goes on learning from what takes the default path, or the one that was given.
 *
 * With `keepOrder`, a key stays with its path until all its messages there are settled, or for a minute without any settlement; a path that stands still by what the strategy says is left by
 * its keys at once, if another one works. The second copy of a hedged message, and the one message by which a path that stood still is tried, hold no key. Across a change of path, order
 * holds up to storing: a receiver that reads two paths may see the end of the one after the beginning of the other.
 *
 * @throws ValidationError `INVALID_OPTIONS` for what is no strategy.
 */
export function pathPlugin(strategy: PathStrategy, options: PathPluginOptions = {}): RoutingPlugin {
  const { name, choose, settled } = (strategy ?? {}) as Partial<PathStrategy>;
  if (typeof name !== 'string' || typeof choose !== 'function' || typeof settled !== 'function') {
    const expected = 'a PathStrategy: a name, choose and settled';
    throw invalidOptions('PathStrategy', [{ path: 'strategy', expected, received: showValue(strategy) }]);
  }
  checkIsObject(options, 'PathPluginOptions');
  return new PathPlugin(strategy, options);
}

class PathPlugin implements RoutingPlugin {
  readonly name: string;
  readonly state: StateOwner | undefined;
  readonly health: (() => Health) | undefined;
  readonly collect: ((into: MetricsSink) => void) | undefined;
  readonly remedies: (() => readonly Remedy[]) | undefined;
  readonly #strategy: PathStrategy;
  readonly #sizeOf: (message: RoutableMessage) => number;
  readonly #part: PathPart | undefined;
  readonly #keyed: KeyedPaths;
  readonly #request: { -readonly [Key in keyof PathRequest]: PathRequest[Key] } = {
    ticket: 0,
    nowMs: 0.5,
    size: 0.5,
    volatility: 0.5,
  };
  readonly #settlement: { -readonly [Key in keyof PathSettlement]: PathSettlement[Key] } = {
    ticket: 0,
    path: '',
    atMs: 0.5,
    latencyMs: 0.5,
    result: 'arrived',
  };
  readonly #decision: { path: PathId; readonly reason: string };
  /** Lists of one path each: what has no choice is chosen from these. */
  readonly #alone = new Map<PathId, readonly [PathId]>();
  readonly #working: PathId[] = [];

  constructor(strategy: PathStrategy, { sizeOf = lengthOf, keepOrder = true, part }: PathPluginOptions) {
    this.name = strategy.name;
    this.#strategy = strategy;
    this.#sizeOf = sizeOf;
    this.#part = part;
    this.#keyed = new KeyedPaths(keepOrder);
    this.#decision = { path: '', reason: `path by ${strategy.name}` };
    const state = part?.state;
    this.state =
      state === undefined
        ? undefined
        : { snapshot: () => this.#snapshot(state), restore: (from) => this.#restore(state, from) };
    this.health = part === undefined ? undefined : () => part.health();
    this.collect = part === undefined ? undefined : (into) => part.collect(into);
    this.remedies = part === undefined ? undefined : () => part.remedies();
    redirectedBy(this, (path, message, context) => this.#redirect(path, message, context));
  }

  readonly route = (message: RoutableMessage, context: RoutingContext): RoutingDecision | undefined => {
    const { paths } = context;
    const byDefault = paths[0];
    if (byDefault === undefined) return undefined;
    const request = this.#requestOf(message, context);
    this.#keyed.begin(request.ticket, request.nowMs);
    const given = message.path ?? message.headers?.[PATH_HEADER];
    const key = message.orderingKey ?? message.topic;
    if (given !== undefined && paths.includes(given)) {
      this.#strategy.choose(this.#only(given), request);
      const holdsKey = message.headers?.[TWIN_HEADER] === undefined || !this.#isElsewhere(key, given);
      this.#keyed.add(message.sequence, request.nowMs, key, holdsKey ? given : NO_PATH);
      if (message.path !== undefined) return undefined;
      this.#decision.path = given;
      return this.#decision;
    }
    if (this.#part?.enabled === false) {
      // It goes by the default path, and is settled like any other: what is never settled would look like a path that stands still.
      this.#strategy.choose(this.#only(byDefault), request);
      this.#keyed.add(message.sequence, request.nowMs, key, byDefault);
      return undefined;
    }
    const kept = this.#keyed.pathOf(key, request.nowMs);
    if (kept !== undefined && paths.includes(kept) && !this.#isToBeLeft(kept, context)) {
      this.#strategy.choose(this.#only(kept), request);
      this.#keyed.add(message.sequence, request.nowMs, key, kept);
      this.#decision.path = kept;
      return this.#decision;
    }
    const path = this.#chooseWorking(paths, context);
    // What is tried on a path that stood still must not draw the key's next messages after it.
    this.#keyed.add(message.sequence, request.nowMs, key, this.#isToBeLeft(path, context) ? NO_PATH : path);
    this.#decision.path = path;
    return this.#decision;
  };

  /** Whether a path stands still while another one works. Where all stand still nothing is gained by leaving. */
  #isToBeLeft(path: PathId, context: RoutingContext): boolean {
    const strategy = this.#strategy;
    const { nowMs } = this.#request;
    if (strategy.standsStill?.(path, nowMs) !== true) return false;
    const { paths } = context;
    for (let i = 0; i < paths.length; i += 1) {
      const other = paths[i] as PathId;
      if (other !== path && !strategy.standsStill(other, nowMs) && context.load(other)?.status !== 'down') return true;
    }
    return false;
  }

  /** Whether a key has messages under way by another path than this one. */
  #isElsewhere(key: string, path: PathId): boolean {
    const kept = this.#keyed.pathOf(key, this.#request.nowMs);
    return kept !== undefined && kept !== path;
  }

  /** It does not hold its key: who sends the key's messages by several paths does not keep their order, and the next ones are free to go by the better path. */
  #redirect(path: PathId, message: RoutableMessage, context: RoutingContext): void {
    const request = this.#requestOf(message, context);
    this.#withdraw(this.#decision.path);
    this.#strategy.choose(this.#only(path), request);
    this.#keyed.add(message.sequence, request.nowMs, message.orderingKey ?? message.topic, NO_PATH);
  }

  readonly observe = (outcome: Outcome): void => {
    const result = sendingResult(outcome);
    if (result === undefined || !this.#keyed.settle(outcome.sequence, outcome.publishedAtMs)) return;
    const settlement = this.#settlement;
    const latencyMs = outcome.waitedMs + outcome.handledMs;
    settlement.ticket = outcome.sequence;
    settlement.path = outcome.path ?? '';
    settlement.latencyMs = latencyMs;
    settlement.atMs = outcome.publishedAtMs + latencyMs;
    settlement.result = result;
    this.#strategy.settled(settlement);
  };

  /** A path that failed last is asked for its status only when it is chosen: mostly none has. */
  #chooseWorking(paths: readonly PathId[], context: RoutingContext): PathId {
    const request = this.#request;
    const first = this.#strategy.choose(paths, request);
    if (context.load(first)?.status !== 'down') return first;
    const working = this.#working;
    working.length = 0;
    for (let i = 0; i < paths.length; i += 1) {
      const path = paths[i] as PathId;
      if (context.load(path)?.status !== 'down') working.push(path);
    }
    if (working.length === 0) return first;
    this.#withdraw(first);
    return this.#strategy.choose(working, request);
  }

  /** The message of the request does not go by the path that was chosen for it. */
  #withdraw(path: PathId): void {
    const settlement = this.#settlement;
    settlement.ticket = this.#request.ticket;
    settlement.path = path;
    settlement.latencyMs = 0;
    settlement.atMs = this.#request.nowMs;
    settlement.result = 'withdrawn';
    this.#strategy.settled(settlement);
  }

  #requestOf(message: RoutableMessage, context: RoutingContext): PathRequest {
    const request = this.#request;
    request.ticket = message.sequence;
    request.nowMs = message.publishedAtMs;
    request.size = this.#sizeOf(message);
    request.volatility = volatilityOf(context);
    return request;
  }

  #only(path: PathId): readonly [PathId] {
    let list = this.#alone.get(path);
    if (list === undefined) {
      list = [path];
      this.#alone.set(path, list);
    }
    return list;
  }

  #snapshot(state: StateOwner): PluginState {
    const { version, data } = state.snapshot();
    return { version, data: { strategy: data, keys: this.#keyed.snapshot() } };
  }

  #restore(state: StateOwner, { version, data }: PluginState): void {
    const parts = this.#keyed.read(data);
    state.restore({ version, data: parts.strategy });
    this.#keyed.restore(parts.keys);
  }
}
