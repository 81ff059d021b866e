import { defineScript, type Script } from './script.ts';

/** Stores one entry, or answers why not: the rules of {@link publishScript}, in Lua. */
const STORE = `
local function store(stream, producer, epoch, number, forced, entry, ttl)
  local state, n = redis.call('GET', producer), tonumber(number)
  if state then
    local colon = string.find(state, ':', 1, true)
    local known, last = string.sub(state, 1, colon - 1), tonumber(string.sub(state, colon + 1))
    if known == epoch then
      if n <= last then
        redis.call('PEXPIRE', producer, ttl)
        return 2
      end
      if n > last + 1 and not forced then return {3, last} end
    elseif not forced then
      if tonumber(known) > tonumber(epoch) then return {5, known} end
      if n ~= 1 then return {4} end
    end
  elseif n ~= 1 and not forced then
    return {4}
  end
  redis.call('XADD', stream, '*', 'b', entry)
  redis.call('SET', producer, epoch .. ':' .. number, 'PX', ttl)
  return 1
end
`;

/**
 * Stores an entry unless it is stored already: whoever publishes may send it again as often as it takes.
 *
 * KEYS: stream; what its producer stored last in it; with `streamPerTopic`, where the stream is new, the set of topics.
 * ARGV: epoch, number, remember for ms, `1` to store it unless exactly it is remembered as stored, the entry, its member of the set of topics.
 *
 * Answers 1 stored; 2 stored before; {3, last} an earlier one is missing; {4} nothing is remembered of this producer;
 * {5, epoch} a later life of this producer has written. The stream is written first: had the memory been written alone, a retry would
 * take what is missing for stored. A repetition writes too, so that WAIT has something to wait for.
 */
export const publishScript: Script = defineScript(
  'publish',
  `${STORE}
local answer = store(KEYS[1], KEYS[2], ARGV[1], ARGV[2], ARGV[4] == '1', ARGV[5], ARGV[3])
if answer == 1 and KEYS[3] then redis.call('SADD', KEYS[3], ARGV[6]) end
return answer
`,
);

/**
 * Stores several entries, in the order given, each by the rules of {@link publishScript}: one call of a script costs the server less than several,
 * and both clients one command instead of one each. For streams that are not told to a set of topics.
 *
 * KEYS: of each entry its stream, and what its producer stored last in it. ARGV: remember for ms; of each entry its epoch, its number, `1` to
 * store it unless exactly it is remembered as stored, and the entry.
 *
 * Answers the answer of each entry; {6, error} where Redis refused it. What Redis says to the first one is the answer to the whole call, and
 * none is tried then: what keeps the server from writing at all, as having no memory, comes as the error that it is.
 */
export const publishManyScript: Script = defineScript(
  'publish-many',
  `${STORE}
local answers = {}
for i = 1, #KEYS / 2 do
  local k, a = 2 * i - 1, 4 * i - 2
  if i == 1 then
    answers[i] = store(KEYS[k], KEYS[k + 1], ARGV[a], ARGV[a + 1], ARGV[a + 2] == '1', ARGV[a + 3], ARGV[1])
  else
    local fine, answer = pcall(store, KEYS[k], KEYS[k + 1], ARGV[a], ARGV[a + 1], ARGV[a + 2] == '1', ARGV[a + 3], ARGV[1])
    if not fine then answer = {6, type(answer) == 'table' and answer.err or tostring(answer)} end
    answers[i] = answer
  end
end
return answers
`,
);
