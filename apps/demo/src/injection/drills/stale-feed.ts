import type { Drill } from '../drill.ts';
import { Floor } from '../floor.ts';

/** A venue forgets who had subscribed; the feed subscribes again. */
export async function staleFeed(seed: number): Promise<Drill> {
  const floor = new Floor({ seed });
  await floor.open();
  const [venue] = floor.venues;
  return {
    floor,
    alert: { rule: 'TradewindMarketDataStale', labels: { venue: venue?.venue ?? '' } },
    hastenBy: 12,
    remediation: {
      rule: {
        name: 'resubscribe-feed',
        component: 'feeds/*',
        from: 'degraded',
        forMs: 5_000,
        remedy: 'resubscribe',
        settleMs: 5_000,
      },
      remedies: {},
    },
    inject: async () => {
      venue?.forget();
      return `${venue?.venue} forgets its subscribers: it sends nothing more, and says nothing of it`;
    },
    close: () => floor.close(),
  };
}
