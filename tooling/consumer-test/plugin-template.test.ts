import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { ROOT } from '../workspace.mjs';
import { installWithNpm, openWorkshop, runWell, shellWithNode, userEnvironment, type Workshop } from './workshop.ts';

const TEMPLATE = join(ROOT, 'examples/plugin-template');

let workshop: Workshop;
let project: string;

/** What somebody does who copies the template, except that the packages come from this workspace instead of the registry. */
beforeAll(async () => {
  workshop = openWorkshop();
  project = join(workshop.folder, 'plugin-template');
  cpSync(TEMPLATE, project, { recursive: true, filter: (path) => !/[\\/](?:node_modules|dist)$/.test(path) });
  const manifest = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8'));
  for (const name of Object.keys(manifest.devDependencies)) {
    manifest.devDependencies[name] = workshop.tarballs[name] ?? manifest.devDependencies[name];
  }
  writeFileSync(join(project, 'package.json'), JSON.stringify(manifest));
  await installWithNpm(project);
});

afterAll(() => workshop.dispose());

test('the plugin template asks for versions that the packages have', () => {
  const { devDependencies, peerDependencies } = JSON.parse(readFileSync(join(TEMPLATE, 'package.json'), 'utf8'));
  for (const name of ['@tradewind/conformance', '@tradewind/core', '@tradewind/core-types']) {
    const folder = join(ROOT, 'packages', name.slice('@tradewind/'.length));
    const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    expect(devDependencies[name], name).toBe(`^${version}`);
  }
  expect(peerDependencies['@tradewind/core-types']).toBe(devDependencies['@tradewind/core-types']);
});

/** Runs a script of the template with npm, on the pinned Node, and returns its output; an exit code other than 0 fails. */
async function npmRun(script: string): Promise<string> {
  const shell = shellWithNode(workshop, process.execPath);
  const env = { ...userEnvironment(), NO_COLOR: '1' };
  return runWell('npm', ['run', script, `--script-shell=${shell}`], { cwd: project, env });
}

test('the tests of the plugin template pass in a copy of it', async () => {
  expect(await npmRun('test')).toMatch(/Tests +\d+ passed/);
});

test('the plugin template builds a module and its declarations', async () => {
  await npmRun('build');
  expect(readdirSync(join(project, 'dist'))).toEqual(expect.arrayContaining(['index.d.ts', 'index.js']));
});
