import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { MonitoringError } from '../errors.ts';
import { handlerOf, type RequestHandler } from './handler.ts';
import { resolveServeOptions, type ServeOptions, type ServeSettings } from './options.ts';

/** A server that is up. Closing it ends its connections; what it served goes on. */
export interface MonitoringServer extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  /** `http://127.0.0.1:9464`. */
  readonly url: string;
  /** Resolves when nothing is left of it. Again: the same promise. */
  close(): Promise<void>;
}

/**
 * Serves the metrics and the health of buses over HTTP.
 *
 * `/metrics`: for Prometheus. `/metrics/detail`: all series without bounds, where `detail` allows it. `/healthz`: 200 as long as the event loop
 * turns. `/readyz`: 200 or 503. `/health`: the whole tree as JSON. It does not keep the process alive.
 *
 * @throws ValidationError `INVALID_OPTIONS` with every issue.
 * @throws MonitoringError `TOKEN_REQUIRED`; `CANNOT_LISTEN` when the address is not free or not ours.
 */
export async function serveMonitoring(options: ServeOptions): Promise<MonitoringServer> {
  const settings = resolveServeOptions(options);
  return listenOn(handlerOf(settings), settings);
}

/**
 * A bare server for a handler: bounded in headers, connections and time, unmoved by what is no HTTP.
 *
 * A connection that does not send a whole head within five seconds is ended within one more, so that nobody holds all of them by sending nothing.
 *
 * @throws MonitoringError `CANNOT_LISTEN`
 */
export async function listenOn(handler: RequestHandler, at: ListenOptions): Promise<MonitoringServer> {
  const server = createServer(
    // By default a server looks for connections that are late every 30 s alone.
    { headersTimeout: 5_000, requestTimeout: 10_000, connectionsCheckingInterval: 1_000, maxHeaderSize: 8_192 },
    handler,
  );
  server.maxConnections = at.maxConnections ?? DEFAULT_CONNECTIONS;
  server.on('clientError', (_error, socket) => hangUp(socket));
  await listen(server, at);
  server.unref();
  const { port } = server.address() as AddressInfo;
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= closeServer(server));
  return { host: at.host, port, url: urlOf(at.host, port), close, [Symbol.asyncDispose]: close };
}

/** Where a server listens, and how many may be connected at once. Default 64. */
export interface ListenOptions extends Pick<ServeSettings, 'host' | 'port' | 'portTries'> {
  readonly maxConnections?: number | undefined;
}

/** Says 400 and ends the connection, whether or not the other side ends it too: half a connection would hold a place for good. */
function hangUp(socket: Duplex): void {
  if (!socket.writable || socket.writableLength > 0) {
    // What was sent before was not taken: neither would this be.
    socket.destroy();
    return;
  }
  socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n', () => socket.destroy());
}

/** Takes the first port that is free, as far as it may. */
async function listen(server: Server, { host, port, portTries }: ListenOptions): Promise<void> {
  for (let at = 0; ; at += 1) {
    try {
      server.listen(port === 0 ? 0 : port + at, host);
      await once(server, 'listening');
      return;
    } catch (error) {
      const isTaken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
      if (isTaken && port !== 0 && at + 1 < portTries && port + at < MAX_PORT) continue;
      throw cannotListen(urlOf(host, port + at), error);
    }
  }
}

async function closeServer(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}

function urlOf(host: string, port: number): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function cannotListen(url: string, cause: unknown): MonitoringError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new MonitoringError('CANNOT_LISTEN', {
    message: `Expected that ${url} can be listened at: ${why}.`,
    hint: 'Choose another port, or allow several with `portTries`.',
    cause,
  });
}

const MAX_PORT = 65_535;
const DEFAULT_CONNECTIONS = 64;
