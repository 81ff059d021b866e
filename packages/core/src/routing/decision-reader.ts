import { Priority, isPriority, showValue, type PathId, type RoutingDecision } from '@tradewind/core-types';
import type { EventLogger } from '../platform/event-logger.ts';
import type { PluginSlot } from './plugin-slot.ts';
import type { MutableVerdict, RoutingMessage } from './routing-message.ts';

/**
 * Reads a decision once, checks it, and applies it to the verdict.
 *
 * Once, because a plugin's object may have getters that answer differently the second time. One reader serves a chain: its fields hold
 * the decision between `read` and `apply`, so that nothing is allocated.
 */
export class DecisionReader {
  readonly #paths: ReadonlySet<PathId>;
  readonly #defaultPath: string;
  readonly #logger: EventLogger;
  readonly #unknownPathsLogged = new Set<string>();
  #declaredPriority: Priority = Priority.NORMAL;
  #protected = false;
  #priority: Priority | undefined;
  #path: PathId | undefined;
  /** NaN: none. A plain number is kept in place; `number | undefined` would be boxed with each write. */
  #expiresAtMs: number = Number.NaN;
  #conflateBy: string | undefined;
  #drop = false;
  #reason = '';

  constructor(paths: readonly PathId[], logger: EventLogger) {
    this.#paths = new Set(paths);
    this.#defaultPath = paths[0] ?? "the client's own routes";
    this.#logger = logger;
  }

  /** The explanation of the decision last read. */
  get reason(): string {
    return this.#reason;
  }

  /** A new message. */
  begin(declaredPriority: Priority, demotable: boolean): void {
    this.#declaredPriority = declaredPriority;
    this.#protected = declaredPriority === Priority.CRITICAL && !demotable;
  }

  /** Takes the members of a decision over. Returns what is wrong with it, as a clause, or undefined. Throws what a getter throws. */
  read(decision: RoutingDecision): string | undefined {
    if (typeof decision !== 'object' || decision === null)
      return `expected a decision or undefined, received ${showValue(decision)}`;
    const { priority, path, expiresAtMs, conflateBy, drop, reason } = decision;
    if (typeof reason !== 'string') return `expected a reason as a string, received ${showValue(reason)}`;
    if (priority !== undefined && !isPriority(priority))
      return `expected a priority 0 to 3, received ${showValue(priority)}`;
    if (path !== undefined && typeof path !== 'string')
      return `expected the name of a path, received ${showValue(path)}`;
    if (expiresAtMs !== undefined && !Number.isFinite(expiresAtMs)) {
      return `expected a finite expiresAtMs, received ${showValue(expiresAtMs)}`;
    }
    if (conflateBy !== undefined && typeof conflateBy !== 'string') {
      return `expected conflateBy as a string, received ${showValue(conflateBy)}`;
    }
    if (drop !== undefined && typeof drop !== 'boolean')
      return `expected drop as a boolean, received ${showValue(drop)}`;
    this.#priority = priority;
    this.#path = path;
    this.#expiresAtMs = expiresAtMs ?? Number.NaN;
    this.#conflateBy = conflateBy;
    this.#drop = drop === true;
    this.#reason = reason;
    return undefined;
  }

  /** Applies what was read: to the verdict, and to the message that the next plugin sees. */
  apply(slot: PluginSlot, message: RoutingMessage, verdict: MutableVerdict): void {
    if (this.#protected && this.#demotes(verdict)) {
      slot.demotionsDenied += 1;
      verdict.demotionDenied = true;
    }
    const expiresAtMs = this.#expiresAtMs;
    if (!Number.isNaN(expiresAtMs) && (!this.#protected || expiresAtMs >= verdict.expiresAtMs)) {
      verdict.expiresAtMs = expiresAtMs;
      message.expiresAtMs = expiresAtMs;
    }
    if (this.#path !== undefined) this.#applyPath(this.#path, slot, message, verdict);
    if (this.#protected) return;
    if (this.#priority !== undefined) {
      verdict.priority = this.#priority;
      message.priority = this.#priority;
    }
    if (this.#conflateBy !== undefined) verdict.conflateBy = this.#conflateBy;
    if (this.#drop) {
      verdict.dropped = true;
      verdict.dropReason = this.#reason;
      slot.dropped += 1;
    }
  }

  #demotes(verdict: MutableVerdict): boolean {
    const lowers = this.#priority !== undefined && this.#priority > this.#declaredPriority;
    const expiresSooner = this.#expiresAtMs < verdict.expiresAtMs;
    return lowers || expiresSooner || this.#conflateBy !== undefined || this.#drop;
  }

  #applyPath(path: PathId, slot: PluginSlot, message: RoutingMessage, verdict: MutableVerdict): void {
    if (this.#paths.has(path)) {
      verdict.path = path;
      message.path = path;
      return;
    }
    slot.unknownPaths += 1;
    verdict.path = undefined;
    message.path = undefined;
    this.#logUnknownPath(path, slot.name);
  }

  /** Once for each pair of path and plugin, and for at most so many pairs: the counter tells the rest. */
  #logUnknownPath(path: PathId, plugin: string): void {
    const pair = `${plugin} ${path}`;
    if (this.#unknownPathsLogged.size >= MAX_LOGGED_PATHS || this.#unknownPathsLogged.has(pair)) return;
    this.#unknownPathsLogged.add(pair);
    try {
      this.#logger.warn(
        { event: 'path.unknown', path, fallback: this.#defaultPath, plugin },
        `The plugin ${plugin} chose the path ${path}, which this client does not have; ${this.#defaultPath} is used.`,
      );
    } catch {
      // A logger that throws is ignored: the bus does not depend on it.
    }
  }
}

const MAX_LOGGED_PATHS = 16;
