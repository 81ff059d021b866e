import { systemClock } from '@tradewind/core';
import { expect, test } from 'vitest';
import type { CommandArgument, CommandPort } from '../../src/connection/ports.ts';
import { knowsAckDel } from '../../src/connection/server-facts.ts';
import { OpenEntry, type EntryOwner } from '../../src/consuming/open-entry.ts';
import { Settlements } from '../../src/consuming/settlements.ts';
import { defineScript } from '../../src/scripts/script.ts';
import { settleScript } from '../../src/scripts/settle.ts';
import { serverOfFile } from './bench-server.ts';
import { Writer, eventually } from './lab.ts';

const lab = serverOfFile();

/**
 * What XACKDEL of Redis 8.2 does, on a server that has no such command: with ACKED it acknowledges, and deletes what every group has read and
 * acknowledged. It refuses arguments that are not `key group ACKED IDS n id…`, as the command is documented.
 */
const XACKDEL = `
local server = redis
local redis = setmetatable({
  pcall = function(command, key, group, condition, ids, count, ...)
    if command ~= 'XACKDEL' then return server.pcall(command, key, group, condition, ids, count, ...) end
    local list = { ... }
    if condition ~= 'ACKED' or ids ~= 'IDS' or tonumber(count) ~= #list then return { err = 'ERR syntax error' } end
    local replies = {}
    for i, id in ipairs(list) do
      local acked = server.call('XACK', key, group, id)
      local open = false
      for _, flat in ipairs(server.call('XINFO', 'GROUPS', key)) do
        local info = {}
        for k = 1, #flat, 2 do info[flat[k]] = flat[k + 1] end
        local pending = server.call('XPENDING', key, info['name'], id, id, 1)
        local unread = server.call('XRANGE', key, '(' .. info['last-delivered-id'], id, 'COUNT', 1)
        if #pending > 0 or #unread > 0 then open = true end
      end
      if open then replies[i] = 2 else
        server.call('XDEL', key, id)
        replies[i] = acked == 1 and 1 or -1
      end
    end
    server.call('INCR', key .. ':ackdel')
    return replies
  end,
}, { __index = server })
`;

test('an entry leaves its stream with the last acknowledgement, on a server that knows XACKDEL', async () => {
  const desk = lab.desk({ shards: 1 });
  const writer = new Writer(desk);
  const stream = await writer.write({});
  await writer.write({});
  for (const group of ['g', 'other']) {
    await lab.server.command('XGROUP', 'CREATE', stream, group, '0');
    await lab.server.command('XREADGROUP', 'GROUP', group, 'c', 'STREAMS', stream, '>');
    await lab.server.command('SET', desk.keys.lease(0, group), 'c/token');
  }
  const ids = ((await lab.server.command('XRANGE', stream, '-', '+')) as [string, unknown][]).map(([id]) => id);
  const script = defineScript('settle', XACKDEL + settleScript.lua);
  const settle = (group: string): Promise<unknown> =>
    desk.connections.claims.run(
      script,
      [desk.keys.lease(0, group), desk.keys.partial(0, group), stream],
      ['c/token', group, 'c', 1_000, 'X', 3, ids.length, ...ids],
    );
  expect(await settle('g')).toBe(1);
  expect(await lab.server.command('XLEN', stream)).toBe(2);
  expect(await lab.server.command('XPENDING', stream, 'g')).toEqual([0, null, null, null]);
  expect(await settle('other')).toBe(1);
  expect(await lab.server.command('XLEN', stream)).toBe(0);
  expect(await lab.server.command('GET', `${stream}:ackdel`)).toBe('2');
});

test('XACKDEL is asked for where it is wanted and known, and nowhere else', async () => {
  for (const [version, isKnown] of [
    [[6, 2, 16], false],
    [[8, 1, 9], false],
    [[8, 2, 0], true],
    [[8, 10, 0], true],
    [[9, 0, 0], true],
  ] as const)
    expect(knowsAckDel({ version })).toBe(isKnown);
  expect(knowsAckDel(undefined)).toBe(false);
  for (const drops of [true, false]) {
    const sent: (readonly CommandArgument[])[] = [];
    const claims: Pick<CommandPort, 'run'> = {
      run: (_script, _keys, args) => {
        sent.push(args);
        return Promise.resolve(1);
      },
    };
    const settlements = settlementsOver(claims, drops);
    settlements.acknowledge('{s:0}:normal', entryOf('1-0'));
    await eventually('it is sent', () => sent.length > 0);
    expect(sent).toEqual([['c/t', 'g', 'c', 1_000, drops ? 'X' : 'A', 3, 1, '1-0']]);
  }
});

function settlementsOver(claims: Pick<CommandPort, 'run'>, drops: boolean): Settlements {
  const ignore = (): void => undefined;
  return new Settlements({
    claims: { call: () => Promise.resolve(null), pipeline: () => Promise.resolve([]), ...claims },
    clock: systemClock,
    lease: '{s:0}:lease:g',
    partial: '{s:0}:partial:g',
    owner: 'c/t',
    group: 'g',
    consumer: 'c',
    keepNotesMs: 1_000,
    dropsSettled: () => drops,
    onLost: ignore,
    onForgotten: ignore,
    onAcknowledged: ignore,
    onFailed: ignore,
  });
}

function entryOf(id: string): OpenEntry {
  const ignore = (): void => undefined;
  const owner: EntryOwner = { completed: ignore, progressed: ignore, givenBack: ignore, failed: ignore };
  return new OpenEntry({ id, owner, priority: 2, messages: [], deliveries: 1, nowMs: 0 });
}
