import { defineSuite } from '../suite.ts';
import { LANE_SCHEDULER_RULES } from './rules.ts';
import type { LaneSchedulerSubject } from './subject.ts';

/**
 * Checks a lane scheduler by one test per rule.
 *
 * ```ts
 * laneSchedulerSuite('earliest-deadline', { create: () => earliestDeadline({ lookAhead: 8 }) });
 * ```
 */
export function laneSchedulerSuite(name: string, subject: LaneSchedulerSubject): void {
  defineSuite(name, LANE_SCHEDULER_RULES, subject);
}
