import { defineScript, type Script } from './script.ts';

/**
 * Takes one page of what is pending in a stream over, as long as the lease of its shard is ours, and answers it with its delivery counts and notes.
 *
 * KEYS: lease, partial, stream. ARGV: owner, group, consumer, idle for at least so many ms, first id, at most so many entries, prefix of the fields of notes, after how many deliveries entries are taken one by one.
 * Answers `[status, next id, [[id, bytes, deliveries, note], …], messages, entries]`, the last two telling what was pending and is no longer in the stream:
 * how many messages by their notes, and how many entries have none; they are pending no more. `bytes` is nil for an entry
 * of other fields than ours. The status is 1, 0 when another owner has the lease, -1 when nobody has, -2 when the group is gone. The next id is `0-0` when that was the last page.
 * Redis 6.2 answers entries that are no longer in the stream by nil and leaves them pending, 7 answers their ids and takes them out.
 */
export const claimScript: Script = defineScript(
  'claim',
  `
local owner = redis.call('GET', KEYS[1])
if not owner then return { -1, '0-0', {}, 0, 0 } end
if owner ~= ARGV[1] then return { 0, '0-0', {}, 0, 0 } end
local count = tonumber(ARGV[6])
local first = redis.pcall('XPENDING', KEYS[3], ARGV[2], 'IDLE', ARGV[4], ARGV[5], '+', 1)
if first[1] and first[1][4] >= tonumber(ARGV[8]) then count = 1 end
local reply = redis.pcall('XAUTOCLAIM', KEYS[3], ARGV[2], ARGV[3], ARGV[4], ARGV[5], 'COUNT', count)
if reply.err then
  if string.find(reply.err, 'NOGROUP') then return { -2, '0-0', {}, 0, 0 } end
  return reply
end
local entries, gone, lacks = {}, reply[3] or {}, false
for _, entry in ipairs(reply[2]) do
  if entry then
    local id, fields, bytes = entry[1], entry[2], false
    for i = 1, #fields, 2 do if fields[i] == 'b' then bytes = fields[i + 1] end end
    local pending = redis.call('XPENDING', KEYS[3], ARGV[2], id, id, 1)
    local deliveries = pending[1] and pending[1][4] or 1
    entries[#entries + 1] = { id, bytes, deliveries, redis.call('HGET', KEYS[2], ARGV[7] .. id) }
  else
    lacks = true
  end
end
if lacks then
  local to = reply[1] == '0-0' and '+' or '(' .. reply[1]
  for _, row in ipairs(redis.call('XPENDING', KEYS[3], ARGV[2], ARGV[5], to, count * 10, ARGV[3])) do
    if #redis.call('XRANGE', KEYS[3], row[1], row[1]) == 0 then
      gone[#gone + 1] = row[1]
      redis.call('XACK', KEYS[3], ARGV[2], row[1])
    end
  end
end
local messages, unknown = 0, 0
for _, id in ipairs(gone) do
  local note = redis.call('HGET', KEYS[2], ARGV[7] .. id)
  if note then
    for i = 1, #note do if string.byte(note, i) ~= 0 then messages = messages + 1 end end
    redis.call('HDEL', KEYS[2], ARGV[7] .. id)
  else
    unknown = unknown + 1
  end
end
return { 1, reply[1], entries, messages, unknown }`,
);
