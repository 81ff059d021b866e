// How do I ask one receiver and wait for its answer?
import { MessageBus } from '@tradewind/core';
import { errorCode } from '@tradewind/core-types';

const bus = new MessageBus();

interface CheckOrder {
  readonly notional: number;
}
interface Verdict {
  readonly allowed: boolean;
}

bus.register('RiskEngine.execute', (order: CheckOrder, { correlationId }) => {
  // A plain send has no correlation id: there is nobody to answer.
  if (correlationId === undefined) return;
  bus.respond(correlationId, { allowed: order.notional <= 10_000 } satisfies Verdict);
});

const small = await bus.request<Verdict>('RiskEngine.execute', { notional: 500 });
const large = await bus.request<Verdict>('RiskEngine.execute', { notional: 50_000 });
console.log(`500 allowed: ${small.allowed}, 50,000 allowed: ${large.allowed}`);

// Failures are typed: tell them apart by their code.
bus.register('DataEngine.request', () => undefined);
for (const endpoint of ['DataEngine.request', 'Nobody.here']) {
  try {
    await bus.request(endpoint, {}, { timeoutMs: 20 });
  } catch (error) {
    console.log(`${endpoint}: ${errorCode(error)}`);
  }
}
