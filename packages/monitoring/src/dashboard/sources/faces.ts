import type {
  DeadLetterStore,
  DecisionTrace,
  OpportunityBook,
  SubscriptionCatalog,
  TopicCatalog,
  Undoable,
} from '@tradewind/core-types';
import type { Alerting } from '../../alerting/alerting.ts';
import type { Remediator } from '../../remediation/remediator.ts';

/** What screens need of the alerts. */
export type AlertDesk = Pick<
  Alerting,
  | 'alerts'
  | 'silences'
  | 'audit'
  | 'rules'
  | 'allRules'
  | 'acknowledge'
  | 'escalate'
  | 'silence'
  | 'endSilence'
  | 'store'
>;

/** What screens need of the remediation. */
export type RemedyDesk = Pick<
  Remediator,
  'enabled' | 'enable' | 'busyWith' | 'recent' | 'run' | 'available' | 'circuits' | 'resetCircuit'
>;

/*
 * Which faces a part has is told by their members, as everywhere: two copies of a package may be installed. Reading a member may throw (a getter
 * of a part that is closed): then it has not that face.
 */

export const isTopicCatalog = (part: object): part is TopicCatalog => has(part, 'topics', 'onTopic', 'unlisted');
export const isSubscriptionCatalog = (part: object): part is SubscriptionCatalog => has(part, 'subscriptions');
export const isOpportunityBook = (part: object): part is OpportunityBook => has(part, 'live', 'counts');
export const isUndoable = (part: object): part is Undoable => has(part, 'decisions', 'undo');
export const isDeadLetterStore = (part: object): part is DeadLetterStore => has(part, 'list', 'retry', 'purge');
export const isDecisionTrace = (part: object): part is DecisionTrace => has(part, 'recent');
export const isAlertDesk = (part: object): part is AlertDesk =>
  has(part, 'alerts', 'silences', 'acknowledge', 'allRules');
export const isRemedyDesk = (part: object): part is RemedyDesk =>
  has(part, 'available', 'enable', 'circuits', 'recent');
/** A synchronous bus: whoever subscribes is called inside `publish`. */
export const isSynchronousBus = (part: object): part is { subscribe: SynchronousSubscribe } =>
  has(part, 'publish', 'subscribe', 'subscriptionsOf');
/** A buffered client, which shows its messages on the diagnostics channels under its name. */
export const isBufferedBus = (part: object): part is { readonly name: string; readonly producer?: string } =>
  has(part, 'publish', 'publishWhenReady') && typeof member(part, 'name') === 'string';

/** `subscribe` as a listener needs it. */
export type SynchronousSubscribe = (
  pattern: string,
  handler: (payload: unknown, meta: { readonly topic: string }) => void,
  options: { readonly handlerPriority: number; readonly id: string },
) => Disposable;

/** A member, or undefined where it is none or cannot be read. */
export function member(part: object, name: string): unknown {
  try {
    return (part as Readonly<Record<string, unknown>>)[name];
  } catch {
    return undefined;
  }
}

function has(part: object, ...names: readonly string[]): boolean {
  return names.every((name) => typeof member(part, name) === 'function');
}
