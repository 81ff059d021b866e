import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { buildUi } from '../../scripts/build-ui.ts';
import { PATIENCE_MS, expectAccessible, launchChromium, openPage, type WatchedPage } from './support/browser.ts';
import { openTradingFloor, type TradingFloor } from './support/trading-floor.ts';

/** A server that comes back needs its port: the kernel gives none from here on to 32,768 to anybody who does not ask for it. */
const BELOW_EPHEMERAL = 20_000;

/** Of each screen, what is there when it has been filled. */
const FILLED: Readonly<Record<string, string>> = {
  overview: 'group:Wait from publishing to the first attempt',
  topics: 'row:slow-analytics',
  transports: 'row:events.order.S-001',
  venues: 'row:PRICE_SPREAD',
  routing: 'row:regime=VOLATILE',
  alerts: 'row:are not booked',
  health: 'row:shed-low',
  optimizer: 'row:Workers from 8 to 12',
  tail: 'row:data.quotes',
};
const SCREENS = Object.keys(FILLED);

/** Waits are on conditions; these only end what hangs. A test opens up to nine screens, each of which axe looks at. */
const PATIENCE = { timeout: PATIENCE_MS, interval: 50 };
vi.setConfig({ testTimeout: 4 * PATIENCE_MS, hookTimeout: 4 * PATIENCE_MS });
const expectSoon = <Value>(read: () => Value) => expect.poll(read, PATIENCE);

let browser: Browser;
let floor: TradingFloor;
const opened: WatchedPage[] = [];

beforeAll(async () => {
  await buildUi();
  browser = await launchChromium();
  floor = await openTradingFloor({ local: { payloads: true } });
  floor.failOrders(8);
  await vi.waitUntil(() => anAlert('OrdersUnbooked') !== undefined, PATIENCE);
});

afterEach(async () => {
  for (const one of opened.splice(0)) {
    expect(one.problems).toEqual([]);
    await one[Symbol.asyncDispose]();
  }
});

afterAll(async () => {
  await browser?.close();
  await floor?.[Symbol.asyncDispose]();
});

async function open(hash = '', options: Parameters<typeof openPage>[1] = {}): Promise<Page> {
  const one = await openPage(browser, options);
  opened.push(one);
  await one.page.goto(`${floor.server.url}${hash}`);
  return one.page;
}

/** Waits until a screen shows what it is for. */
async function filled(page: Page, screen: string): Promise<void> {
  const [role = '', name = ''] = (FILLED[screen] ?? '').split(':');
  if (role === 'row') await page.getByRole('row').filter({ hasText: name }).first().waitFor();
  else await page.getByRole('group', { name }).waitFor();
}

/** Fills a dialog in and presses the button of its act. */
async function confirm(page: Page, act: string, fields: Readonly<Record<string, string>> = {}): Promise<void> {
  const dialog = page.getByRole('dialog');
  for (const [label, text] of Object.entries({ 'Your name, for the audit trail': 'mara', ...fields })) {
    await dialog.getByLabel(label).fill(text);
  }
  await dialog.getByRole('button', { name: act, exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
}

/** Shows the page to somebody, or hides it, as another tab before it does: a headless browser shows all its tabs. */
function see(page: Page, isSeen: boolean): Promise<void> {
  return page.evaluate(
    `Object.defineProperty(document, 'hidden', { configurable: true, value: ${!isSeen} });
    document.dispatchEvent(new Event('visibilitychange'));`,
  );
}

const anAlert = (rule: string) => floor.alerting.alerts().find((alert) => alert.rule === rule);

describe.each(['light', 'dark'] as const)('in the %s theme', (colorScheme) => {
  test('every screen shows what it is for, and axe finds nothing', async () => {
    const page = await open('', { colorScheme });
    for (const screen of SCREENS) {
      await page.goto(`${floor.server.url}#/${screen}`);
      await filled(page, screen);
      await expectAccessible(page);
    }
    expect(await page.evaluate('getComputedStyle(document.documentElement).backgroundColor')).toBe(
      colorScheme === 'light' ? 'rgb(244, 245, 248)' : 'rgb(13, 16, 21)',
    );
  });

  test('an open alert, a dialog and the help are accessible too', async () => {
    const page = await open(`#/alerts/${anAlert('OrdersUnbooked')?.id}`, { colorScheme });
    await page
      .getByText('The account is open', { exact: false })
      .or(page.getByText('Open the account.'))
      .first()
      .waitFor();
    await page
      .getByRole('region', { name: /transport_dead_letters/ })
      .first()
      .waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Silence…' }).click();
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Help' }).click();
    await page.getByRole('dialog', { name: 'Help' }).waitFor();
    await expectAccessible(page);
  });
});

describe('what an operator does', () => {
  test('acknowledges an alert with a note, escalates it, silences it, and ends the silence', async () => {
    const page = await open('#/alerts');
    await page.getByRole('link', { name: /are not booked/ }).click();
    await page.getByText('Open the account.').waitFor();
    await page.getByRole('button', { name: 'Escalate…' }).click();
    await confirm(page, 'Escalate');
    await page.getByRole('button', { name: 'Acknowledge…' }).click();
    await confirm(page, 'Acknowledge', { 'Note, for whoever comes after you': 'calling the bank' });
    await page.getByText('calling the bank').first().waitFor();
    expect(anAlert('OrdersUnbooked')?.acknowledgement).toMatchObject({ by: 'mara', note: 'calling the bank' });
    await page.getByRole('button', { name: 'Silence…' }).click();
    await page.getByRole('dialog').getByLabel('For', { exact: true }).selectOption('4 hours');
    await confirm(page, 'Silence', { Reason: 'the bank is closed' });
    await page.getByRole('row').filter({ hasText: 'the bank is closed' }).first().waitFor();
    const [silence] = floor.alerting.silences();
    expect(silence).toMatchObject({ by: 'mara', match: { alertname: 'OrdersUnbooked', bus: 'risk' } });
    expect((silence?.untilMs ?? 0) - (silence?.fromMs ?? 0)).toBe(4 * 3_600_000);
    await page.getByRole('button', { name: /^End now/ }).click();
    await confirm(page, 'End it');
    await page.getByText('Nothing is silenced.').waitFor();
    expect(floor.alerting.silences()).toEqual([]);
    expect(floor.alerting.audit().map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['escalated', 'acknowledged']),
    );
  });

  test('finds a dead letter by its id, reads it, retries it, and then all', async () => {
    const page = await open('#/transports');
    const letters = page.getByRole('region', { name: /^Dead letters of risk:transports\/wire$/ });
    const rows = letters.getByRole('row').filter({ hasText: 'ACCOUNT_CLOSED' });
    await expectSoon(() => rows.count()).toBe(8);
    expect(floor.bookedOrders).toBe(0);
    const id = (await rows.nth(3).getByRole('rowheader').textContent()) ?? '';
    await letters.getByLabel('Id').fill(id);
    await expectSoon(() => rows.count()).toBe(1);
    await letters.getByRole('button', { name: 'View' }).click();
    await page.getByRole('dialog').getByText('64000.10').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
    floor.mendOrders();
    await letters.getByRole('button', { name: 'Retry…' }).click();
    await confirm(page, 'Retry');
    await page.getByText('1 published again.').waitFor();
    await letters.getByText('There is no dead letter of this kind.').waitFor();
    await expectSoon(() => floor.bookedOrders).toBe(1);
    await letters.getByLabel('Id').fill('');
    await expectSoon(() => rows.count()).toBe(7);
    await letters.getByRole('button', { name: 'Retry all 7 letters…', exact: true }).click();
    await confirm(page, 'Retry');
    await letters.getByText('There is no dead letter of this kind.').waitFor();
    await expectSoon(() => floor.bookedOrders).toBe(8);
  });

  test('all letters are those that are shown: never while an id is typed, of no older pattern, and counted', async () => {
    await using other = await openTradingFloor();
    other.failOrders(8);
    // Closed before its server is: a stream that breaks off is written of by the browser.
    const watched = await openPage(browser);
    await using _page = watched;
    const { page } = watched;
    await page.goto(`${other.server.url}#/transports`);
    const letters = page.getByRole('region', { name: /^Dead letters of risk:transports\/wire$/ });
    const button = (name: string) => letters.getByRole('button', { name, exact: true });
    await button('Purge all 8 letters…').waitFor();
    // One key: the pause in typing has only begun, and the button is away already.
    await letters.getByLabel('Id').pressSequentially('1');
    expect(await letters.getByRole('button', { name: /^(Purge|Retry) (all|the one)/ }).count()).toBe(0);
    await letters.getByLabel('Id').fill('');
    await button('Purge all 8 letters…').waitFor();
    await letters.getByLabel('Topic pattern').pressSequentially('events.order.S-001');
    expect(await button('Purge all 8 letters…').count()).toBe(0);
    await button('Purge all 2 letters of events.order.S-001…').click();
    await page.getByRole('dialog', { name: 'Purge all 2 letters of events.order.S-001?' }).waitFor();
    await confirm(page, 'Purge for good');
    await page.getByText('2 purged.').waitFor();
    await letters.getByLabel('Topic pattern').fill('');
    await button('Purge all 6 letters…').waitFor();
    await page.goto(`${other.server.url}#/health`);
    const act = page.getByRole('region', { name: 'What people did' }).getByRole('row').filter({ hasText: 'Purge' });
    await act
      .filter({ hasText: 'mara' })
      .filter({ hasText: 'all of events.order.S-001' })
      .getByText('2 purged')
      .waitFor();
    expect(watched.problems).toEqual([]);
  });

  test('runs a remedy by hand, and enables remediation', async () => {
    const page = await open('#/health');
    await page.getByRole('button', { name: 'resubscribe… of feeds/binance' }).click();
    await confirm(page, 'Run');
    await page.getByRole('row').filter({ hasText: 'by hand' }).filter({ hasText: 'mara' }).waitFor();
    await page.getByRole('button', { name: 'Enable…', exact: true }).click();
    await confirm(page, 'Enable');
    await page.getByRole('button', { name: 'Set to dry-run…' }).click();
    await confirm(page, 'Set to dry-run');
    await expectSoon(() => page.getByText('dry-run: nothing is run on its own').count()).toBe(1);
    const acts = page.getByRole('region', { name: 'What people did' }).getByRole('row').filter({ hasText: 'mara' });
    await acts.filter({ hasText: 'Run a remedy' }).filter({ hasText: 'done' }).first().waitFor();
    await expectSoon(() => acts.filter({ hasText: 'Switch remediation' }).count()).toBe(2);
  });

  test('takes a decision of the optimizer back', async () => {
    const page = await open('#/optimizer');
    await page.getByRole('button', { name: 'Undo… Workers from 8 to 12' }).click();
    await confirm(page, 'Undo');
    await page.getByRole('row').filter({ hasText: 'taken back' }).waitFor();
    expect(floor.undone).toEqual(['Workers from 8 to 12: queues grew for 30 s.']);
  });

  test('is told in the dialog why something was refused, and can try again', async () => {
    const page = await open('#/health');
    await page.getByRole('button', { name: 'resubscribe… of feeds/binance' }).click();
    await page.route('**/api/health/remedy', (route) =>
      route.fulfill({ status: 200, contentType: 'application/json', body: 'nothing' }),
    );
    await page.getByRole('dialog').getByLabel('Your name, for the audit trail').fill('mara');
    await page.getByRole('dialog').getByRole('button', { name: 'Run' }).click();
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('dialog').getByRole('button', { name: 'Run' }).isEnabled()).toBe(true);
    await page.unroute('**/api/health/remedy');
    await confirm(page, 'Run');
  });
});

describe('by keyboard alone', () => {
  test('the first stop skips to the numbers, and every stop can be seen', async () => {
    const page = await open();
    await filled(page, 'overview');
    await page.keyboard.press('Tab');
    await expectFocus(page, 'Skip to the numbers');
    await page.keyboard.press('Enter');
    await page.locator('main:focus').waitFor();
    for (let stop = 0; stop < 12; stop += 1) {
      await page.keyboard.press('Tab');
      expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).not.toBe('none');
    }
  });

  test('an alert is found, opened and acknowledged', async () => {
    floor.failOrders(1);
    await expectSoon(() => anAlert('OrdersUnbooked') !== undefined).toBe(true);
    const page = await open();
    await filled(page, 'overview');
    await page.keyboard.press('g');
    await page.keyboard.press('a');
    await filled(page, 'alerts');
    await expectFocus(page, 'Alerts');
    await tabTo(page, 'are not booked');
    await page.keyboard.press('Enter');
    await page.getByText('Open the account.').waitFor();
    await tabTo(page, 'Acknowledge…');
    await page.keyboard.press('Enter');
    // Keys that are typed before the dialog has the focus would go to the page behind it.
    await page.getByRole('dialog').getByLabel('Note').and(page.locator(':focus')).waitFor();
    await page.keyboard.type('by keys');
    await tabTo(page, 'Your name', 'labels');
    await page.keyboard.type('ken');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    const notes = () => floor.alerting.alerts().map(({ acknowledgement }) => acknowledgement?.note);
    await expectSoon(notes).toContain('by keys');
    await expectFocus(page, 'Acknowledge…');
  });

  test('keys open help and change the theme, and can be turned off', async () => {
    const page = await open();
    await filled(page, 'overview');
    await page.keyboard.press('d');
    expect(await page.evaluate('document.documentElement.dataset.theme')).toBe('light');
    await page.keyboard.press('?');
    await page.getByRole('checkbox', { name: 'Single keys do this' }).press('Space');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.keyboard.press('d');
    expect(await page.evaluate('document.documentElement.dataset.theme')).toBe('light');
  });
});

/** Waits until what has the focus reads so. */
async function expectFocus(page: Page, text: string): Promise<void> {
  await expectSoon(() => page.evaluate('document.activeElement.textContent')).toBe(text);
}

/** Presses Tab until the focus is on something with a text; fails when it went around. */
async function tabTo(page: Page, text: string, of: 'textContent' | 'labels' = 'textContent'): Promise<void> {
  const read =
    of === 'labels'
      ? 'document.activeElement.labels?.[0]?.textContent'
      : 'document.activeElement.matches("a, button") ? document.activeElement.textContent : ""';
  for (let stop = 0; stop < 80; stop += 1) {
    if (((await page.evaluate<string | null | undefined>(read)) ?? '').includes(text)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Expected a stop with ${text} among 80, and there is none.`);
}

describe('the page', () => {
  test('remembers the theme that was chosen, over that of the system', async () => {
    const page = await open('', { colorScheme: 'light' });
    await page.getByRole('button', { name: 'Dark', exact: true }).click();
    await page.reload();
    await page.getByRole('button', { name: 'Dark', exact: true, pressed: true }).waitFor();
    expect(await page.evaluate('getComputedStyle(document.documentElement).backgroundColor')).toBe('rgb(13, 16, 21)');
  });

  test('hides the screens that a bus has no source for', async () => {
    const page = await open('#/alerts');
    await filled(page, 'alerts');
    await page.getByLabel('Bus').selectOption('ledger');
    await expectSoon(() => page.getByRole('link', { name: /^(Transports|Routing|Optimizer)/ }).count()).toBe(0);
    expect(await page.getByRole('navigation').getByRole('link').allTextContents()).toEqual(
      expect.arrayContaining(['Overview', 'Topics', 'Message tail']),
    );
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
  });

  test('draws only charts that can be seen, and has a table behind each', async () => {
    const page = await open();
    await filled(page, 'overview');
    const chart = (title: string) => page.getByRole('region', { name: title, exact: true });
    await chart('Throughput').locator('canvas').waitFor();
    await chart('Memory').getByRole('button', { name: 'used' }).waitFor();
    expect(await chart('Memory').locator('canvas').count()).toBe(0);
    await chart('Memory').scrollIntoViewIfNeeded();
    await chart('Memory').locator('canvas').waitFor();
    const table = page.getByRole('table', { name: /^Throughput/ });
    expect(await table.count()).toBe(0);
    await chart('Throughput').getByRole('button', { name: 'published' }).focus();
    await expectSoon(() => table.getByRole('row').count()).toBeGreaterThan(1);
    expect(await chart('Throughput').locator('canvas').isVisible()).toBe(true);
    await chart('Throughput').getByRole('button', { name: 'Table of Throughput' }).click();
    await chart('Throughput').locator('canvas').waitFor({ state: 'hidden' });
  });

  test('the chart of an alert stays when the next answer comes', async () => {
    const page = await open(`#/alerts/${anAlert('OrdersUnbooked')?.id}`);
    const canvas = page.getByRole('region', { name: /transport_dead_letters/ }).locator('canvas');
    await canvas.first().waitFor();
    await canvas.first().evaluate((element) => element.setAttribute('data-first', ''));
    await page.waitForResponse((response) => response.url().includes('/api/alerts/'));
    await page.waitForResponse((response) => response.url().includes('/api/alerts/'));
    expect(await canvas.first().getAttribute('data-first')).toBe('');
  });

  test('the cross-hair follows the pointer in the other charts, and goes with it', async () => {
    const page = await open();
    await filled(page, 'overview');
    const crossHair = (title: string) =>
      page.getByRole('region', { name: title, exact: true }).locator('.u-cursor-x').getAttribute('style');
    const away = 'translate(-10px';
    const over = page.getByRole('region', { name: 'Throughput', exact: true }).locator('.u-over');
    await page.getByRole('region', { name: 'Wait by priority', exact: true }).locator('canvas').waitFor();
    await over.hover({ position: { x: 200, y: 40 } });
    await expectSoon(() => crossHair('Wait by priority')).toContain('translate(200px');
    await page.getByRole('heading', { name: 'Overview' }).hover();
    await expectSoon(() => crossHair('Wait by priority')).toContain(away);
  });

  test('does not scroll sideways at 400 pixels, on any screen', async () => {
    const page = await open('', { viewport: { width: 400, height: 800 } });
    floor.failOrders(2);
    for (const screen of SCREENS) {
      await page.goto(`${floor.server.url}#/${screen}`);
      await filled(page, screen);
      expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(400);
    }
  });

  test('the tail filters, says what it leaves out, and stands still when it is paused', async () => {
    const page = await open('#/tail');
    await filled(page, 'tail');
    await page.getByText(/left out, beyond the rate/).waitFor();
    await page.getByLabel('Pattern').fill('data.trades.*');
    await expectSoon(
      async () => new Set((await page.getByRole('rowheader').allTextContents()).map((topic) => topic.split('.')[1])),
    ).toEqual(new Set(['trades']));
    await page.getByRole('button', { name: 'Pause' }).click();
    const shown = await page.getByRole('rowheader').allTextContents();
    const counted = await page.getByText(/left out/).textContent();
    await expectSoon(() => page.getByText(/left out/).textContent()).not.toBe(counted);
    expect(await page.getByRole('rowheader').allTextContents()).toEqual(shown);
    await see(page, false);
    await page.getByText('not connected').waitFor();
    await see(page, true);
    await page.getByText('not connected').waitFor({ state: 'detached' });
    await page.getByText(/interrupted once/).waitFor();
    expect(await page.getByRole('rowheader').allTextContents()).toEqual(shown);
  });

  test('the tail says what is wrong with a pattern, until it is another one', async () => {
    const watched = await openPage(browser);
    await using _page = watched;
    const { page } = watched;
    await page.goto(`${floor.server.url}#/tail`);
    await filled(page, 'tail');
    await page.getByLabel('Pattern').fill('data..trades');
    await page.getByRole('alert').filter({ hasText: 'data..trades' }).waitFor();
    await expectAccessible(page);
    await page.getByLabel('Pattern').fill('data.trades.*');
    await page.getByRole('row').filter({ hasText: 'data.trades' }).first().waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
    // The browser itself writes of each answer that is a 400.
    expect(watched.problems.filter((text) => !text.includes('400'))).toEqual([]);
  });

  test('seven tabs are live where a browser has six connections: those that nobody sees let go of theirs', async () => {
    const first = await openPage(browser);
    opened.push(first);
    const tabs = [first.page];
    while (tabs.length < 7) tabs.push(await first.page.context().newPage());
    for (const tab of tabs) {
      await tab.goto(`${floor.server.url}#/alerts`);
      await tab.getByText('Live', { exact: true }).waitFor();
      await see(tab, false);
    }
    await expectSoon(() => first.page.getByText('Connecting', { exact: true }).count()).toBe(1);
    await see(first.page, true);
    await first.page.getByText('Live', { exact: true }).waitFor();
    await first.page.getByText(/Everything here is as it was at/).waitFor({ state: 'detached' });
  });
});

describe('who may do what', () => {
  test('a token opens it; a viewer sees no acts and no payloads', async () => {
    const tokens = [{ token: 'a-token-of-sixteen-letters', name: 'vera' }];
    await using guarded = await openTradingFloor({ tokens });
    guarded.failOrders(2);
    const watched = await openPage(browser);
    await using _page = watched;
    const { page } = watched;
    await page.goto(`${guarded.server.url}#/transports`);
    await page.getByLabel('Token').fill('another-token-that-is-wrong');
    await page.getByRole('button', { name: 'Open' }).click();
    await page.getByRole('alert').waitFor();
    await expectAccessible(page);
    await page.getByLabel('Token').fill('a-token-of-sixteen-letters');
    await page.getByRole('button', { name: 'Open' }).click();
    await page.getByRole('button', { name: /^View/ }).first().waitFor();
    expect(await page.getByRole('button', { name: /^(Retry|Purge)/ }).count()).toBe(0);
    await page.getByRole('button', { name: /^View/ }).first().click();
    await page.getByText('Payloads are shown to those with the permission').waitFor();
    await page.keyboard.press('Escape');
    await page.goto(`${guarded.server.url}#/health`);
    await page.getByText('read-only').waitFor();
    await page.getByRole('row').filter({ hasText: 'resubscribe' }).first().waitFor();
    expect(await page.getByRole('button', { name: /resubscribe|Enable/ }).count()).toBe(0);
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByLabel('Token').waitFor();
    // The browser itself writes of each answer that is a 401.
    expect(watched.problems.filter((text) => !text.includes('401'))).toEqual([]);
  });

  test('when the server goes, the page says so, marks what is old, and goes on when it is back', async () => {
    const first = await openTradingFloor({ port: BELOW_EPHEMERAL + (process.pid % 10_000) });
    const { port } = first.server;
    const watched = await openPage(browser);
    await using _page = watched;
    const { page } = watched;
    await page.goto(first.server.url);
    await page.getByText('Live', { exact: true }).waitFor();
    await filled(page, 'overview');
    await first[Symbol.asyncDispose]();
    await page.getByText('Lost, reconnecting').waitFor();
    await page.getByText(/Everything here is as it was at/).waitFor();
    await page.getByText('Unknown: what is below is old').waitFor();
    await using second = await openTradingFloor({ port });
    expect(second.server.port).toBe(port);
    await page.getByText('Live', { exact: true }).waitFor();
    await page.getByText(/Everything here is as it was at/).waitFor({ state: 'detached' });
    // The browser itself writes of each connection that was refused.
    expect(watched.problems.filter((text) => !/ERR_|Failed to load/.test(text))).toEqual([]);
  });
});
