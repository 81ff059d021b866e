import { defineScript, type Script } from './script.ts';

/**
 * Trims one stream, and by default removes nothing that a group has not read or not settled.
 *
 * KEYS: stream, the notes of groups. ARGV: entries below this id may go (`-` for none), at most so many entries are kept (`-` for all), `1` when unread and pending entries may go as well,
 * `1` when everything may go that all groups have settled, whatever its age; for how many ms notes are kept, prefix of the fields of notes, the groups of these notes in their order.
 * Of a pending entry that goes a note stays, unless there is one: so whoever takes it over can say how many messages were lost with it.
 * Answers `[removed, overruns]`, an overrun being `[group, entries that it had not read, entries that were pending with it]`.
 *
 * Trimming is approximate (`~`): whole nodes of the stream go, so a few more entries may stay, never fewer. The bound that is safe for all groups is the oldest of
 * their pending entries, or where none is pending the first one behind their position.
 */
export const trimScript: Script = defineScript(
  'trim',
  `
local key, minId, maxEntries, force = KEYS[1], ARGV[1], ARGV[2], ARGV[3] == '1'
if redis.call('EXISTS', key) == 0 then return { 0, {} } end
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
local function behind(id, most)
  local from, count = '(' .. id, 0
  while count < most do
    local entries = redis.call('XRANGE', key, from, '+', 'COUNT', 64)
    if #entries == 0 then break end
    count = count + #entries
    from = '(' .. entries[#entries][1]
  end
  return count
end
local groups = {}
for _, flat in ipairs(redis.call('XINFO', 'GROUPS', key)) do
  local group = {}
  for i = 1, #flat, 2 do group[flat[i]] = flat[i + 1] end
  groups[#groups + 1] = { name = group['name'], last = group['last-delivered-id'], pending = group['pending'] }
end
if not force then
  local removed = 0
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
  if minId ~= '-' then
    local to = minId
    if safe and below(safe, to) then to = safe end
    removed = removed + redis.call('XTRIM', key, 'MINID', '~', to)
  end
  if ARGV[4] == '1' and #groups > 0 then
    removed = removed + redis.call('XTRIM', key, 'MINID', '~', safe or '18446744073709551615-0')
  end
  if maxEntries ~= '-' then
    local excess = redis.call('XLEN', key) - tonumber(maxEntries)
    if excess > 0 then
      if safe then removed = removed + redis.call('XTRIM', key, 'MINID', '~', safe, 'LIMIT', excess)
      else removed = removed + redis.call('XTRIM', key, 'MAXLEN', '~', maxEntries) end
    end
  end
  return { removed, {} }
end
local length = redis.call('XLEN', key)
local to = minId
if maxEntries ~= '-' then
  local from, left = '-', length - tonumber(maxEntries)
  while left > 0 do
    local entries = redis.call('XRANGE', key, from, '+', 'COUNT', math.min(left, 64))
    if #entries == 0 then break end
    local id = entries[#entries][1]
    left = left - #entries
    from = '(' .. id
    if to == '-' or below(to, id) then to = id end
  end
end
-- What is in the stream and pending, and may go: whether it does is known afterwards, what it holds only now.
local function atRisk(group)
  local list, from = {}, '-'
  while to ~= '-' and group.pending > 0 do
    local rows = redis.call('XPENDING', key, group.name, from, to, 100)
    for _, row in ipairs(rows) do
      local entry = redis.call('XRANGE', key, row[1], row[1])[1]
      if entry then
        local bytes = entry[2][1] == 'b' and entry[2][2] or ''
        local a, b = string.byte(bytes, 27, 28)
        list[#list + 1] = { row[1], string.byte(bytes, 1) == 1 and b and a * 256 + b }
      end
    end
    if #rows < 100 then break end
    from = '(' .. rows[#rows][1]
  end
  return list
end
for _, group in ipairs(groups) do
  group.read = length - behind(group.last, length)
  group.atRisk = atRisk(group)
end
local notes = {}
for i = 2, #KEYS do notes[ARGV[i + 5]] = KEYS[i] end
local function note(group, id, messages)
  local hash, field = notes[group.name], ARGV[6] .. id
  if not hash or not messages or redis.call('HEXISTS', hash, field) == 1 then return end
  redis.call('HSET', hash, field, string.rep('\\1', messages))
  redis.call('PEXPIRE', hash, ARGV[5])
end
local removed = 0
if minId ~= '-' then removed = removed + redis.call('XTRIM', key, 'MINID', '~', minId) end
if maxEntries ~= '-' then removed = removed + redis.call('XTRIM', key, 'MAXLEN', '~', maxEntries) end
if removed == 0 then return { 0, {} } end
local first = redis.call('XRANGE', key, '-', '+', 'COUNT', 1)[1]
local overruns = {}
for _, group in ipairs(groups) do
  local unread, pending = math.max(0, removed - group.read), 0
  for _, risk in ipairs(group.atRisk) do
    if not first or below(risk[1], first[1]) then
      pending = pending + 1
      note(group, risk[1], risk[2])
    end
  end
  if unread > 0 or pending > 0 then overruns[#overruns + 1] = { group.name, unread, pending } end
end
return { removed, overruns }`,
);
