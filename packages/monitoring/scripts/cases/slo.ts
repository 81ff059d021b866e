import { long, short, type CasesByRule, type RuleCase } from './rule-case.ts';

/** Deliveries of which, for so many samples, so many of 10,000 were given up, after as many in which none were. */
function lost(of10000: number, samples: number, isShort = false): RuleCase {
  const lane = 'bus="main", lane="NORMAL", direction="local"';
  const before = samples;
  const make = isShort ? short : long;
  return make((before + samples) * (isShort ? 0.5 : 5), {
    [`tradewind_deliveries_handled_total{${lane}}`]: `0+10000x${before + samples + 4}`,
    [`tradewind_deliveries_dead_lettered_total{${lane}}`]: `0x${before - 1} 0+${of10000}x${samples + 4}`,
    [`tradewind_deliveries_dropped_total{${lane}, reason="overflowOldest"}`]: `0x${before + samples + 4}`,
  });
}

export const sloCases: CasesByRule = {
  TradewindErrorBudgetBurn1h: { fires: lost(300, 120, true), quiet: lost(100, 120, true) },
  TradewindErrorBudgetBurn6h: { fires: lost(100, 72), quiet: lost(50, 72) },
  TradewindErrorBudgetBurn1d: { fires: lost(50, 288), quiet: lost(20, 288) },
  TradewindErrorBudgetBurn3d: { fires: lost(20, 864), quiet: lost(8, 864) },
};
