import type {
  DeadLetterStore,
  DecisionTrace,
  OpportunityBook,
  SubscriptionCatalog,
  TopicCatalog,
  Undoable,
} from '@tradewind/core-types';
import type { Monitoring } from '../../monitoring.ts';
import type { PlacedPart } from '../../parts/walk-parts.ts';
import type { DashboardBus, DashboardScreen } from '../protocol/index.ts';
import {
  isAlertDesk,
  isBufferedBus,
  isDeadLetterStore,
  isDecisionTrace,
  isOpportunityBook,
  isRemedyDesk,
  isSubscriptionCatalog,
  isSynchronousBus,
  isTopicCatalog,
  isUndoable,
  member,
  type AlertDesk,
  type RemedyDesk,
} from './faces.ts';

/** Sources that are no parts of a monitoring. By names of the user's choice, which the screens show. */
export interface Beside {
  readonly alerting?: AlertDesk | undefined;
  readonly remediator?: RemedyDesk | undefined;
  readonly deadLetters?: Readonly<Record<string, DeadLetterStore>> | undefined;
  readonly decisionTraces?: Readonly<Record<string, DecisionTrace>> | undefined;
  readonly opportunities?: Readonly<Record<string, OpportunityBook>> | undefined;
  readonly undoable?: Readonly<Record<string, Undoable>> | undefined;
}

/** Everything on one bus that some screen can use, as it is now. */
export interface BusFaces {
  readonly parts: readonly PlacedPart[];
  readonly alertDesks: readonly AlertDesk[];
  readonly remedyDesk: RemedyDesk | undefined;
  readonly deadLetters: ReadonlyMap<string, DeadLetterStore>;
  readonly traces: readonly DecisionTrace[];
  readonly opportunities: readonly OpportunityBook[];
  readonly undoable: ReadonlyMap<string, Undoable>;
  readonly topics: TopicCatalog | undefined;
  readonly subscriptions: SubscriptionCatalog | undefined;
}

/**
 * One bus of the dashboard: its monitoring, and what its parts offer.
 *
 * Sources are found by walking the parts, so that a bus alone is enough; what is no part is given beside. Parts come and go, so they are
 * looked up again each time: some dozen parts, some dozen members each, a few microseconds.
 */
export class WatchedBus {
  readonly monitoring: Monitoring;
  readonly #beside: Beside;

  constructor(monitoring: Monitoring, beside: Beside) {
    this.monitoring = monitoring;
    this.#beside = beside;
  }

  get name(): string {
    return this.monitoring.name;
  }

  /** The bus itself, which stands at the empty path. */
  get bus(): object {
    return this.monitoring.parts().find(({ path }) => path === '')?.part ?? {};
  }

  get kind(): DashboardBus['kind'] {
    const { bus } = this;
    if (isBufferedBus(bus)) return 'buffered';
    return isSynchronousBus(bus) ? 'synchronous' : 'other';
  }

  faces(): BusFaces {
    const parts = this.monitoring.parts();
    const { alerting, remediator, deadLetters, decisionTraces, opportunities, undoable } = this.#beside;
    const own: readonly object[] = parts.map(({ part }) => part);
    const bus: object = own[0] ?? {};
    const desks = [...(alerting === undefined ? [] : [alerting]), ...own.filter(isAlertDesk)];
    return {
      parts,
      alertDesks: [...new Set(desks)],
      remedyDesk: remediator ?? own.find(isRemedyDesk),
      deadLetters: new Map([...storesOf(parts), ...Object.entries(deadLetters ?? {})]),
      traces: [...tracesOf(parts), ...Object.values(decisionTraces ?? {})],
      opportunities: [...own.filter(isOpportunityBook), ...Object.values(opportunities ?? {})],
      undoable: new Map([...undoablesOf(parts), ...Object.entries(undoable ?? {})]),
      topics: isTopicCatalog(bus) ? bus : undefined,
      subscriptions: isSubscriptionCatalog(bus) ? bus : undefined,
    };
  }

  /** The screens that have a source here. */
  screens(): readonly DashboardScreen[] {
    const { kind } = this;
    const { parts, alertDesks, deadLetters, traces, opportunities, undoable } = this.faces();
    const isThere = (prefix: string): boolean => parts.some(({ path }) => path.startsWith(prefix));
    const hasVenues =
      isThere('feeds/') ||
      opportunities.length > 0 ||
      this.monitoring.family('tradewind_venue_events_total') !== undefined;
    const hasPaths = this.monitoring.family('tradewind_path_up') !== undefined;
    const screens: [DashboardScreen, boolean][] = [
      ['overview', true],
      ['topics', kind !== 'other'],
      ['transports', isThere('transports/') || hasPaths || deadLetters.size > 0],
      ['venues', hasVenues],
      ['routing', isThere('plugins/') || traces.length > 0],
      ['alerts', alertDesks.length > 0],
      ['health', true],
      ['optimizer', undoable.size > 0],
      ['tail', kind !== 'other'],
    ];
    return screens.filter(([, isShown]) => isShown).map(([screen]) => screen);
  }
}

/** A store that a part has, or is. Of the bus itself it is called `memory`. */
function* storesOf(parts: readonly PlacedPart[]): Iterable<[string, DeadLetterStore]> {
  for (const { path, part } of parts) {
    const store = member(part, 'deadLetters');
    if (isDeadLetterStore(part)) yield [path, part];
    else if (typeof store === 'object' && store !== null && isDeadLetterStore(store)) yield [path || MEMORY, store];
  }
}

/** A trace stands under `decisions`; a part with `undo` has decisions of another kind there. */
function* tracesOf(parts: readonly PlacedPart[]): Iterable<DecisionTrace> {
  for (const { part } of parts) {
    const trace = member(part, 'decisions');
    if (typeof trace === 'object' && trace !== null && isDecisionTrace(trace)) yield trace;
  }
}

function* undoablesOf(parts: readonly PlacedPart[]): Iterable<[string, Undoable]> {
  for (const { path, part } of parts) if (isUndoable(part)) yield [path || 'bus', part];
}

/** What the dead letters in the memory of a client are called. */
const MEMORY = 'memory';
