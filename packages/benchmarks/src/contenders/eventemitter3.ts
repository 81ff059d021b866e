import type { Contender } from './contender.ts';
import { emitterUnderTest } from './emitter-under-test.ts';
import { importPeer } from './import-peer.ts';

/** The emitter that most Node.js programs are measured against. Exact names, handlers run inside `emit`. */
export const eventEmitter3: Contender = {
  name: 'eventemitter3',
  packages: ['eventemitter3'],
  features: [],
  create: async () => {
    const { EventEmitter } = await importPeer('eventemitter3', () => import('eventemitter3'));
    return emitterUnderTest(new EventEmitter());
  },
};
