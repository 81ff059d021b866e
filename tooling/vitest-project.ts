import { availableParallelism } from 'node:os';
import { join } from 'node:path';

import { configDefaults, defineProject, type UserWorkspaceConfig } from 'vitest/config';

/**
 * How long a test may take. Far more than any needs: it ends what hangs. The longest property tests take 20 s on two idle
 * cores, and must not fail on busy ones.
 */
const TIMEOUT_MS = 180_000;
const POLL_TIMEOUT_MS = 60_000;

/**
 * As many files at a time as there are cores. Vitest by itself leaves one core for its own process, which needs a thirtieth of one: on two cores
 * that is one file after another. With more than one a core, what waits for a server or a deadline would wait for a core as well.
 */
const FILES_AT_A_TIME = availableParallelism();

/**
 * Where Node keeps what it has compiled. The processes that tests run in, and those that tests start, load the same sources hundreds of times;
 * from here a program over Redis begins after 0.4 s of CPU time rather than after 1.2 s.
 */
const COMPILED = join(import.meta.dirname, '../node_modules/.cache/node-compile-cache');

const SOURCE = '@tradewind/source';

/**
 * Ours before those for code that runs on Node; naming any replaces Vite's defaults. `module`, one of these, is for bundlers: Node does not know it,
 * and what packages offer under it need not run there (`@opentelemetry/api`, which prom-client requires, does not).
 */
const CONDITIONS = [SOURCE, 'node', 'development|production'];

/** What a project may say about itself beyond its name. */
export interface TradewindProjectOptions {
  /** Globs that are not tests of this project, relative to its folder. */
  readonly exclude?: readonly string[] | undefined;
  /** The project that type tests are checked with; default `test/tsconfig.json`. */
  readonly tsconfig?: string | undefined;
  /**
   * Whether a process runs one file after another, with the modules that it has loaded, rather than each file in a process of its own: loading
   * takes longer than most files do. For projects in which nothing, tests included, changes its module, its process or a prototype. Default: no.
   */
  readonly sharesModules?: boolean | undefined;
}

/**
 * The vitest project that every package uses: workspace packages resolve to their sources, so that no build is needed,
 * and `*.test-d.ts` files are type-checked. Worker threads and child modules that Node loads by itself get the same
 * condition through `execArgv`.
 */
export function defineTradewindProject(name: string, options: TradewindProjectOptions = {}): UserWorkspaceConfig {
  return defineProject({
    resolve: { conditions: CONDITIONS },
    ssr: { resolve: { conditions: CONDITIONS } },
    test: {
      name,
      include: ['**/*.test.ts'],
      exclude: [...configDefaults.exclude, ...(options.exclude ?? [])],
      // With a garbage collector to call, a test can tell what is kept from what is merely not yet collected.
      execArgv: [`--conditions=${SOURCE}`, '--expose-gc'],
      env: { NODE_COMPILE_CACHE: COMPILED },
      maxWorkers: FILES_AT_A_TIME,
      isolate: options.sharesModules !== true,
      // What is polled for comes when the machine has time for it.
      expect: { poll: { timeout: POLL_TIMEOUT_MS } },
      testTimeout: TIMEOUT_MS,
      hookTimeout: TIMEOUT_MS,
      typecheck: {
        enabled: true,
        include: ['**/*.test-d.ts'],
        exclude: [...configDefaults.exclude, ...(options.exclude ?? [])],
        // The typecheck task reports these, with better positions; here they would fail every type test at once.
        ignoreSourceErrors: true,
        tsconfig: options.tsconfig ?? 'test/tsconfig.json',
      },
    },
  });
}
