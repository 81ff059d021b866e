import { defineScript, type Script } from './script.ts';

/**
 * One step of trimming a stream, of bounded length; by default it removes nothing that a group has not read or not settled.
 *
 * KEYS: stream, the notes of groups. ARGV: entries below this id may go (`-` for none), at most so many entries are kept (`-` for all), `1` when unread and pending entries may go as well,
 * `1` when everything may go that all groups have settled, whatever its age; how many unread entries go in this step at most, for how many ms notes are kept, prefix of the fields of notes,
 * the groups of these notes in their order.
 * Of a pending entry that goes a note stays, unless there is one: so whoever takes it over can say how many messages were lost with it.
 * Answers `[removed, overruns, 1 when unread entries may go and a node of the stream holds more of them than go in one step, entries before it]`, an overrun being
 * `[group, entries that it had not read, entries that were pending with it]`.
 *
 * Trimming is approximate (`~`): whole nodes of the stream go, so a few more entries may stay, never fewer. Redis itself ends such a trim after 100 nodes' worth of entries.
 * The bound that is safe for all groups is the oldest of their pending entries, or where none is pending the first one behind their position.
 */
export const trimScript: Script = defineScript(
  'trim',
  `
local key, minId, maxEntries, force = KEYS[1], ARGV[1], ARGV[2], ARGV[3] == '1'
if redis.call('EXISTS', key) == 0 then return { 0, {}, 0, 0 } end
local length, removed = redis.call('XLEN', key), 0
local function parts(id)
  local ms, number = string.match(id, '^(%d+)-(%d+)$')
  if not ms then return id, '0' end
  return ms, number
end
local function longer(a, b)
  if #a ~= #b then return #a < #b end
  return a < b
end
local function below(a, b)
  local ams, an = parts(a)
  local bms, bn = parts(b)
  if ams ~= bms then return longer(ams, bms) end
  return an ~= bn and longer(an, bn)
end
local groups = {}
for _, flat in ipairs(redis.call('XINFO', 'GROUPS', key)) do
  local group = {}
  for i = 1, #flat, 2 do group[flat[i]] = flat[i + 1] end
  groups[#groups + 1] = { name = group['name'], last = group['last-delivered-id'], pending = group['pending'] }
end
local function safeBound()
  local safe
  for _, group in ipairs(groups) do
    local bound
    if group.pending > 0 then bound = redis.call('XPENDING', key, group.name)[2]
    else
      local nextOnes = redis.call('XRANGE', key, '(' .. group.last, '+', 'COUNT', 1)
      bound = nextOnes[1] and nextOnes[1][1]
    end
    if bound and (not safe or below(bound, safe)) then safe = bound end
  end
  return safe
end
local safe = (not force or ARGV[4] == '1') and safeBound()
if ARGV[4] == '1' and #groups > 0 then
  removed = removed + redis.call('XTRIM', key, 'MINID', '~', safe or '18446744073709551615-0')
end
if not force then
  if minId ~= '-' then
    local to = minId
    if safe and below(safe, to) then to = safe end
    removed = removed + redis.call('XTRIM', key, 'MINID', '~', to)
  end
  if maxEntries ~= '-' then
    local excess = redis.call('XLEN', key) - tonumber(maxEntries)
    if excess > 0 then
      if safe then removed = removed + redis.call('XTRIM', key, 'MINID', '~', safe, 'LIMIT', excess)
      else removed = removed + redis.call('XTRIM', key, 'MAXLEN', '~', maxEntries) end
    end
  end
  return { removed, {}, 0, length }
end
-- What was removed up to here every group had settled: it is nobody's loss.
local most = tonumber(ARGV[5])
local excess = maxEntries == '-' and 0 or redis.call('XLEN', key) - tonumber(maxEntries)
local first = redis.call('XRANGE', key, '-', '+', 'COUNT', 1)[1]
local function isDue(id) return minId ~= '-' and below(id, minId) end
if not first or (excess <= 0 and not isDue(first[1])) then return { removed, {}, 0, length } end
-- The oldest entries, of which some go now: what they held is known only before.
local ids, messages, from = {}, {}, '-'
while #ids < most do
  local entries = redis.call('XRANGE', key, from, '+', 'COUNT', math.min(most - #ids, 64))
  if #entries == 0 then break end
  for _, entry in ipairs(entries) do
    local bytes = entry[2][1] == 'b' and entry[2][2] or ''
    local a, b = string.byte(bytes, 27, 28)
    ids[#ids + 1] = entry[1]
    messages[entry[1]] = string.byte(bytes, 1) == 1 and b and a * 256 + b or false
  end
  from = '(' .. ids[#ids]
end
local gone = 0
if minId ~= '-' then gone = redis.call('XTRIM', key, 'MINID', '~', minId, 'LIMIT', most) end
if gone == 0 and excess > 0 then gone = redis.call('XTRIM', key, 'MAXLEN', '~', maxEntries, 'LIMIT', most) end
if gone == 0 then
  local isMore = #ids == most and (excess >= most or isDue(ids[most]))
  return { removed, {}, isMore and 1 or 0, length }
end
local notes = {}
for i = 2, #KEYS do notes[ARGV[i + 6]] = KEYS[i] end
local function note(group, id)
  local hash, field = notes[group.name], ARGV[7] .. id
  if not hash or not messages[id] or redis.call('HEXISTS', hash, field) == 1 then return end
  redis.call('HSET', hash, field, string.rep('\\1', messages[id]))
  redis.call('PEXPIRE', hash, ARGV[6])
end
local function unreadOf(group)
  local unread = 0
  while unread < gone and below(group.last, ids[gone - unread]) do unread = unread + 1 end
  return unread
end
-- Trimming leaves what is pending; what was no longer in the stream before is not counted.
local function pendingOf(group)
  local pending, start = 0, ids[1]
  while group.pending > 0 do
    local rows = redis.call('XPENDING', key, group.name, start, ids[gone], 100)
    for _, row in ipairs(rows) do
      if messages[row[1]] ~= nil then
        pending = pending + 1
        note(group, row[1])
      end
    end
    if #rows < 100 then break end
    start = '(' .. rows[#rows][1]
  end
  return pending
end
local overruns = {}
for _, group in ipairs(groups) do
  local unread, pending = unreadOf(group), pendingOf(group)
  if unread > 0 or pending > 0 then overruns[#overruns + 1] = { group.name, unread, pending } end
end
return { removed + gone, overruns, 0, length }`,
);
