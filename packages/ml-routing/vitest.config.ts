import { defineTradewindProject } from '../../tooling/vitest-project.ts';

export default defineTradewindProject('ml-routing', { sharesModules: true });
