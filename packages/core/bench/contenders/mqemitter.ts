import mqemitter from 'mqemitter';
import type { PubSub } from './pub-sub.ts';

/** Its handlers get the message and a callback; topics are separated by slashes by default, and by dots here. */
export function mqEmitter(): PubSub {
  const emitter = mqemitter({ separator: '.' });
  return {
    subscribe: (pattern, handler) =>
      emitter.on(translate(pattern), (message, done) => {
        handler(message['payload']);
        done();
      }),
    publish: (topic, payload) => emitter.emit({ topic, payload }),
  };
}

/** `+` is one segment there too, `#` any number. */
function translate(pattern: string): string {
  return pattern.replace(/\*$/, '#');
}
