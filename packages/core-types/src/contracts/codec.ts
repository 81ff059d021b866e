/** Turns payloads into bytes and back. `decode(encode(value))` equals `value` for everything that the codec says it can carry. */
export interface Codec {
  /** In lower case, stored beside the bytes: `json`, `msgpack`. */
  readonly name: string;
  /** Throws on a value that it cannot carry (a function, a cycle); never leaves something out silently. */
  encode(value: unknown): Uint8Array;
  /** Throws on bytes that are not its own. The bytes may come from anywhere: no code runs, no prototype is touched. */
  decode(bytes: Uint8Array): unknown;
}
