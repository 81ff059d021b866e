import { defineSuite } from '../suite.ts';
import type { BusRule } from './bus-rule.ts';
import { DELIVERY_RULES } from './delivery-rules.ts';
import { ENDPOINT_RULES } from './endpoint-rules.ts';
import type { BusSubject } from './subject.ts';
import { SUBSCRIPTION_RULES } from './subscription-rules.ts';

/** What every synchronous message bus keeps. */
export const BUS_RULES: readonly BusRule[] = [...DELIVERY_RULES, ...SUBSCRIPTION_RULES, ...ENDPOINT_RULES];

/**
 * Checks a synchronous message bus by one test per rule.
 *
 * ```ts
 * busSuite('MessageBus', { create: () => new MessageBus() });
 * ```
 */
export function busSuite(name: string, subject: BusSubject): void {
  defineSuite(name, BUS_RULES, subject);
}
