import { MonitoringError } from '../errors.ts';

/** Posts JSON. Rejects with `NOT_NOTIFIED` unless the answer is a success; the address is shown without its query and credentials. */
export async function postJson(
  url: URL,
  body: string,
  {
    headers,
    signal,
  }: { readonly headers?: Readonly<Record<string, string>> | undefined; readonly signal: AbortSignal },
): Promise<void> {
  let came: string;
  let cause: unknown;
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
      signal,
      redirect: 'error',
    });
    // Read to its end, or the connection stays in use.
    await response.arrayBuffer();
    if (response.ok) return;
    came = `status ${response.status}`;
  } catch (error) {
    cause = error;
    came = signal.aborted ? 'no answer in time' : 'no connection';
  }
  throw new MonitoringError('NOT_NOTIFIED', {
    message: `Expected ${url.origin} to take a notification, and came ${came}.`,
    hint: 'It is tried again, and over the second channel; check the address and the token.',
    cause,
  });
}
