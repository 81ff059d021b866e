import type { Contender, Probe } from './contender.ts';
import { importPeer } from './import-peer.ts';
import { Pending } from './pending.ts';

/** An emitter whose handlers run in a later microtask, with a promise for each emission. Exact names. */
export const emittery: Contender = {
  name: 'emittery',
  packages: ['emittery'],
  features: [],
  create: async () => {
    const { default: Emittery } = await importPeer('emittery', () => import('emittery'));
    const emitter = new Emittery<Record<string, Probe>>();
    const pending = new Pending();
    const leave = (): void => pending.leave();
    return {
      subscribe: ({ pattern, handler }) => {
        emitter.on(pattern, ({ data }) => handler(data));
      },
      publish: (topic, probe) => {
        pending.enter();
        void emitter.emit(topic, probe).then(leave, leave);
      },
      settle: () => pending.idle(),
      close: () => pending.idle(),
    };
  },
};
