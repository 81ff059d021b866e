import type { Drill } from '../drill.ts';
import { Floor } from '../floor.ts';

/** The subscriber that keeps notes of tickers gets slow, and what it has to note piles up; it is restarted. */
export async function slowHandler(seed: number): Promise<Drill> {
  const floor = new Floor({ seed });
  await floor.open();
  return {
    floor,
    alert: { rule: 'TradewindSlowConsumer', labels: { lane: 'LOW' } },
    hastenBy: 60,
    remediation: {
      rule: {
        name: 'restart-journal',
        component: 'subscribers/journal',
        from: 'degraded',
        forMs: 9_000,
        remedy: 'restart',
        settleMs: 10_000,
      },
      remedies: {},
    },
    parts: { 'subscribers/journal': floor.journal },
    inject: async () => {
      floor.journal.slowDown(NOTE_MS);
      return `the journal takes ${NOTE_MS / 1_000} s for each ticker`;
    },
    close: () => floor.close(),
  };
}

const NOTE_MS = 1_500;
