import { MonitoringError } from '../errors.ts';

/** An address to post to, and the headers that it asks for. */
export interface PostAddress {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Reads an address. A name and a password in it become a header, since `fetch` refuses to post to an address that has them.
 *
 * @throws TypeError where the address is none.
 */
export function postAddressOf(text: string, path = ''): PostAddress {
  const url = new URL(text);
  if (path !== '') url.pathname = `${url.pathname.replace(/\/$/u, '')}/${path}`;
  const { username, password } = url;
  if (username === '' && password === '') return { url, headers: {} };
  url.username = '';
  url.password = '';
  const credentials = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64');
  return { url, headers: { authorization: `Basic ${credentials}` } };
}

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
