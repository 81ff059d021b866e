import { connect, createServer, type Socket } from 'node:net';

/** A TCP proxy on the loopback interface that hands everything on after a while, in order. */
export interface DelayProxy {
  readonly port: number;
  /** For each direction, in milliseconds; for what comes from now on. */
  delayMs: number;
  close(): Promise<void>;
}

export async function startDelayProxy(targetPort: number, delayMs: number): Promise<DelayProxy> {
  const sockets = new Set<Socket>();
  const pipe = (from: Socket, to: Socket): void => {
    let lastAt = 0;
    from.on('data', (bytes: Buffer) => {
      // A delay that becomes shorter must not let later bytes overtake earlier ones.
      lastAt = Math.max(lastAt, performance.now() + proxy.delayMs);
      setTimeout(() => to.writable && to.write(bytes), lastAt - performance.now());
    });
    from.on('close', () => to.destroy());
    from.on('error', () => to.destroy());
  };
  const server = createServer((client) => {
    const target = connect({ host: '127.0.0.1', port: targetPort });
    for (const socket of [client, target]) {
      socket.setNoDelay(true);
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    }
    pipe(client, target);
    pipe(target, client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('Expected a TCP port.');
  const proxy: DelayProxy = {
    port: address.port,
    delayMs,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
  return proxy;
}
