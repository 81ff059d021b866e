import { defineTradewindProject } from './vitest-project.ts';

export default defineTradewindProject('tooling', { tsconfig: 'tsconfig.json', exclude: ['consumer-test/**'] });
