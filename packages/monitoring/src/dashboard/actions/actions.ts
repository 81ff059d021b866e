import type { Action } from './acting.ts';
import { acknowledge, escalate, expireSilence, silence } from './alert-actions.ts';
import { purgeLetters, retryLetters } from './dead-letter-actions.ts';
import { closeCircuit, enableRemediation, runRemedy, undoDecision } from './operating-actions.ts';

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
  ['/api/remediation/circuit', closeCircuit],
  ['/api/optimizer/undo', undoDecision],
]);
