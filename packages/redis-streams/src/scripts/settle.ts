import { defineScript, type Script } from './script.ts';

/**
 * Settles entries of one shard, as long as its lease is ours: acknowledges whole ones, notes those that are settled in part, and sets delivery counts.
 *
 * KEYS: lease, partial, streams. ARGV: owner, group, consumer, for how many ms notes are kept, then any number of
 * - `A` key n id…: acknowledge these ids; their notes go too where `D` names them
 * - `X` key n id…: the same, and they leave the stream once all groups have acknowledged them (`XACKDEL`, from Redis 8.2 on; a server without it acknowledges only)
 * - `D` n field…: forget these notes
 * - `N` field note: note the state of an entry
 * - `C` key count n id…: claim these ids for us, with this delivery count
 * - `H` key n id…: claim these ids for us without counting: a heartbeat
 *
 * `key` is the place of a stream in KEYS. Answers 1, or 0 when another owner has the lease, or -1 when nobody has: then nothing happens. A group that is gone is
 * answered by -2 after the rest was done: its pending entries went with it.
 */
export const settleScript: Script = defineScript(
  'settle',
  `
local owner = redis.call('GET', KEYS[1])
if not owner then return -1 end
if owner ~= ARGV[1] then return 0 end
local group, consumer, i, answer, noted = ARGV[2], ARGV[3], 5, 1, false
local function ids(from, count)
  local list = {}
  for k = 1, count do list[k] = ARGV[from + k - 1] end
  return list
end
local function claim(key, list, ...)
  local args = { 'XCLAIM', key, group, consumer, '0' }
  for _, id in ipairs(list) do args[#args + 1] = id end
  for _, more in ipairs({ ... }) do args[#args + 1] = more end
  local reply = redis.pcall(unpack(args))
  if reply.err then answer = -2 end
end
while i <= #ARGV do
  local op = ARGV[i]
  if op == 'A' or op == 'X' then
    local n, key = tonumber(ARGV[i + 2]), KEYS[tonumber(ARGV[i + 1])]
    local list = ids(i + 3, n)
    local reply = op == 'X' and redis.pcall('XACKDEL', key, group, 'ACKED', 'IDS', n, unpack(list))
    if not reply or reply.err then redis.call('XACK', key, group, unpack(list)) end
    i = i + 3 + n
  elseif op == 'D' then
    local n = tonumber(ARGV[i + 1])
    redis.call('HDEL', KEYS[2], unpack(ids(i + 2, n)))
    i = i + 2 + n
  elseif op == 'N' then
    -- A server without memory refuses it; that must not keep it from hearing of acknowledgements, which free some.
    redis.pcall('HSET', KEYS[2], ARGV[i + 1], ARGV[i + 2])
    noted = true
    i = i + 3
  elseif op == 'C' then
    local n = tonumber(ARGV[i + 3])
    claim(KEYS[tonumber(ARGV[i + 1])], ids(i + 4, n), 'RETRYCOUNT', ARGV[i + 2], 'JUSTID')
    i = i + 4 + n
  else
    local n = tonumber(ARGV[i + 2])
    claim(KEYS[tonumber(ARGV[i + 1])], ids(i + 3, n), 'JUSTID')
    i = i + 3 + n
  end
end
if noted then redis.call('PEXPIRE', KEYS[2], ARGV[4]) end
return answer`,
);
