// What happens when more comes in than can be handled?
import { BufferedMessageBusClient } from '@tradewind/core';
import { Priority } from '@tradewind/core-types';

const client = new BufferedMessageBusClient({
  lanes: {
    LOW: { capacity: 2, overflow: 'conflate' }, // keep the newest of each ordering key
    NORMAL: { capacity: 2, overflow: 'refuse' }, // publish returns false
  },
});
client.subscribe('*', (payload: string, { topic, priority }) => {
  console.log(`lane ${priority}: ${topic} ${payload}`);
});

// Nothing is handled inside publish: all of this is queued first, and then served by urgency.
client.publish('data.quotes.KRAKEN.ETHUSD', 'old', { priority: Priority.LOW });
client.publish('data.quotes.KRAKEN.XBTUSD', 'only', { priority: Priority.LOW });
client.publish('data.quotes.KRAKEN.ETHUSD', 'new', { priority: Priority.LOW });

client.publish('events.order.momentum', 'first');
client.publish('events.order.momentum', 'second');
const accepted = client.publish('events.order.momentum', 'third');
console.log(`third accepted: ${accepted}`);

client.publish('commands.risk.halt', 'stop trading', { priority: Priority.CRITICAL });

// Whoever can wait, waits for room instead.
await client.publishWhenReady('events.order.momentum', 'third, patiently');

const report = await client.close();
console.log(`left behind: ${report.queued.join(' ')}, unsettled ${report.unsettled}`);
