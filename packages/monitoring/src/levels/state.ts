import { seriesNamesOf } from '../rules/installed.ts';
import { ALERT_RULES } from '../rules/rules.ts';

/**
 * Whether a gauge is the state of something, of which the sum of many says nothing: one that a rule of the table compares. Rules look at single
 * components, and the least value is most often the one that is ill.
 */
export function isState(gauge: string): boolean {
  return STATES.has(gauge);
}

const STATES = seriesNamesOf(ALERT_RULES);
