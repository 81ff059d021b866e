import { defineScript, type Script } from './script.ts';

/**
 * Takes or renews the lease of a shard.
 *
 * KEYS: lease; who had it last. ARGV: owner (`consumer/token`), for how many ms, for how many ms it is remembered who had it. Answers `[0, ms]`
 * when another owner has it for so many ms more. Otherwise it is ours now: `[1, 0]` when it was free, and nobody is known to have had it; `[2, 0]` when
 * it was ours and is renewed; `[3, 0]` when it had ended, and nobody else had it since it was ours; `[4, 0]` when it was free, and another owner had it last.
 *
 * A server that has no memory for anything new must not refuse it: whoever consumes frees memory, and a lease that is not renewed brings messages twice. So a
 * renewal writes with `PEXPIRE` alone, which needs none, and it comes first for a free lease too: Redis refuses a script for lack of memory only before
 * its first write.
 */
export const leaseScript: Script = defineScript(
  'lease',
  `
local owner = redis.call('GET', KEYS[1])
if owner and owner ~= ARGV[1] then return { 0, redis.call('PTTL', KEYS[1]) } end
local last = redis.call('GET', KEYS[2])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
if not owner then redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2]) end
if last == ARGV[1] then redis.call('PEXPIRE', KEYS[2], ARGV[3]) else redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[3]) end
if owner then return { 2, 0 } end
if not last then return { 1, 0 } end
return { last == ARGV[1] and 3 or 4, 0 }`,
);

/** Gives the lease of a shard back. KEYS: lease. ARGV: owner. Answers 1, or 0 when it was not ours: then nothing happens. */
export const releaseScript: Script = defineScript(
  'release',
  `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])`,
);

/**
 * Takes consumers out of the groups of some streams, each where nothing is pending with it: `XGROUP DELCONSUMER` forgets what is pending, so
 * the two go together in one step. KEYS: streams. ARGV: group, consumers. Answers how often a consumer was removed.
 */
export const removeConsumersScript: Script = defineScript(
  'remove-consumers',
  `
local removed = 0
for _, key in ipairs(KEYS) do
  for i = 2, #ARGV do
    local pending = redis.pcall('XPENDING', key, ARGV[1], '-', '+', 1, ARGV[i])
    if not pending.err and #pending == 0 then
      local gone = redis.pcall('XGROUP', 'DELCONSUMER', key, ARGV[1], ARGV[i])
      if type(gone) == 'number' then removed = removed + 1 end
    end
  end
end
return removed`,
);
