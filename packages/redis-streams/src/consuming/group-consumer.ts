import type { CloseOptions, Consumer, Health } from '@tradewind/core-types';
import { RedisTransportError } from '../errors.ts';
import { log } from '../observing/log.ts';
import { removeConsumersScript } from '../scripts/lease.ts';
import type { GroupParts } from './group-parts.ts';
import { Membership, type GroupView, type NameTaken } from './membership.ts';
import { PatternFilter } from './pattern-filter.ts';
import { deadlineOf, pause } from './pausing.ts';
import { shardsOf } from './shard-assignment.ts';
import { ShardKeeper } from './shard-keeper.ts';
import type { OwnedStream } from './owned-stream.ts';
import type { EntryBatch } from './entry-batch.ts';

/**
 * A member of a group. At each beat it says that it is there, learns who else is, computes which shards are its own, and renews their leases.
 *
 * A beat is due four times in the life of a lease and at least every half second, so that a newcomer gets its share soon; earlier when a member is about to count
 * as dead, or while a shard is waited for.
 */
export class GroupConsumer implements Consumer {
  readonly #parts: GroupParts;
  readonly #membership: Membership;
  readonly #keeper: ShardKeeper;
  readonly #beatMs: number;
  readonly #unwatch: () => void;
  /** By which messages are chosen. */
  #filter: PatternFilter;
  /** Of the patterns that it stands for in its group. */
  #signature: string;
  #view: GroupView | undefined = undefined;
  #acted = 0;
  #beating: Promise<void> | undefined = undefined;
  #hasJoined = false;
  #isUrgent = false;
  #wakeBeat: (() => void) | undefined = undefined;
  #closing: Promise<void> | undefined = undefined;
  #differsSinceMs: number | undefined = undefined;
  #isDifferenceLogged = false;
  #failingSinceMs: number | undefined = undefined;
  /** Since when shards that are to be its own are not. */
  #incompleteSinceMs: number | undefined = undefined;

  constructor(parts: GroupParts, filter: PatternFilter) {
    this.#parts = parts;
    this.#filter = filter;
    this.#signature = filter.signature;
    const { settings, connections, keys, identity, owner } = parts;
    this.#membership = new Membership({
      commands: connections.claims,
      keys,
      group: identity.group,
      member: owner,
      aliveForMs: settings.claimIdleMs,
    });
    this.#keeper = new ShardKeeper(parts, () => this.#beatSoon());
    this.#unwatch = connections.state.onChange((status) => {
      if (status !== 'ready') return;
      this.#keeper.hurry();
      this.#beatSoon();
    });
    this.#beatMs = Math.min(settings.claimIdleMs / 4, MAX_BEAT_MS);
  }

  get filter(): PatternFilter {
    return this.#filter;
  }

  get group(): string {
    return this.#parts.identity.group;
  }

  /** How many messages are with the receiver. */
  get open(): number {
    return this.#keeper.open;
  }

  redeliver(stream: OwnedStream, batch: EntryBatch): void {
    this.#keeper.redeliver(stream, batch);
  }

  /** Joins the group and starts. `createGroups`: makes the groups where they are missing, once it is known whether they are new. */
  async start(createGroups: (isKnown: boolean) => Promise<void>): Promise<void> {
    const view = await this.#join();
    this.#hasJoined = true;
    await createGroups(view.known);
    if (!view.known) await this.#membership.ready();
    this.#act(view);
    await this.#keeper.beat();
    this.#beating = this.#run();
    await this.#inForce(view.version);
  }

  async setPatterns(patterns: readonly string[]): Promise<void> {
    const filter = new PatternFilter(patterns);
    if (this.#closing !== undefined) return;
    // At once, so that no beat on its way brings the old one back.
    this.#signature = filter.signature;
    const view = await this.#membership.beat(filter.signature, true, this.#acted);
    if ('takenBy' in view) throw nameTaken(this.#parts.identity, view);
    this.#filter = filter;
    this.#act(view);
    this.#beatSoon();
    await this.#inForce(view.version);
  }

  close(options: CloseOptions = {}): Promise<void> {
    this.#closing ??= this.#close(options);
    return this.#closing;
  }

  /** Undefined when it is well. */
  trouble(): Health | undefined {
    if (this.#differsSinceMs !== undefined) {
      const reason = `${this.#parts.identity.consumer} gets nothing: its patterns are not those of the group ${this.group}`;
      return { status: 'degraded', reason, sinceMs: this.#differsSinceMs };
    }
    const { clock, claimIdleMs } = this.#parts.settings;
    const waitingMs = this.#incompleteSinceMs;
    if (waitingMs !== undefined && clock.now() - waitingMs > 2 * claimIdleMs) {
      const reason = `${this.#parts.identity.consumer} waits for shards of the group ${this.group} that another consumer does not give back`;
      return { status: 'degraded', reason, sinceMs: waitingMs };
    }
    const sinceMs = this.#keeper.failingSinceMs ?? this.#failingSinceMs;
    if (sinceMs === undefined) return undefined;
    return {
      status: 'degraded',
      reason: `${this.#parts.identity.consumer} of the group ${this.group} cannot read`,
      sinceMs,
    };
  }

  /** Registers, and waits while a namesake is there that gives no sign of life: it may have died a moment ago, in the life before this one. */
  async #join(): Promise<GroupView> {
    const { settings, identity } = this.#parts;
    let aliveMs: number | undefined;
    for (;;) {
      const view = await this.#membership.beat(this.#signature, true, this.#acted);
      if (!('takenBy' in view)) return view;
      aliveMs ??= view.aliveMs;
      if (view.aliveMs !== aliveMs || this.#closing !== undefined) throw nameTaken(identity, view);
      await pause(settings.clock, Math.max(MIN_PAUSE_MS, settings.claimIdleMs / 20));
    }
  }

  async #run(): Promise<void> {
    let failures = 0;
    while (this.#closing === undefined) {
      let delayMs = this.#beatMs;
      try {
        delayMs = await this.#beat();
        failures = 0;
        this.#failingSinceMs = undefined;
      } catch (error) {
        failures += 1;
        delayMs = Math.min(this.#beatMs, FAILED_PAUSE_MS);
        if (failures === 1) this.#beatFailed(error, delayMs);
        // A beat that succeeded has an answer for every lease, however late it is.
        this.#keeper.expire();
      }
      await this.#pause(delayMs);
    }
  }

  /** @returns In how many milliseconds the next one is due. */
  async #beat(): Promise<number> {
    this.#isUrgent = false;
    const view = await this.#beatOrRenew();
    if ('takenBy' in view) {
      // We were silent for so long that a namesake took our place.
      this.#keeper.want([]);
      throw nameTaken(this.#parts.identity, view);
    }
    const acted = this.#acted;
    this.#act(view);
    const heldForMs = await this.#keeper.beat();
    this.#noteDifference();
    if (this.#keeper.isComplete) this.#incompleteSinceMs = undefined;
    else this.#incompleteSinceMs ??= this.#parts.settings.clock.now();
    // The others wait to hear that we have acted on the new set.
    if (this.#acted !== acted) return 0;
    const { claimIdleMs } = this.#parts.settings;
    const poll = Math.min(Math.max(MIN_PAUSE_MS, claimIdleMs / 20), MAX_POLL_MS);
    let dueMs = this.#beatMs;
    if (heldForMs !== Infinity) dueMs = Math.min(dueMs, poll, heldForMs + 1);
    for (const { member, aliveMs } of view.members)
      if (member !== this.#parts.owner) dueMs = Math.min(dueMs, aliveMs + claimIdleMs + 1 - view.serverMs);
    return Math.max(MIN_PAUSE_MS, dueMs);
  }

  /** A server that is out of memory refuses to register anybody, and still renews leases: then those that have shards keep them. */
  async #beatOrRenew(): Promise<GroupView | NameTaken> {
    try {
      return await this.#membership.beat(this.#signature, false, this.#acted);
    } catch (error) {
      await this.#keeper.beat().catch(() => undefined);
      throw error;
    }
  }

  /** Takes the shards that are ours among the members that agree; none, when we do not. */
  #act(view: GroupView): void {
    this.#view = view;
    const { owner, settings } = this.#parts;
    const agreeing = view.members.filter(({ agrees }) => agrees).map(({ member }) => member);
    const agrees = agreeing.includes(owner);
    if (agrees) this.#differsSinceMs = undefined;
    else this.#differsSinceMs ??= settings.clock.now();
    const alive = new Set(view.members.map(({ member }) => member.slice(0, member.lastIndexOf('/'))));
    const isServing = agrees && this.#closing === undefined;
    this.#keeper.want(isServing ? shardsOf(owner, agreeing, settings.shards) : [], { alive, mayKeep: isServing });
    this.#acted = view.version;
  }

  /** Until every member has acted on the set of this version, and this one has its shards or has waited for them long enough. */
  async #inForce(version: number): Promise<void> {
    const { settings, owner } = this.#parts;
    const giveUpMs = settings.clock.now() + Math.min(settings.claimIdleMs, MAX_SHARE_WAIT_MS);
    while (this.#closing === undefined) {
      const view = this.#view;
      const seen = view?.members.every((one) => one.member === owner || one.seen >= version) ?? false;
      const isSuperseded = (view?.version ?? 0) > version;
      if ((seen || isSuperseded) && (this.#keeper.isComplete || settings.clock.now() >= giveUpMs)) return;
      await pause(settings.clock, Math.min(Math.max(MIN_PAUSE_MS, settings.claimIdleMs / 40), MAX_POLL_MS));
      this.#beatSoon();
    }
  }

  async #close(options: CloseOptions): Promise<void> {
    const { clock } = this.#parts.settings;
    const deadline = deadlineOf(clock, options);
    this.#unwatch();
    this.#keeper.stopHandingOut();
    this.#wakeBeat?.();
    // Whoever was refused for its name has nothing to give back, and must not take its namesake out of the streams.
    if (!this.#hasJoined) return deadline.cancel();
    await this.#beating;
    // Before anything is given back, so that the others know by then that it is theirs. When Redis is away the leases end by themselves,
    // and the others take over what is pending.
    await this.#membership.leave().catch(() => undefined);
    await this.#renewUntil(this.#keeper.close(deadline.passed));
    deadline.cancel();
    await this.#forgetConsumer().catch(() => undefined);
  }

  /** In every stream in which nothing is pending with it; elsewhere whoever takes that over forgets it. */
  async #forgetConsumer(): Promise<void> {
    const { settings, identity, connections, streams } = this.#parts;
    const names = [identity.group, identity.consumer];
    await Promise.all(
      Array.from({ length: settings.shards }, async (_, shard) => {
        const keys = (await streams.of(shard)).map(({ key }) => key);
        if (keys.length > 0) await connections.claims.run(removeConsumersScript, keys, names);
      }),
    );
  }

  async #renewUntil(done: Promise<void>): Promise<void> {
    const { settings } = this.#parts;
    let isDone = false;
    const end = done.finally(() => {
      isDone = true;
    });
    while (!isDone) {
      await Promise.race([end, pause(settings.clock, this.#beatMs, true)]);
      if (isDone) break;
      await this.#keeper.beat().catch(() => this.#keeper.expire());
    }
    await end;
  }

  #noteDifference(): void {
    const { settings } = this.#parts;
    if (this.#differsSinceMs === undefined) {
      this.#isDifferenceLogged = false;
      return;
    }
    if (this.#isDifferenceLogged || settings.clock.now() - this.#differsSinceMs < DIFFERENCE_GRACE_MS) return;
    this.#isDifferenceLogged = true;
    const error = new RedisTransportError('GROUP_PATTERNS_DIFFER', {
      message: `Expected all consumers of the group ${this.group} to have the same patterns, and they have had different ones for ${DIFFERENCE_GRACE_MS} ms.`,
      hint: 'Give all clients of the group the same subscriptions, or separate groups.',
      retryable: true,
      mayHaveBeenStored: false,
    });
    log(settings.logger, 'group.patterns-differ', { path: settings.name, group: this.group, error }, error.message);
  }

  #beatFailed(error: unknown, retryInMs: number): void {
    const { settings } = this.#parts;
    this.#failingSinceMs ??= settings.clock.now();
    const fields = { path: settings.name, group: this.group, error, retryInMs };
    log(settings.logger, 'redis.membership-failed', fields, 'The group could not be reached; it is tried again.');
  }

  #beatSoon(): void {
    this.#isUrgent = true;
    this.#wakeBeat?.();
  }

  #pause(delayMs: number): Promise<void> {
    if (this.#closing !== undefined) return Promise.resolve();
    const { clock } = this.#parts.settings;
    return new Promise((resolve) => {
      const timer = clock.setTimer(resolve, this.#isUrgent ? MIN_PAUSE_MS : delayMs, { background: true });
      this.#wakeBeat = () => {
        this.#wakeBeat = undefined;
        clock.clearTimer(timer);
        if (this.#closing === undefined) clock.setTimer(resolve, MIN_PAUSE_MS, { background: true });
        else resolve();
      };
    });
  }
}

function nameTaken(
  identity: { readonly group: string; readonly consumer: string },
  taken: NameTaken,
): RedisTransportError {
  return new RedisTransportError('TRANSPORT_DENIED', {
    message: `Expected a consumer name that is free in the group ${identity.group}, and ${taken.takenBy} is there.`,
    hint: 'Give each client of a group its own name.',
    retryable: true,
    mayHaveBeenStored: false,
  });
}

const MAX_BEAT_MS = 500;
const MAX_POLL_MS = 50;
const MIN_PAUSE_MS = 2;
const FAILED_PAUSE_MS = 100;
const MAX_SHARE_WAIT_MS = 2_000;
const DIFFERENCE_GRACE_MS = 5_000;
