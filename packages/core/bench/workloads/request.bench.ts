import { EventEmitter } from 'eventemitter3';
import { MessageBus } from '../../src/message-bus/message-bus.ts';
import { measureCpu } from '../../../../tooling/bench/measure.ts';
import { expectCount, type Contender, type Workload } from '../../../../tooling/bench/workload.ts';

interface Order {
  readonly quantity: number;
}

const TIMEOUT_MS = 5000;
const ORDER: Order = { quantity: 7 };

/** Asks one question after the other, and adds up the answers. */
async function measureRequests(count: number, ask: (order: Order) => Promise<unknown>) {
  let sum = 0;
  let asked = 0;
  const metrics = await measureCpu(count, async (times) => {
    asked += times;
    for (let i = 0; i < times; i += 1) sum += (await ask(ORDER)) as number;
  });
  expectCount('units confirmed', sum, asked * ORDER.quantity);
  return metrics;
}

/** Answers at once, or in a later microtask. */
function answer(later: boolean, reply: () => void): void {
  if (later) queueMicrotask(reply);
  else reply();
}

function tradewind(later: boolean): Contender {
  return (scale) => {
    const bus = new MessageBus();
    bus.register<Order>('RiskEngine.execute', (order, { correlationId = '' }) => {
      answer(later, () => bus.respond(correlationId, order.quantity));
    });
    return measureRequests(scale.count(600_000), (order) =>
      bus.request('RiskEngine.execute', order, { timeoutMs: TIMEOUT_MS }),
    );
  };
}

/** The usual idiom: a reply topic per request, a listener once, a timer, a promise. */
function emitter(later: boolean): Contender {
  return (scale) => {
    const events = new EventEmitter();
    let requests = 0;
    events.on('RiskEngine.execute', (order: Order, replyTo: string) => {
      answer(later, () => events.emit(replyTo, order.quantity));
    });
    const ask = (order: Order): Promise<unknown> =>
      new Promise((resolve, reject) => {
        requests += 1;
        const replyTo = `reply.${requests}`;
        const timer = setTimeout(() => {
          events.off(replyTo);
          reject(new Error('timeout'));
        }, TIMEOUT_MS);
        events.once(replyTo, (response) => {
          clearTimeout(timer);
          resolve(response);
        });
        events.emit('RiskEngine.execute', order, replyTo);
      });
    return measureRequests(scale.count(300_000), ask);
  };
}

const CPU = { metric: 'cpuNsPerOperation', of: 'tradewind', unit: 'ns' };

export const workloads: readonly Workload[] = [
  {
    name: 'request',
    title: 'Request and response',
    work: 'Asks an endpoint that answers at once, with a timeout of five seconds, and awaits the response before asking again. The emitter does it with a reply topic per request, a listener once, a timer and a promise.',
    contenders: { tradewind: tradewind(false), eventemitter3: emitter(false) },
    targets: [{ ...CPU, against: ['eventemitter3'], atMost: 0.25 }],
  },
  {
    name: 'request-later',
    title: 'Request and response, answered later',
    work: 'The same, answered in a later microtask.',
    contenders: { tradewind: tradewind(true), eventemitter3: emitter(true) },
    targets: [{ ...CPU, against: ['eventemitter3'], atMost: 0.25 }],
  },
];
