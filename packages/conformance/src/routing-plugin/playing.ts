import type { Outcome, RoutableMessage, RoutingContext, RoutingDecision, RoutingPlugin } from '@tradewind/core-types';
import { SampleContext, experienceOf, pathsOf, type Experience } from './experience.ts';
import type { RoutingPluginSubject } from './subject.ts';

/** A decision as it was at the moment at which it was made: plugins may return the same object again. */
export type DecisionCopy = { readonly [Member in keyof RoutingDecision]: RoutingDecision[Member] } | undefined;

/** Asks a plugin about a message. */
export function decide(
  plugin: RoutingPlugin,
  message: RoutableMessage,
  context: RoutingContext,
): RoutingDecision | undefined {
  return quieted(plugin.route?.(message, context));
}

/** Tells a plugin what became of a message. Returns what it returned, which is to be nothing. */
export function tell(plugin: RoutingPlugin, outcome: Outcome): unknown {
  return quieted(plugin.observe?.(outcome));
}

/** Shows a plugin its experience, message by message, each followed by its outcome. Returns the decisions. */
export function play(
  plugin: RoutingPlugin,
  experience: readonly Experience[],
  context: SampleContext,
): readonly DecisionCopy[] {
  return experience.map(({ message, outcome }) => {
    context.nowMs = message.publishedAtMs;
    const decision = copyOf(decide(plugin, message, context));
    tell(plugin, outcome);
    return decision;
  });
}

/** The same with everything that the subject has to show. */
export function playAll(plugin: RoutingPlugin, subject: RoutingPluginSubject): readonly DecisionCopy[] {
  return play(plugin, experienceOf(subject), new SampleContext(pathsOf(subject)));
}

/** What a decision says at this moment. A plugin may return the same object again, so nothing may be kept but a copy. */
export function copyOf(decision: RoutingDecision | undefined): DecisionCopy {
  return typeof decision === 'object' && decision !== null ? { ...decision } : decision;
}

/** A plugin that returns a promise is found by a rule of its own; until then its rejection must not end the process. */
function quieted<T>(result: T): T {
  if (typeof result === 'object' && result !== null && 'then' in result) Promise.resolve(result).catch(() => undefined);
  return result;
}
