import type { CommandPort } from '../connection/ports.ts';
import type { Keys } from '../keys.ts';
import { joinScript, leaveScript } from '../scripts/membership.ts';
import { texts } from './replies.ts';

/** A member of a group as the others see it. */
interface MemberView {
  /** `consumer/token`. */
  readonly member: string;
  /** Its last sign of life, on the clock of the server. */
  readonly aliveMs: number;
  /** The version of the group's set of patterns that it has acted on. */
  readonly seen: number;
  /** Whether its set is the group's: only then it gets shards. */
  readonly agrees: boolean;
}

/** A group at one moment. */
export interface GroupView {
  readonly serverMs: number;
  /** Counts the sets of patterns that the group had. */
  readonly version: number;
  /** Whether the group's streams were set up before: from then on it has a position in each. */
  readonly known: boolean;
  readonly members: readonly MemberView[];
}

/** Another member has the consumer's name. */
export interface NameTaken {
  readonly takenBy: string;
  readonly aliveMs: number;
}

/** Who is in a group: a sorted set at the server, in which each member shows up again before it counts as dead. */
export class Membership {
  readonly member: string;
  readonly #commands: CommandPort;
  readonly #keys: readonly string[];
  readonly #aliveForMs: number;

  constructor(options: {
    readonly commands: CommandPort;
    readonly keys: Keys;
    readonly group: string;
    /** `consumer/token`. */
    readonly member: string;
    /** For how long a silent member counts as alive. */
    readonly aliveForMs: number;
  }) {
    this.member = options.member;
    this.#commands = options.commands;
    this.#keys = [options.keys.members(options.group), options.keys.patterns(options.group)];
    this.#aliveForMs = options.aliveForMs;
  }

  /** Joins, or says that it is still there. `register`: its set of patterns is the group's from now on. */
  async beat(signature: string, register: boolean, seen: number): Promise<GroupView | NameTaken> {
    const args = [this.member, this.#aliveForMs, signature, register ? 1 : 0, seen, REMEMBERED_MS];
    const reply = texts(await this.#commands.run(joinScript, this.#keys, args));
    if (reply[0] === 'taken') return { takenBy: reply[2] ?? '', aliveMs: Number(reply[3]) };
    const members: MemberView[] = [];
    for (let i = 4; i + 3 < reply.length; i += 4) {
      members.push({
        member: reply[i] as string,
        aliveMs: Number(reply[i + 1]),
        seen: Number(reply[i + 2]),
        agrees: reply[i + 3] === '1',
      });
    }
    return { serverMs: Number(reply[1]), version: Number(reply[2]), known: reply[3] === '1', members };
  }

  /** The group has a position in every stream. */
  async ready(): Promise<void> {
    const [, patterns] = this.#keys;
    await this.#commands.call('HSET', patterns, [patterns as string, 'ready', '1']);
  }

  async leave(): Promise<void> {
    await this.#commands.run(leaveScript, this.#keys, [this.member]);
  }
}

/** For how long a group without members is remembered: 90 days. */
const REMEMBERED_MS = 7_776_000_000;
