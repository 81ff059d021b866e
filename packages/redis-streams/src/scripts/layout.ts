import { defineScript, type Script } from './script.ts';

/** KEYS: meta. ARGV: format, shards, streamPerTopic. Writes them where nothing is written yet; answers what is written. */
export const layoutScript: Script = defineScript(
  'layout',
  `
local fields = {'format', 'shards', 'streamPerTopic'}
if redis.call('EXISTS', KEYS[1]) == 0 then
  for i, field in ipairs(fields) do redis.call('HSET', KEYS[1], field, ARGV[i]) end
end
return redis.call('HMGET', KEYS[1], unpack(fields))
`,
);
