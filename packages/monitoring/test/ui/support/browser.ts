import { accessSync, constants } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { env } from 'node:process';
import axe from 'axe-core';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { expect } from 'vitest';

/** The file in which the tooling says how programs are found. */
const PROGRAMS_FILE = new URL('../../../../../tooling/bootstrap/programs.mjs', import.meta.url);

/** A headless Chromium, found by the names under which the tooling looks for it. */
export async function launchChromium(): Promise<Browser> {
  const { PROGRAMS } = (await import(PROGRAMS_FILE.href)) as {
    readonly PROGRAMS: { readonly chromium: { readonly commands: readonly string[] } };
  };
  const executablePath = PROGRAMS.chromium.commands.flatMap(candidates).find(isExecutable);
  if (executablePath === undefined) {
    throw new Error(
      `Expected one of ${PROGRAMS.chromium.commands.join(', ')}; the bootstrap of the workspace installs it.`,
    );
  }
  // Tests run as any user, root in containers too, where Chromium has no sandbox; it loads nothing but our own page.
  return chromium.launch({ executablePath, chromiumSandbox: false });
}

function candidates(command: string): readonly string[] {
  if (isAbsolute(command)) return [command];
  return (env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, command));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Waits are on conditions; this only ends what hangs. The 30 s that playwright waits by itself are too few for a machine with other work. */
export const PATIENCE_MS = 150_000;

/** A page of its own context, and what went wrong on it. */
export interface WatchedPage extends AsyncDisposable {
  readonly page: Page;
  /** Errors of scripts, of the console, and breaches of the content security policy. */
  readonly problems: readonly string[];
}

export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<WatchedPage> {
  const context = await browser.newContext({ viewport: { width: 1_440, height: 900 }, ...options });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('pageerror', ({ message }) => problems.push(message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') problems.push(message.text());
  });
  // Chromium also writes breaches into the console; the event tells of them for certain.
  await page.addInitScript(
    "addEventListener('securitypolicyviolation', (event) => console.error('CSP ' + event.violatedDirective + ' ' + event.blockedURI))",
  );
  return { page, problems, [Symbol.asyncDispose]: () => context.close() };
}

const AXE = axe.source;

/**
 * Expects that axe finds nothing wrong with the page as it is now.
 *
 * Numbers that are out of date are pale on purpose, and frames come late on a machine with other work: such a page is looked at again.
 */
export async function expectAccessible(page: Page): Promise<void> {
  if (!(await page.evaluate<boolean>('"axe" in window'))) await page.evaluate(AXE);
  const isStale = (): Promise<boolean> => page.locator('main.stale').isVisible();
  for (;;) {
    await page.locator('main.stale').waitFor({ state: 'detached' });
    const found = await violations(page);
    if (found.length > 0 && (await isStale())) continue;
    expect(found).toEqual([]);
    return;
  }
}

async function violations(page: Page): Promise<readonly string[]> {
  const found = await page.evaluate<
    readonly { readonly id: string; readonly nodes: readonly { readonly html: string }[] }[]
  >('axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) => violations)');
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
}
