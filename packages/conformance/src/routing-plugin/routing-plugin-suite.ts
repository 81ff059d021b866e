import { defineSuite } from '../suite.ts';
import { ROUTING_PLUGIN_RULES } from './rules.ts';
import type { RoutingPluginSubject } from './subject.ts';

/**
 * Checks a routing plugin by one test per rule.
 *
 * ```ts
 * routingPluginSuite('cheapest-venue', {
 *   create: () => cheapestVenue({ feeBps: { KRAKEN: 26, BINANCE: 10 } }),
 *   paths: ['KRAKEN', 'BINANCE'],
 *   messages: [{ topic: 'commands.order.BTCUSDT' }],
 *   stateful: true,
 * });
 * ```
 *
 * Give messages that make the plugin decide something: on others most rules have little to look at.
 */
export function routingPluginSuite(name: string, subject: RoutingPluginSubject): void {
  defineSuite(name, ROUTING_PLUGIN_RULES, subject);
}
