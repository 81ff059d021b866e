import { STANDARD_RULES, shedLane } from '@tradewind/monitoring';
import type { Composition } from '../compose.ts';
import { openOperations, type Operations } from './operations.ts';

/** Watches a demo as an operator would: nothing is mended by itself, what would have been done is written down. */
export function watchDemo({ bus, arbitrage, learned }: Composition): Promise<Operations> {
  return openOperations({
    bus,
    parts: { ...arbitrage?.parts, ...(learned?.metrics === undefined ? {} : { scheduling: learned.metrics }) },
    remediation: { rules: STANDARD_RULES, enabled: false, remedies: { bus: [shedLane(bus)] } },
    everyMs: 1_000,
  });
}
