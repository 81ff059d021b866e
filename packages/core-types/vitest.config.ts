import { defineTradewindProject } from '../../tooling/vitest-project.ts';

export default defineTradewindProject('core-types', { sharesModules: true });
