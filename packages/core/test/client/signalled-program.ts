import { BufferedMessageBusClient } from '../../src/client/buffered-message-bus-client.ts';
import { closeOnSignals } from '../../src/client/close-on-signals.ts';

/** A program that a test sends signals to: `drain`, `stuck`, `listening` or `disposed`. */
const mode = process.argv[2];
const client = new BufferedMessageBusClient();
const listening = closeOnSignals(client, { deadlineMs: 20_000 });
const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};
client.events.on('closed', (report) => say(`closed ${JSON.stringify(report)}`));
let handled = 0;
client.subscribe('work', async () => {
  if (mode === 'stuck') {
    client.events.once('closing', () => say('ready'));
    say('ready');
    await new Promise(() => undefined);
  }
  await new Promise((resolve) => setTimeout(resolve, 20));
  handled += 1;
  if (handled === 3) say('handled 3');
});
if (mode === 'disposed') listening[Symbol.dispose]();
if (mode === 'listening') {
  process.on('SIGTERM', () => {
    client.events.once('closed', () => process.exit(7));
  });
}
// Something else keeps the process alive until the signal comes.
setInterval(() => undefined, 1_000);
const messages = mode === 'stuck' ? 1 : 3;
for (let i = 0; i < messages; i += 1) client.publish('work', i);
if (mode !== 'stuck') say('ready');
