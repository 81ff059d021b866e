import type { Alert } from '../alerting/alert.ts';
import { titleOf, type Notification, type Notifier } from './notification.ts';
import { postAddressOf, postJson } from './post-json.ts';

/** Where a Slack-compatible webhook is. */
export interface SlackOptions {
  /** The address of an incoming webhook; Mattermost and others take the same. */
  readonly url: string;
}

/** Posts each notification to a Slack-compatible webhook: a text, and an attachment of a colour for each of the first 20 alerts. */
export function slackNotifier({ url }: SlackOptions): Notifier {
  const address = postAddressOf(url);
  return {
    notify: (notification: Notification, signal: AbortSignal) => {
      const { alerts } = notification;
      const attachments = alerts.slice(0, MAX_ATTACHMENTS).map(attachmentOf);
      const rest = alerts.length - attachments.length;
      const text = escaped(titleOf(notification)) + (rest > 0 ? ` (${rest} more are not shown)` : '');
      return postJson(address.url, JSON.stringify({ text, attachments }), { headers: address.headers, signal });
    },
  };
}

function attachmentOf({ state, severity, summary, runbook, rule }: Alert): object {
  const color = state === 'resolved' ? 'good' : severity === 'critical' ? 'danger' : 'warning';
  const text = `${escaped(summary)}\nRunbook: ${runbook}`;
  return { color, title: `${rule}: ${state}`, text, fallback: escaped(summary) };
}

/** What Slack would take for a link or a mention. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

const MAX_ATTACHMENTS = 20;
