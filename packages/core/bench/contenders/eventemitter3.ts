import { EventEmitter } from 'eventemitter3';
import type { PubSub } from './pub-sub.ts';

/** Exact topics only. */
export function eventEmitter3(): PubSub {
  const emitter = new EventEmitter();
  return {
    subscribe: (topic, handler) => emitter.on(topic, handler),
    publish: (topic, payload) => emitter.emit(topic, payload),
  };
}
