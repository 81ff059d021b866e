/** Values that survive `JSON.parse(JSON.stringify(value))` unchanged: no NaN, Infinity, undefined, bigint or class instance. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** A learned or configured state, with the version of its own form. */
export interface PluginState {
  /** Raised when the form of `data` changes; `restore` reads all earlier ones or says why not. */
  readonly version: number;
  readonly data: JsonValue;
}

/** A part whose state outlives its process. */
export interface StateOwner {
  /** A copy of the state, JSON-safe. Called rarely, never on the hot path. */
  snapshot(): PluginState;
  /** Takes a snapshot over: from now on it decides as the part that made the snapshot would. Throws on a state it cannot read, and is then unchanged. */
  restore(state: PluginState): void;
}
