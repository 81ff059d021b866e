import { defineScript, type Script } from './script.ts';

/**
 * Adds dead letters while there is room for them. KEYS: the stream of dead letters. ARGV: how many it may hold, letters.
 * Answers the ids, or an empty list when there is no room for all of them: then none is added.
 */
export const buryScript: Script = defineScript(
  'bury',
  `
if redis.call('XLEN', KEYS[1]) + #ARGV - 1 > tonumber(ARGV[1]) then return {} end
local ids = {}
for i = 2, #ARGV do ids[i - 1] = redis.call('XADD', KEYS[1], '*', 'b', ARGV[i]) end
return ids`,
);
