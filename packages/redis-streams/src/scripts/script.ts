import { createHash } from 'node:crypto';

/** A Lua script that Redis runs as one step. */
export interface Script {
  /** For errors and logs. */
  readonly name: string;
  readonly lua: string;
  /** By which `EVALSHA` finds it. */
  readonly sha1: string;
}

/** Makes a script from its text. The commands of it that write must all use keys that are given as keys. */
export function defineScript(name: string, lua: string): Script {
  return { name, lua, sha1: createHash('sha1').update(lua).digest('hex') };
}
