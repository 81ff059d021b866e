import type { Contender } from './contender.ts';
import { emitterUnderTest } from './emitter-under-test.ts';
import { importPeer } from './import-peer.ts';

/** An emitter with wildcards by segment. Handlers run inside `emit`. */
export const eventEmitter2: Contender = {
  name: 'eventemitter2',
  packages: ['eventemitter2'],
  features: ['patterns'],
  create: async () => {
    const { default: module } = await importPeer('eventemitter2', () => import('eventemitter2'));
    return emitterUnderTest(new module.EventEmitter2({ wildcard: true, delimiter: '.', maxListeners: 0 }), translate);
  },
};

/** `*` is one segment there, `**` any number. */
function translate(pattern: string): string {
  return pattern.replace(/\*$/, '**').replaceAll('+', '*');
}
