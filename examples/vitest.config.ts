import { defineTradewindProject } from '../tooling/vitest-project.ts';

export default defineTradewindProject('examples', { tsconfig: 'tsconfig.json', exclude: ['plugin-template/**'] });
