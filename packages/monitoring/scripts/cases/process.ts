import { long, short, type CasesByRule } from './rule-case.ts';

const own = (name: string, more = ''): string => `tradewind_process_${name}{bus="main"${more}}`;

export const processCases: CasesByRule = {
  TradewindEventLoopSaturated: {
    fires: short(8, { [own('event_loop_busy_seconds_total')]: '100+12x4 160+29.1x30' }),
    quiet: short(8, { [own('event_loop_busy_seconds_total')]: '100+25.5x30' }),
  },
  TradewindGcPressure: {
    fires: short(10, {
      [own('gc_seconds_total', ', kind="major"')]: '0+4x40',
      [own('gc_seconds_total', ', kind="minor"')]: '0+1x40',
    }),
    quiet: short(10, {
      [own('gc_seconds_total', ', kind="major"')]: '0+1x40',
      [own('gc_seconds_total', ', kind="minor"')]: '0+1x40',
    }),
  },
  TradewindHeapNearLimit: {
    fires: short(5, { [own('heap_used_bytes')]: '900000000x20', [own('heap_limit_bytes')]: '1000000000x20' }),
    quiet: short(5, { [own('heap_used_bytes')]: '700000000x20', [own('heap_limit_bytes')]: '1000000000x20' }),
  },
  TradewindMemoryLeakSuspected: {
    fires: long(600, { [own('heap_used_bytes')]: '100000000+2000000x140', [own('heap_limit_bytes')]: '700000000x140' }),
    quiet: long(600, {
      [own('heap_used_bytes')]: '100000000+2000000x60 200000000x80',
      [own('heap_limit_bytes')]: '700000000x140',
    }),
  },
};
