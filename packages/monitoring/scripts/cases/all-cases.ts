import { availabilityCases } from './availability.ts';
import { deliveryCases } from './delivery.ts';
import { latencyCases } from './latency.ts';
import { marketCases } from './market.ts';
import { processCases } from './process.ts';
import { queueCases } from './queues.ts';
import { routingCases } from './routing.ts';
import type { CasesByRule, RuleCases } from './rule-case.ts';
import { sloCases } from './slo.ts';
import { trafficCases } from './traffic.ts';
import { transportCases } from './transport.ts';

const ALL: CasesByRule = {
  ...availabilityCases,
  ...trafficCases,
  ...deliveryCases,
  ...queueCases,
  ...latencyCases,
  ...transportCases,
  ...routingCases,
  ...marketCases,
  ...processCases,
  ...sloCases,
};

/** Names of rules for which there are cases. */
export const CASE_NAMES: readonly string[] = Object.keys(ALL);

/** What makes a rule fire and what does not. Throws where nobody wrote it: every rule is to be shown. */
export function casesOf(rule: string): RuleCases {
  const cases = ALL[rule];
  if (cases === undefined) {
    throw new Error(`Expected cases for the rule ${rule}, and there are none. Add them to scripts/cases.`);
  }
  return cases;
}
