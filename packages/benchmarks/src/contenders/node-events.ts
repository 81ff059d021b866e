import { EventEmitter } from 'node:events';
import type { Contender } from './contender.ts';
import { emitterUnderTest } from './emitter-under-test.ts';

/** The emitter that comes with Node.js. */
export const nodeEvents: Contender = {
  name: 'node:events',
  packages: [],
  features: [],
  create: () => {
    const emitter = new EventEmitter();
    emitter.setMaxListeners(0);
    return emitterUnderTest(emitter);
  },
};
