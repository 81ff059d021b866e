import type { MetricsSink, RoutableMessage, RoutingContext, RoutingPlugin } from '@tradewind/core-types';
import { MARKET_REGIME, MARKET_REGIMES, type RegimeReading } from '../regimes/market-regime.ts';

/** Notes the market regime that the plugins before it have found out, for explanations and metrics. Decides nothing. */
export class RegimeReader implements RoutingPlugin {
  readonly name = 'regime-reader';
  /** Undefined where nobody finds one out. */
  last: RegimeReading | undefined = undefined;

  route(_message: RoutableMessage, context: RoutingContext): undefined {
    this.last = context.fact(MARKET_REGIME);
    return undefined;
  }

  collect(into: MetricsSink): void {
    const { last } = this;
    if (last === undefined) return;
    into.describe('tradewind_market_regime', '1 for the regime in force, 0 for the others.');
    for (const regime of MARKET_REGIMES)
      into.gauge('tradewind_market_regime', regime === last.regime ? 1 : 0, { regime });
    into.describe('tradewind_market_news_event', 'Whether a jump a short while ago lies over the regime.');
    into.gauge('tradewind_market_news_event', last.newsEvent ? 1 : 0);
  }
}
