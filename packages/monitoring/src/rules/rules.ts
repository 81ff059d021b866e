import type { AlertRule } from './alert-rule.ts';
import { availability } from './table/availability.ts';
import { delivery } from './table/delivery.ts';
import { latency } from './table/latency.ts';
import { market } from './table/market.ts';
import { processRules } from './table/process.ts';
import { queues } from './table/queues.ts';
import { routing } from './table/routing.ts';
import { slo } from './table/slo.ts';
import { traffic } from './table/traffic.ts';
import { transport } from './table/transport.ts';

/** All predefined rules, group by group. */
export const ALERT_RULES: readonly AlertRule[] = [
  ...availability,
  ...traffic,
  ...delivery,
  ...queues,
  ...latency,
  ...transport,
  ...routing,
  ...market,
  ...processRules,
  ...slo,
];
