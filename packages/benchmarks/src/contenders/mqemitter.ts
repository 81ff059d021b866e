import type { Contender, Probe } from './contender.ts';
import { importPeer } from './import-peer.ts';
import { Pending } from './pending.ts';

/** The emitter under MQTT brokers, with wildcards by segment. A handler calls back when it is done. */
export const mqEmitter: Contender = {
  name: 'mqemitter',
  packages: ['mqemitter'],
  features: ['patterns'],
  create: async () => {
    const { default: create } = await importPeer('mqemitter', () => import('mqemitter'));
    const emitter = create({ separator: '.' });
    const pending = new Pending();
    const leave = (): void => pending.leave();
    return {
      subscribe: ({ pattern, handler }) => {
        emitter.on(translate(pattern), (message, done) => {
          handler(message['probe'] as Probe);
          done();
        });
      },
      publish: (topic, probe) => {
        pending.enter();
        emitter.emit({ topic, probe }, leave);
      },
      settle: () => pending.idle(),
      close: () => pending.idle(),
    };
  },
};

/** `+` is one segment there too, `#` any number. */
function translate(pattern: string): string {
  return pattern.replace(/\*$/, '#');
}
