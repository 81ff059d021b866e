import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { Priority, type ReceivedMessage } from '@tradewind/core-types';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import {
  redisStreamTransport,
  type RedisConnection,
  type RedisStreamOptions,
  type RedisStreamTransport,
} from '../../src/index.ts';
import { freePort } from '../../src/testing/free-port.ts';
import { startRedisServer, type RedisServer } from '../../src/testing/index.ts';
import { eventually } from '../consuming/lab.ts';
import { createAuthority, type Authority } from './certificates.ts';

const PASSWORD = 'not-for-anybodys-eyes';

let authority: Authority;
let stranger: Authority;

beforeAll(() => {
  authority = createAuthority();
  stranger = createAuthority();
});

afterAll(() => {
  authority.remove();
  stranger.remove();
});

interface TlsServer {
  readonly server: RedisServer;
  readonly port: number;
}

/** A server with a password that listens for TLS, beside the port by which the test tooling watches it. */
async function startTlsServer(asksClients: boolean, hosts?: string): Promise<TlsServer> {
  const { keyFile, certFile } = authority.issue('server', hosts);
  const port = await freePort();
  const server = await startRedisServer({
    password: PASSWORD,
    config: {
      'tls-port': String(port),
      'tls-cert-file': certFile,
      'tls-key-file': keyFile,
      'tls-ca-cert-file': authority.caFile,
      'tls-auth-clients': asksClients ? 'yes' : 'no',
    },
  });
  return { server, port };
}

function connect(connection: RedisConnection, options: Partial<RedisStreamOptions> = {}): RedisStreamTransport {
  const transport = redisStreamTransport({
    connection,
    startup: 'require',
    commandTimeoutMs: 1_000,
    publishTimeoutMs: 1_500,
    ...options,
  });
  onTestFinished(() => transport.close({ deadlineMs: 0 }));
  return transport;
}

function batch(payload: unknown): Parameters<RedisStreamTransport['publish']>[0] {
  const priority = Priority.NORMAL;
  const message = { topic: 'data.test', payload, priority, producer: 'p', sequence: 1, publishedAtMs: 1 };
  return { priority, batchSequence: 1, messages: [message] };
}

async function expectCarries(transport: RedisStreamTransport): Promise<void> {
  const received: ReceivedMessage[] = [];
  const options = { group: 'g', consumer: 'one', patterns: ['*'], from: 'oldest' as const };
  await transport.consume(options, {
    onBatch: (incoming) => {
      received.push(...incoming.messages);
      incoming.settle(0);
      return Promise.resolve();
    },
  });
  await transport.publish(batch('over TLS'));
  await eventually('it arrives', () => received.length === 1);
  expect(received[0]?.payload).toBe('over TLS');
}

/** Typed, with the next step, and without a secret in whatever of it is shown. */
async function expectRefused(transport: RedisStreamTransport, reason: RegExp): Promise<void> {
  const errors = await Promise.all(
    [
      transport.publish(batch('never')),
      transport.consume({ consumer: 'one', patterns: ['*'], from: 'now' }, NOBODY),
    ].map((attempt) =>
      attempt.then(
        () => undefined,
        (error: unknown) => error,
      ),
    ),
  );
  for (const error of errors) {
    expect(error).toMatchObject({ name: 'RedisTransportError', code: 'TRANSPORT_UNAVAILABLE', retryable: true });
    expect(error).toMatchObject({ mayHaveBeenStored: false, message: expect.stringMatching(reason) as unknown });
    const shown = `${inspect(error, { depth: 10 })} ${JSON.stringify(transport.health())}`;
    expect(shown).not.toContain(PASSWORD);
    expect(shown).not.toContain('PRIVATE KEY');
  }
}

/** What the transport says when one side does not trust the other: the code of it, and where to look. */
function distrust(code: string): RegExp {
  return new RegExp(`failed with (?:${code})\\. Check .tls. in .connection.`, 'u');
}

const UNKNOWN_AUTHORITY = 'SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\\w+|CERT_\\w+';
const NOBODY = { onBatch: () => Promise.resolve() };

describe('a server over TLS', () => {
  let running: TlsServer;
  beforeAll(async () => {
    running = await startTlsServer(false);
  });
  afterAll(() => running.server.stop());

  const at = (tls: object): RedisConnection => ({
    host: '127.0.0.1',
    port: running.port,
    password: PASSWORD,
    tls,
  });

  test('carries messages when its authority is trusted', async () => {
    await expectCarries(connect(at({ ca: authority.ca })));
  });

  test('is refused by a typed error when another authority is trusted', async () => {
    await expectRefused(connect(at({ ca: stranger.ca })), distrust(UNKNOWN_AUTHORITY));
  });

  test('is refused by a typed error when a URL is all that is known of it', async () => {
    const url = `rediss://:${PASSWORD}@127.0.0.1:${running.port}`;
    await expectRefused(connect(url), distrust(UNKNOWN_AUTHORITY));
  });

  test('is refused by a typed error under a name that its certificate does not have', async () => {
    await expectRefused(
      connect(at({ ca: authority.ca, servername: 'elsewhere.example' })),
      distrust('ERR_TLS_CERT_ALTNAME_INVALID'),
    );
  });

  test('is given up by a typed error at the port that speaks plainly', async () => {
    const plain = { host: '127.0.0.1', port: running.server.port, password: PASSWORD, tls: { ca: authority.ca } };
    // It waits for the rest of what it takes for a command.
    await expectRefused(connect(plain), /a connection to Redis within 1000 ms/u);
  });

  test('holds what is published until it comes back, as any server', async () => {
    const transport = connect(at({ ca: authority.ca }), { startup: 'degrade', publishTimeoutMs: 30_000 });
    await running.server.kill();
    const stored = transport.publish(batch('held'));
    await running.server.restart();
    await stored;
    expect(transport.health().status).toBe('up');
  });
});

describe('a server that asks its clients for certificates', () => {
  let running: TlsServer;
  beforeAll(async () => {
    running = await startTlsServer(true);
  });
  afterAll(() => running.server.stop());

  test('carries messages of those that have one, and refuses others by a typed error', async () => {
    const { keyFile, certFile } = authority.issue('client');
    const at = { host: '127.0.0.1', port: running.port, password: PASSWORD };
    const identity = { cert: readFileSync(certFile), key: readFileSync(keyFile) };
    await expectCarries(connect({ ...at, tls: { ca: authority.ca, ...identity } }));
    // With TLS 1.3 a server refuses a client after the handshake: a busy one may be gone before it has said why.
    const reason = /failed with ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED|the connection failed/u;
    await expectRefused(connect({ ...at, tls: { ca: authority.ca } }), reason);
  });
});
