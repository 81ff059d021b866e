import { defineSuite } from '../suite.ts';
import { CLOSING_RULES } from './closing-rules.ts';
import { DELIVERY_RULES } from './delivery-rules.ts';
import { GROUP_RULES } from './group-rules.ts';
import { SETTLEMENT_RULES } from './settlement-rules.ts';
import type { TransportSubject } from './subject.ts';
import type { TransportRule } from './transport-rule.ts';

/** What every transport keeps, as far as it promises it. */
export const TRANSPORT_RULES: readonly TransportRule[] = [
  ...DELIVERY_RULES,
  ...SETTLEMENT_RULES,
  ...GROUP_RULES,
  ...CLOSING_RULES,
];

/** The rules that a transport of these features has to keep. */
export function transportRulesFor({
  features,
  injectsFailures = false,
}: Pick<TransportSubject, 'features' | 'injectsFailures'>): readonly TransportRule[] {
  return TRANSPORT_RULES.filter(
    ({ needs, needsFailures }) =>
      (injectsFailures || !needsFailures) &&
      needs.every((feature) => features[feature] !== false && features[feature] !== 0),
  );
}

/**
 * Checks a transport by one test per rule.
 *
 * ```ts
 * transportSuite('in-memory', {
 *   features: { durable: false, groups: true, redelivery: true, orderPerKey: true, deadLetters: true, deduplicationMs: Infinity },
 *   create: () => {
 *     const broker = new InMemoryBroker();
 *     return { connect: () => broker.transport(), deadLetters: broker.deadLetters };
 *   },
 * });
 * ```
 */
export function transportSuite(name: string, subject: TransportSubject): void {
  defineSuite(name, transportRulesFor(subject), subject);
}
