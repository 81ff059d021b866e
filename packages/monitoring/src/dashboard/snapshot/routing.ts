import { PRIORITY_NAMES, type PriorityName, type RoutedDecision } from '@tradewind/core-types';
import type { Reading } from '../collecting/collector.ts';
import { componentsOf } from '../../health/health-tree.ts';
import type {
  DecisionRow,
  LearnedGainRow,
  LearnedPriority,
  RegimeRow,
  RoutingAnswer,
  RoutingPluginRow,
} from '../protocol/index.ts';
import type { WatchedBus } from '../sources/watched-bus.ts';
import { Figures } from './figures-of.ts';

/** Which decisions are asked for. */
export interface RoutingQuery {
  readonly pattern: string | undefined;
  readonly limit: number;
  /** Whether reasons, which may quote payloads, are shown. */
  readonly payloads: boolean;
}

/** Why messages go where they go. @throws ValidationError `INVALID_PATTERN` */
export function routingOf(
  buses: readonly WatchedBus[],
  readingOf: (bus: WatchedBus) => Reading,
  { pattern, limit, payloads }: RoutingQuery,
): RoutingAnswer {
  const traced: { readonly bus: string; readonly decision: RoutedDecision }[] = [];
  let isTraced = false;
  for (const bus of buses) {
    for (const trace of bus.faces().traces) {
      isTraced = true;
      for (const decision of trace.recent({ pattern, limit: MAX_COUNTED })) traced.push({ bus: bus.name, decision });
    }
  }
  const newest = traced.toSorted((a, b) => b.decision.atMs - a.decision.atMs).slice(0, limit);
  const figures = buses.map((bus) => ({ bus, figures: new Figures(readingOf(bus)) }));
  return {
    regimes: figures.flatMap((one) => [...regimesOf(one.bus.name, one.figures)]),
    learned: figures.flatMap((one) => [...gainsOf(one.bus.name, one.figures)]),
    priorities: learnedPriorities(traced),
    plugins: figures.flatMap((one) => [...pluginsOf(one.bus, one.figures)]),
    decisions: isTraced ? newest.map(({ bus, decision }) => decisionRow(bus, decision, payloads)) : null,
  };
}

function decisionRow(bus: string, decision: RoutedDecision, payloads: boolean): DecisionRow {
  const { sequence, topic, atMs, path = null, dropped, deferred, steps } = decision;
  return {
    bus,
    sequence,
    topic,
    atMs,
    declaredPriority: PRIORITY_NAMES[decision.declaredPriority],
    priority: PRIORITY_NAMES[decision.priority],
    path,
    dropped,
    deferred,
    steps: steps.map(({ plugin, reason }) => ({ plugin, reason: payloads || reason === '' ? reason : null })),
  };
}

/** Where the lane is not the declared one, by topic, the most frequent first. */
function learnedPriorities(
  traced: readonly { readonly bus: string; readonly decision: RoutedDecision }[],
): readonly LearnedPriority[] {
  const found = new Map<string, { row: LearnedPriority; decisions: number }>();
  for (const { bus, decision } of traced) {
    if (decision.priority === decision.declaredPriority) continue;
    const declaredPriority: PriorityName = PRIORITY_NAMES[decision.declaredPriority];
    const priority: PriorityName = PRIORITY_NAMES[decision.priority];
    const key = `${bus} ${decision.topic} ${declaredPriority} ${priority}`;
    const row = { bus, topic: decision.topic, declaredPriority, priority, decisions: 0 };
    const counted = found.get(key) ?? { row, decisions: 0 };
    counted.decisions += 1;
    found.set(key, counted);
  }
  return [...found.values()]
    .map(({ row, decisions }) => ({ ...row, decisions }))
    .toSorted((a, b) => b.decisions - a.decisions)
    .slice(0, MAX_PRIORITIES);
}

/** Whoever tells a regime, and how sure it is. */
function* regimesOf(bus: string, figures: Figures): Iterable<RegimeRow> {
  for (const component of partsOf(figures, 'tradewind_market_regime', 'tradewind_regime_probability')) {
    const part = { part: component };
    const probabilities: Record<string, number> = {};
    for (const { regime = '', part: whose = '' } of figures.labels('tradewind_regime_probability')) {
      if (whose === component)
        probabilities[regime] = figures.value('tradewind_regime_probability', { ...part, regime }) ?? 0;
    }
    const said = figures
      .labels('tradewind_market_regime')
      .find((labels) => labels['part'] === component && figures.value('tradewind_market_regime', labels) === 1);
    const [likeliest] = Object.entries(probabilities).toSorted(([, a], [, b]) => b - a);
    const news = figures.value('tradewind_market_news_event', part) ?? figures.value('tradewind_regime_news', part);
    const regime = said?.['regime'] ?? likeliest?.[0] ?? '';
    yield { bus, component, regime, probabilities, newsEvent: news === null ? null : news > 0 };
  }
}

/** What learning gains over the fixed order, by whoever measures it. */
function* gainsOf(bus: string, figures: Figures): Iterable<LearnedGainRow> {
  for (const component of partsOf(figures, 'tradewind_ml_scheduling_gain_ratio')) {
    const gain = (bound: string): number | null =>
      figures.value('tradewind_ml_scheduling_gain_ratio', { part: component, bound });
    const enabled = figures.value('tradewind_ml_scheduling_enabled', { part: component });
    yield {
      bus,
      component,
      enabled: enabled === null ? null : enabled > 0,
      gainRatio: finite(gain('estimate')),
      lowerRatio: finite(gain('lower')),
      upperRatio: finite(gain('upper')),
    };
  }
}

/** The parts that report one of these names; of the bus itself the empty text. */
function partsOf(figures: Figures, ...names: readonly string[]): ReadonlySet<string> {
  return new Set(names.flatMap((name) => figures.labels(name).map(({ part = '' }) => part)));
}

function* pluginsOf(bus: WatchedBus, figures: Figures): Iterable<RoutingPluginRow> {
  for (const { component, name, status, reason } of componentsOf(bus.monitoring.health())) {
    if (!component.startsWith('plugins/') && component !== 'scheduler') continue;
    yield { bus: bus.name, component, name, status, reason, figures: figures.ofPart(component) };
  }
}

function finite(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? value : null;
}

const MAX_COUNTED = 500;
const MAX_PRIORITIES = 100;
