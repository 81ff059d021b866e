import { defineConfig } from 'vitest/config';

/** Apart from the projects of the root: it needs a build and the registry, and takes longer than all of them. */
export default defineConfig({
  test: {
    name: 'consumer',
    include: ['tooling/consumer-test/**/*.test.ts'],
    root: new URL('../..', import.meta.url).pathname,
    testTimeout: 120_000,
    hookTimeout: 240_000,
    maxWorkers: 1,
  },
});
