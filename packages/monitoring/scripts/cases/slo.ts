import { days, long, short, type CasesByRule, type RuleCase } from './rule-case.ts';

/** Deliveries of which, for so many samples, so many of 10,000 were given up, after as many in which none were. */
function lost(of10000: number, samples: number, make = long): RuleCase {
  const lane = 'bus="main", lane="NORMAL", direction="local"';
  const before = samples;
  return make((before + samples) * (make === short ? 0.5 : 5), {
    [`tradewind_deliveries_handled_total{${lane}}`]: `0+10000x${before + samples + AFTER}`,
    [`tradewind_deliveries_dead_lettered_total{${lane}}`]: `0x${before - 1} 0+${of10000}x${samples + AFTER}`,
    [`tradewind_deliveries_dropped_total{${lane}, reason="overflowOldest"}`]: `0x${before + samples + AFTER}`,
  });
}

/** Rules are looked at up to some hours later. */
const AFTER = 30;

export const sloCases: CasesByRule = {
  TradewindErrorBudgetBurn1h: { fires: lost(300, 120, short), quiet: lost(100, 120, short) },
  TradewindErrorBudgetBurn6h: { fires: lost(100, 72), quiet: lost(50, 72) },
  TradewindErrorBudgetBurn1d: { fires: lost(50, 288, days), quiet: lost(20, 288, days) },
  TradewindErrorBudgetBurn3d: { fires: lost(20, 864, days), quiet: lost(8, 864, days) },
};
