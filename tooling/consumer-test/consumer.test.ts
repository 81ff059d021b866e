import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import {
  installedPackages,
  installOldestNode,
  makeProject,
  NODE_TYPES,
  openWorkshop,
  pickTarballs,
  run,
  supportedPeer,
  TYPESCRIPT,
  type Workshop,
} from './workshop.ts';

const EXPECTED_OUTPUT = ['bus: data.trades.KRAKEN.BTCUSDT 64250.10', 'client: events.order.momentum filled 0'];
const BUS = ['@tradewind/core-types', '@tradewind/core'];
const NODES = ['the oldest Node served', 'the pinned Node'] as const;

let workshop: Workshop;
let nodes: Record<(typeof NODES)[number], string>;
let runtime: string;
let threads: string;
let typed: string;
let nestjsLike: string;

beforeAll(async () => {
  workshop = openWorkshop();
  const bus = pickTarballs(workshop, ...BUS);
  const [oldest, ...projects] = await Promise.all([
    installOldestNode(workshop),
    makeProject(workshop, 'runtime', { fixture: 'runtime', dependencies: bus }),
    makeProject(workshop, 'threads', {
      fixture: 'threads',
      dependencies: { ...bus, piscina: supportedPeer('@tradewind/core', 'piscina') },
    }),
    makeProject(workshop, 'typed', {
      fixture: 'typed',
      manifest: { type: 'module' },
      dependencies: { ...bus, ...TYPESCRIPT, ...NODE_TYPES },
    }),
    makeProject(workshop, 'nestjs-like', {
      fixture: 'nestjs-like',
      dependencies: {
        ...bus,
        ...NODE_TYPES,
        'reflect-metadata': '0.2.2',
        'typescript-5.9': TYPESCRIPT['typescript-5.9'],
      },
    }),
  ]);
  nodes = { 'the oldest Node served': oldest, 'the pinned Node': process.execPath };
  [runtime, threads, typed, nestjsLike] = projects;
});

afterAll(() => workshop.dispose());

/** Compiles and returns what the compiler said: nothing, if all is well. */
async function compile(project: string, compiler: keyof typeof TYPESCRIPT, options: string[]): Promise<string> {
  const tsc = join(project, 'node_modules', compiler, 'bin/tsc');
  return (await run(process.execPath, [tsc, '--project', 'tsconfig.json', ...options], { cwd: project })).stdout;
}

async function outputOf(node: string, project: string, file: string): Promise<string[]> {
  const { stdout, stderr, exitCode } = await run(node, [file], { cwd: project });
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
  return stdout.trimEnd().split('\n');
}

test('core-types and core bring eventemitter3 and zod and nothing else', () => {
  expect(installedPackages(runtime)).toEqual(['@tradewind/core', '@tradewind/core-types', 'eventemitter3', 'zod']);
});

describe.each(NODES)('on %s', (name) => {
  test.each(['publish.mjs', 'publish.cjs'])('%s publishes and receives', async (file) => {
    expect(await outputOf(nodes[name], runtime, file)).toEqual([...EXPECTED_OUTPUT, 'testing: function']);
  });
});

test.each(NODES)(
  'on %s, a handler runs in a thread, and without piscina the error says what to install',
  async (name) => {
    expect(await outputOf(nodes[name], threads, 'compute.mjs')).toEqual([
      'largest prime below 1000: 997, in another thread: true',
    ]);
    expect(await outputOf(nodes[name], runtime, 'missing-peer.mjs')).toEqual([
      expect.stringMatching(/^MISSING_PEER: .*npm install piscina/),
    ]);
  },
);

describe.each(Object.keys(TYPESCRIPT) as (keyof typeof TYPESCRIPT)[])('%s, strict, libraries checked', (compiler) => {
  test('under nodenext, and the program runs', async () => {
    expect(await compile(typed, compiler, ['--module', 'nodenext'])).toBe('');
    for (const name of NODES) {
      expect(await outputOf(nodes[name], typed, 'out/main.js'), name).toEqual([
        ...EXPECTED_OUTPUT,
        'testing: function',
      ]);
    }
  });

  test('under bundler', async () => {
    const options = ['--module', 'preserve', '--moduleResolution', 'bundler', '--noEmit'];
    expect(await compile(typed, compiler, options)).toBe('');
  });

  test('finds a payload of the wrong type', async () => {
    const wrong = "import { MessageBus } from '@tradewind/core';\nnew MessageBus<{ a: string }>().publish('a', 1);\n";
    writeFileSync(join(typed, 'wrong.ts'), wrong);
    const tsc = join(typed, 'node_modules', compiler, 'bin/tsc');
    const options = ['--ignoreConfig', '--noEmit', '--module', 'nodenext', '--strict', '--types', 'node', 'wrong.ts'];
    const { stdout } = await run(
      process.execPath,
      [tsc, ...(compiler === 'typescript-5.9' ? options.slice(1) : options)],
      { cwd: typed },
    );
    expect(stdout).toMatch(/^wrong\.ts\(2,\d+\): error TS2345: Argument of type 'number'/m);
  });
});

describe('a CommonJS project in the manner of NestJS', () => {
  test.each([
    ['nodenext', ['--module', 'nodenext']],
    ['commonjs', ['--module', 'commonjs', '--moduleResolution', 'node10']],
  ])('with module %s compiles, injects and runs', async (_, options) => {
    expect(await compile(nestjsLike, 'typescript-5.9', options)).toBe('');
    for (const name of NODES) {
      const expected = [...EXPECTED_OUTPUT, 'same bus: true'];
      expect(await outputOf(nodes[name], nestjsLike, 'out/main.js'), name).toEqual(expected);
    }
  });
});
