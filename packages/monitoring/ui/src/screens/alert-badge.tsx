import type { JSX } from 'preact';
import type { AlertRow } from '../../../src/dashboard/protocol/index.ts';
import { Badge } from '../components/level.tsx';

/** The state of an alert, as serious as it is: what nobody has to look at is quiet. */
export function AlertBadge({ alert }: { readonly alert: AlertRow }): JSX.Element {
  if (alert.state === 'pending') return <Badge level="none">pending</Badge>;
  if (alert.state === 'resolved') return <Badge level="good">resolved</Badge>;
  if (alert.silencedBy !== undefined) return <Badge level="none">silenced</Badge>;
  if (alert.inhibitedBy !== undefined) return <Badge level="none">explained</Badge>;
  return <Badge level={alert.severity}>{alert.state}</Badge>;
}
