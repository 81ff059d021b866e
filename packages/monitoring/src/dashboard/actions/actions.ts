import type { Action } from './acting.ts';
import { acknowledge, escalate, expireSilence, silence } from './alert-actions.ts';
import { purgeLetters, retryLetters } from './dead-letter-actions.ts';
import { enableRemediation, runRemedy, undoDecision } from './operating-actions.ts';

/** What an operator may do, by the path of its POST. */
export const ACTIONS: ReadonlyMap<string, Action> = new Map<string, Action>([
  ['/api/alerts/acknowledge', acknowledge],
  ['/api/alerts/escalate', escalate],
  ['/api/silences', silence],
  ['/api/silences/expire', expireSilence],
  ['/api/dead-letters/retry', retryLetters],
  ['/api/dead-letters/purge', purgeLetters],
  ['/api/health/remedy', runRemedy],
  ['/api/remediation', enableRemediation],
  ['/api/optimizer/undo', undoDecision],
]);
