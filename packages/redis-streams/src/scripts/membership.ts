import { defineScript, type Script } from './script.ts';

/**
 * Registers a member of a group, or says that it is still there, and answers who else is.
 *
 * KEYS: the members (sorted set by server time), the patterns (hash).
 * ARGV: member (`consumer/token`), for how many ms a silent member counts as alive, signature of its patterns, `1` to register them anew,
 * the version of the group's set that it has acted on, for how many ms the group is remembered after its last sign of life.
 *
 * A server that has no memory for anything new must not refuse it: members that could not say that they live would count each other out.
 *
 * Answers `['ok', now, version, known, member, sinceMs, seen, agrees, …]`, or `['taken', now, member, sinceMs]` when another member has its
 * consumer's name. `version` counts the sets that the group had; `known` is 1 once
 * a member has said that the groups of all streams were made (the field `ready`).
 */
export const joinScript: Script = defineScript(
  'join',
  `
local me, ttl = ARGV[1], tonumber(ARGV[2])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local known = redis.call('HEXISTS', KEYS[2], 'ready')
-- First, since Redis refuses a script for lack of memory only before its first write, and this needs none.
redis.call('PEXPIRE', KEYS[1], ARGV[6])
for _, dead in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', '(' .. string.format('%.0f', now - ttl))) do
  redis.call('ZREM', KEYS[1], dead)
  redis.call('HDEL', KEYS[2], 'm:' .. dead)
end
local name = string.match(me, '^(.*)/[^/]*$')
local members = redis.call('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES')
for i = 1, #members, 2 do
  if members[i] ~= me and string.match(members[i], '^(.*)/[^/]*$') == name then
    return { 'taken', string.format('%.0f', now), members[i], string.format('%.0f', members[i + 1]) }
  end
end
redis.call('ZADD', KEYS[1], string.format('%.0f', now), me)
local mine = redis.call('HGET', KEYS[2], 'm:' .. me)
local order = mine and string.match(mine, '^(%d+)')
if ARGV[4] == '1' or not order then order = redis.call('HINCRBY', KEYS[2], 'order', 1) end
redis.call('HSET', KEYS[2], 'm:' .. me, order .. ' ' .. ARGV[5] .. ' ' .. ARGV[3])
members = redis.call('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES')
local states, last, set = {}, -1, nil
for i = 1, #members, 2 do
  local state = redis.call('HGET', KEYS[2], 'm:' .. members[i]) or '0 0 -'
  local at, seen, signature = string.match(state, '^(%d+) (%d+) (.*)$')
  states[i] = { seen, signature }
  if tonumber(at) > last then last, set = tonumber(at), signature end
end
if redis.call('HGET', KEYS[2], 'set') ~= set then
  redis.call('HSET', KEYS[2], 'set', set)
  redis.call('HINCRBY', KEYS[2], 'version', 1)
end
redis.call('PEXPIRE', KEYS[1], ARGV[6])
redis.call('PEXPIRE', KEYS[2], ARGV[6])
local answer = { 'ok', string.format('%.0f', now), redis.call('HGET', KEYS[2], 'version'), tostring(known) }
for i = 1, #members, 2 do
  answer[#answer + 1] = members[i]
  answer[#answer + 1] = string.format('%.0f', members[i + 1])
  answer[#answer + 1] = states[i][1]
  answer[#answer + 1] = states[i][2] == set and '1' or '0'
end
return answer`,
);

/** Takes a member out of its group. KEYS: the members, the patterns. ARGV: member. What the group agreed on stays. */
export const leaveScript: Script = defineScript(
  'leave',
  `
redis.call('ZREM', KEYS[1], ARGV[1])
redis.call('HDEL', KEYS[2], 'm:' .. ARGV[1])
return 1`,
);
