import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import type { RedisStreamOptions } from '../../src/options.ts';
import { startRedisServer, type RedisServer, type RedisServerOptions } from '../../src/testing/index.ts';
import { Desk } from './lab.ts';

/** One server for all tests of a file, empty at the beginning of each, and desks that are closed at its end. */
export interface ServerOfFile {
  readonly server: RedisServer;
  desk(options?: Partial<RedisStreamOptions>): Desk;
}

export function serverOfFile(options?: RedisServerOptions): ServerOfFile {
  let running: RedisServer | undefined;
  let desks: Desk[] = [];
  const server = (): RedisServer => {
    if (running === undefined) throw new Error('Expected a test to be running.');
    return running;
  };
  beforeAll(async () => {
    running = await startRedisServer(options);
  });
  afterAll(() => running?.stop());
  beforeEach(async () => {
    await server().command('FLUSHALL');
  });
  afterEach(async () => {
    await Promise.all(desks.map((desk) => desk.close()));
    desks = [];
  });
  return {
    get server() {
      return server();
    },
    desk(deskOptions) {
      const desk = new Desk(server(), deskOptions);
      desks.push(desk);
      return desk;
    },
  };
}
