import { defineScript, type Script } from './script.ts';

/**
 * Counts the entries behind an id by looking at them, at most so many: for when Redis does not know. KEYS: stream. ARGV: id, at most so many.
 */
export const countBehindScript: Script = defineScript(
  'count-behind',
  `
local from, left, count = '(' .. ARGV[1], tonumber(ARGV[2]), 0
while left > 0 do
  local entries = redis.call('XRANGE', KEYS[1], from, '+', 'COUNT', math.min(left, 64))
  if #entries == 0 then break end
  count = count + #entries
  left = left - #entries
  from = '(' .. entries[#entries][1]
end
return count`,
);
