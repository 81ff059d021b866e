import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildUi, type UiSizes } from '../../scripts/build-ui.ts';
import { removeFolder, temporaryFolder } from '../support/server-process.ts';

describe('the built page', () => {
  const folder = temporaryFolder('ui');
  let sizes: UiSizes;
  beforeAll(async () => {
    sizes = await buildUi(folder);
  });
  afterAll(() => removeFolder(folder));
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8');

  test('has its files and the licences of what is bundled', () => {
    expect(readdirSync(folder).toSorted()).toEqual(['LICENSES.txt', 'app.css', 'app.js', 'icon.svg', 'index.html']);
    expect(read('LICENSES.txt')).toMatch(/preact 11[^]+MIT[^]+uplot 1\.6/i);
  });

  test('its JavaScript is at most 60 kB gzipped', () => {
    expect(sizes.javascriptGzipped).toBeGreaterThan(0);
    expect(sizes.javascriptGzipped).toBeLessThanOrEqual(60_000);
  });

  test('nothing is inline, and nothing comes from elsewhere', () => {
    const html = read('index.html');
    expect(html).not.toMatch(/<style|style=|\son\w+=|javascript:|https?:/);
    expect([...html.matchAll(/<script([^>]*)>([^<]*)</g)].map(([, , inside]) => inside)).toEqual(['']);
    expect(read('app.css')).not.toMatch(/@import|https?:|url\(/);
  });

  test('no code is made of text', () => {
    expect(read('app.js')).not.toMatch(/\beval\(|\bnew Function\b|\bFunction\(/);
  });
});
