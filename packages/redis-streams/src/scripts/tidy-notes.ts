import { defineScript, type Script } from './script.ts';

/**
 * Forgets notes of entries that are pending no more: of a group that was destroyed, or of entries that went while their consumer had them in hand. One page of them,
 * as long as the lease of the shard is ours.
 *
 * KEYS: lease, partial, streams. ARGV: owner, group, cursor, the prefix of the fields of notes of each stream in their order.
 * Answers `[next cursor, how many were forgotten]`; the cursor is `0` when that was the last page, or when the lease is not ours.
 */
export const tidyNotesScript: Script = defineScript(
  'tidy-notes',
  `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return { '0', 0 } end
local streams = {}
for i = 3, #KEYS do streams[ARGV[i + 1]] = KEYS[i] end
local page = redis.call('HSCAN', KEYS[2], ARGV[3], 'COUNT', 500)
local forgotten = 0
for i = 1, #page[2], 2 do
  local field = page[2][i]
  local prefix, id = string.match(field, '^(.*/)([^/]*)$')
  local stream = prefix and streams[prefix]
  local pending = stream and redis.pcall('XPENDING', stream, ARGV[2], id, id, 1)
  if not pending or pending.err or #pending == 0 then
    redis.call('HDEL', KEYS[2], field)
    forgotten = forgotten + 1
  end
end
return { page[1], forgotten }`,
);
