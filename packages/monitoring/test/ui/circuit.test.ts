import { expect, test, vi } from 'vitest';
import { buildUi } from '../../scripts/build-ui.ts';
import { Remediator, createMonitoring, serveDashboard } from '../../src/index.ts';
import { PATIENCE_MS, expectAccessible, launchChromium, openPage } from './support/browser.ts';

vi.setConfig({ testTimeout: 4 * PATIENCE_MS });

test('a rule that rests is on the health screen, and an operator closes its circuit there', async () => {
  await buildUi();
  const link = {
    health: () => ({ status: 'down' as const, reason: 'cut', sinceMs: 1 }),
    remedies: () => [{ name: 'mend', description: 'Mends it.', run: async () => undefined }],
  };
  const monitoring = createMonitoring({ bus: {}, name: 'desk', parts: { link }, process: false });
  const rule = { name: 'mend-link', component: 'link', from: 'down', forMs: 0, remedy: 'mend' } as const;
  const rules = [{ ...rule, settleMs: 1, cooldownMs: 0 }];
  const remediator = new Remediator({ monitoring, rules, enabled: true, lookEveryMs: 1 });
  for (let run = 0; run < 3; run += 1) await remediator.step();
  await using server = await serveDashboard({ monitorings: [monitoring], remediator, port: 0 });
  const browser = await launchChromium();
  try {
    await using watched = await openPage(browser);
    const { page } = watched;
    await page.goto(`${server.url}#/health`);
    await page.getByRole('button', { name: 'Close the circuit… of mend-link on link' }).click();
    await expectAccessible(page);
    const dialog = page.getByRole('dialog', { name: 'Close the circuit of mend-link on link?' });
    await dialog.getByLabel('Your name, for the audit trail').fill('mara');
    await dialog.getByRole('button', { name: 'Close', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('row').filter({ hasText: 'circuit-closed' }).filter({ hasText: 'mara' }).waitFor();
    await page.getByRole('row').filter({ hasText: 'Close a circuit' }).filter({ hasText: 'mara' }).waitFor();
    await expect.poll(() => page.getByText('Close the circuit…').count(), { timeout: PATIENCE_MS }).toBe(0);
    expect([remediator.circuits(), watched.problems]).toEqual([[], []]);
  } finally {
    await browser.close();
  }
});
