import type { DecisionRow } from '../../../src/dashboard/protocol/index.ts';

/** Why a message went where it went, a line for each plugin that had a say. Pure. */
export function whyOf({ steps, declaredPriority, priority, deferred }: DecisionRow): readonly string[] {
  if (steps.length > 0) return steps.map(({ plugin, reason }) => said(plugin, reason));
  // No plugin moved this message, but one before it with its ordering key: those of a key do not overtake each other.
  if (deferred && declaredPriority !== priority) {
    return ['no plugin: it follows the messages of its ordering key, which wait in this lane'];
  }
  return ['no plugin said anything'];
}

/** A plugin may decide and give no reason: that is another thing than a reason that is hidden. */
function said(plugin: string, reason: string | null): string {
  if (reason === null) return `${plugin}: shown to those with the permission for payloads`;
  return reason === '' ? `${plugin}, without a reason` : `${plugin}: ${reason}`;
}
