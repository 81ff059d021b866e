// How do I see how my bus is doing?
import { BufferedMessageBusClient } from '@tradewind/core';
import { createMonitoring, serveDashboard, serveMonitoring } from '@tradewind/monitoring';

const client = new BufferedMessageBusClient({ name: 'desk' });
const monitoring = createMonitoring({ bus: client });
// For a Prometheus and for a browser, both of this machine alone. Leave the ports out for the usual ones, 9464 and 9480.
const metrics = await serveMonitoring({ monitorings: [monitoring], port: 0 });
const dashboard = await serveDashboard({ monitorings: [monitoring], port: 0 });

client.subscribe('data.trades.*', () => undefined);
for (let trade = 0; trade < 1_000; trade += 1) client.publish('data.trades.OKX.BTC-USDT', trade);
await client.flush();

const scraped = await (await fetch(`${metrics.url}/metrics`)).text();
console.log(/^tradewind_deliveries_handled_total\{.*lane="NORMAL".* \d+$/mu.exec(scraped)?.[0]);
console.log(`the dashboard answers: ${(await fetch(`${dashboard.url}api/session`)).status}`);
console.log(`health: ${monitoring.health().status}`);

await dashboard.close();
await metrics.close();
await client.close();
