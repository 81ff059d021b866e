import type { Contender, Probe } from './contender.ts';
import { emitterUnderTest } from './emitter-under-test.ts';
import { importPeer } from './import-peer.ts';

type Events = Record<string, Probe>;

/** The smallest emitter. Exact names; its `*` listens to everything and is no pattern. */
export const mitt: Contender = {
  name: 'mitt',
  packages: ['mitt'],
  features: [],
  create: async () => {
    const { default: create } = await importPeer('mitt', () => import('mitt'));
    // Its types describe the CommonJS build, where the function is the module itself.
    const make = create as unknown as typeof create.default;
    const emitter = make<Events>();
    return emitterUnderTest({
      on: (name, handler) => emitter.on(name, handler),
      emit: (name, probe) => emitter.emit(name, probe as Probe),
    });
  },
};
