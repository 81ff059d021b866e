import { defineConfig } from 'vitest/config';

import { LongestFirst } from './tooling/longest-first.ts';

/** One run over every project; each keeps its own small file, so that `vitest` also works inside a package. */
export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: ['packages/*', 'apps/*', 'examples', 'tooling'],
    coverage: {
      provider: 'v8',
      include: ['packages/*/src/**/*.ts', 'apps/*/src/**/*.ts'],
      reporter: ['text', 'json-summary'],
    },
  },
});
