import { createHmac } from 'node:crypto';
import type { Notification, Notifier } from './notification.ts';
import { postAddressOf, postJson } from './post-json.ts';

/** Where a webhook is, and how it knows us. */
export interface WebhookOptions {
  /** Where notifications are posted. A name and a password in it are sent as the header `authorization`. */
  readonly url: string;
  /** For a token. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Signs the body: `x-tradewind-signature: sha256=…`, an HMAC in hexadecimal digits. Default: unsigned. */
  readonly secret?: string | undefined;
}

/**
 * Posts each notification as JSON: `{ version, status, groupKey, groupLabels, atMs, alerts }`.
 *
 * @throws TypeError where the address is none.
 */
export function webhookNotifier({ url, headers, secret }: WebhookOptions): Notifier {
  const address = postAddressOf(url);
  return {
    notify: (notification: Notification, signal: AbortSignal) => {
      const body = JSON.stringify({ version: 1, ...notification });
      const signed = secret === undefined ? {} : { 'x-tradewind-signature': signatureOf(body, secret) };
      return postJson(address.url, body, { headers: { ...address.headers, ...headers, ...signed }, signal });
    },
  };
}

function signatureOf(body: string, secret: string): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}
