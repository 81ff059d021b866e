import eventemitter2 from 'eventemitter2';
import type { PubSub } from './pub-sub.ts';

export function eventEmitter2(): PubSub {
  const emitter = new eventemitter2.EventEmitter2({ wildcard: true, delimiter: '.', maxListeners: 0 });
  return {
    subscribe: (pattern, handler) => emitter.on(translate(pattern), handler),
    publish: (topic, payload) => emitter.emit(topic, payload),
  };
}

/** `*` is one segment there, `**` any number. */
function translate(pattern: string): string {
  return pattern.replace(/\*$/, '**').replaceAll('+', '*');
}
