import { defineTradewindProject } from '../../tooling/vitest-project.ts';

export default defineTradewindProject('arbitrage-routing', { sharesModules: true });
