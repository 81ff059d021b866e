import { MessageBus } from '../../src/message-bus/message-bus.ts';
import type { PubSub } from './pub-sub.ts';

export function tradewind(): PubSub {
  const bus = new MessageBus();
  return {
    subscribe: (pattern, handler) => bus.subscribe(pattern, handler),
    publish: (topic, payload) => bus.publish(topic, payload),
  };
}
