import type { MetricsSource } from '../observability/metrics.ts';

/** How well a part is. `degraded`: it works with less. */
export type HealthStatus = 'up' | 'degraded' | 'down';

/** How a part is at the moment it is asked, why, and since when. */
export interface Health {
  readonly status: HealthStatus;
  /** For people; empty when up. */
  readonly reason: string;
  /** Since when it has this status, in milliseconds since the epoch. */
  readonly sinceMs: number;
}

/** A part that can say how it is. */
export interface HealthSource {
  readonly name: string;
  /** Cheap enough to be asked every second; does not throw. */
  health(): Health;
}

/**
 * A part of a bus as an operator sees it. Which faces it has is found by their members: `'collect' in part`, `'remedies' in part`;
 * for plugins, schedulers and transports too.
 *
 * `collect` writes the series of the part itself and not those of its `parts()`: whoever walks the tree and asks each part once has every
 * series once, and can say of each whose it is.
 */
export type Part = HealthSource & Partial<MetricsSource & Remediable & Reconfigurable & Composite & Delegate>;

/** A part that speaks for another object: what a client shows of a plugin, for that plugin; a plugin, for the learned part whose door it is. */
export interface Delegate {
  /** The same each time. Whoever meets that object elsewhere too, as given to a monitoring beside the client, knows that both are one part. */
  readonly standsFor: object;
}

/** A part made of parts: a client of its lanes, workers, paths, plugins and scheduler. Names are unique among siblings. */
export interface Composite {
  parts(): readonly Part[];
}

/** An action that may mend a part. */
export interface Remedy {
  /** Unique in its part, in kebab-case: `reconnect`. */
  readonly name: string;
  readonly description: string;
  /**
   * Does it once. Resolves when it is done, rejects when it could not be.
   *
   * @param signal - Aborted when whoever runs it waits no longer. A remedy that can stop does, and rejects: until it has ended no other one is run.
   */
  run(signal?: AbortSignal): Promise<void>;
}

/** A part that knows how it can be mended; the operator decides when. */
export interface Remediable {
  remedies(): readonly Remedy[];
}

/** A number that may be changed while the part runs. */
export interface Knob {
  /** Dotted: `lanes.LOW.share`. */
  readonly name: string;
  readonly description: string;
  /** `ms`, `messages`, `workers`, `ratio`, … */
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  readonly current: number;
}

/** New values by the names of knobs. */
export type KnobPatch = Readonly<Record<string, number>>;

/** A part that can be tuned while it runs. */
export interface Reconfigurable {
  knobs(): readonly Knob[];
  /**
   * Takes all values of the patch or none.
   *
   * @returns The previous values of the same knobs: giving them back undoes the change.
   * @throws ValidationError `INVALID_OPTIONS` with every unknown name and every value out of its range.
   */
  reconfigure(patch: KnobPatch): KnobPatch;
}

/** Something that was decided on its own and may be taken back. */
export interface ReversibleDecision {
  readonly id: string;
  readonly atMs: number;
  readonly description: string;
  readonly undone: boolean;
}

/** A part whose decisions an operator may take back. */
export interface Undoable {
  /** Newest first; bounded. */
  decisions(): readonly ReversibleDecision[];
  /** Takes one back. Throws on an unknown id; undoing twice does nothing. */
  undo(id: string): void;
}
