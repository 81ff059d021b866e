import { once } from 'node:events';
import { request, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';

/** What a dashboard answered. */
export interface Reply {
  readonly status: number;
  readonly text: string;
  readonly headers: IncomingHttpHeaders;
}

export interface Asking {
  readonly method?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | undefined;
}

/** Sends one request on a connection of its own, with exactly these headers. */
export async function ask(
  port: number,
  path: string,
  { method = 'GET', headers = {}, body }: Asking = {},
): Promise<Reply> {
  const sent = request({ host: '127.0.0.1', port, path, method, headers, agent: false });
  // A server that refuses may close before everything was sent: its answer counts.
  sent.on('error', () => undefined);
  sent.end(body);
  const [reply] = (await once(sent, 'response')) as [IncomingMessage];
  let text = '';
  for await (const chunk of reply.setEncoding('utf8')) text += chunk as string;
  return { status: reply.statusCode ?? 0, text, headers: reply.headers };
}

/** The parsed answer to a GET; the status must be 200. */
export async function read<T>(port: number, path: string, headers: Readonly<Record<string, string>> = {}): Promise<T> {
  const { status, text } = await ask(port, path, { headers });
  if (status !== 200) throw new Error(`Expected 200 for ${path}, and came ${status}: ${text}`);
  return JSON.parse(text) as T;
}

/** A POST as the page sends it. */
export function post(
  port: number,
  path: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Reply> {
  return ask(port, path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: `http://127.0.0.1:${port}`, ...headers },
    body: JSON.stringify(body),
  });
}

/** What a server answers to bytes that no browser would send; empty where it only hangs up. */
export async function askRaw(port: number, bytes: string | Buffer): Promise<string> {
  const socket = connect(port, '127.0.0.1').setEncoding('latin1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  // Half a request is one too: the server must not wait for the rest for ever, and here it hears that nothing more comes.
  socket.end(bytes);
  let text = '';
  socket.on('data', (chunk) => (text += String(chunk)));
  await once(socket, 'close');
  return text;
}

/** One event of a stream. */
export interface StreamedEvent {
  readonly event: string;
  readonly data: string;
}

/** An open stream of server-sent events. */
export class Stream implements Disposable {
  readonly reply: IncomingMessage;
  readonly events: StreamedEvent[] = [];
  isOver = false;
  #rest = '';
  #wake: (() => void) | undefined;

  constructor(reply: IncomingMessage) {
    this.reply = reply;
    reply.setEncoding('utf8');
    reply.on('data', (chunk: string) => this.#take(chunk));
    reply.on('error', () => undefined);
    reply.on('close', () => {
      this.isOver = true;
      this.#wake?.();
    });
  }

  static async open(port: number, path: string, headers: Readonly<Record<string, string>> = {}): Promise<Stream> {
    const sent = request({ host: '127.0.0.1', port, path, headers, agent: false });
    sent.on('error', () => undefined);
    sent.end();
    const [reply] = (await once(sent, 'response')) as [IncomingMessage];
    if (reply.statusCode !== 200) throw new Error(`Expected a stream, and came ${reply.statusCode}`);
    return new Stream(reply);
  }

  /** The next event of a kind that holds, of those that came or will come. Rejects when the stream ends before. */
  async next<T>(event: string, holds: (data: T) => boolean = () => true): Promise<T> {
    for (let at = 0; ;) {
      for (; at < this.events.length; at += 1) {
        const one = this.events[at] as StreamedEvent;
        if (one.event !== event) continue;
        const data = JSON.parse(one.data) as T;
        if (holds(data)) return data;
      }
      if (this.isOver) throw new Error(`Expected ${event}, and the stream ended.`);
      await this.#more();
    }
  }

  async over(): Promise<void> {
    while (!this.isOver) await this.#more();
  }

  [Symbol.dispose](): void {
    this.reply.destroy();
  }

  #more(): Promise<void> {
    return new Promise((resolve) => (this.#wake = resolve));
  }

  #take(chunk: string): void {
    this.#rest += chunk;
    for (let end = this.#rest.indexOf('\n\n'); end >= 0; end = this.#rest.indexOf('\n\n')) {
      const lines = this.#rest.slice(0, end).split('\n');
      this.#rest = this.#rest.slice(end + 2);
      const event = lines.find((line) => line.startsWith('event: '))?.slice('event: '.length);
      const data = lines.find((line) => line.startsWith('data: '))?.slice('data: '.length);
      if (event !== undefined && data !== undefined) this.events.push({ event, data });
    }
    this.#wake?.();
  }
}
