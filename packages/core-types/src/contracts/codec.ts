/**
 * Turns payloads into bytes and back.
 *
 * Every codec carries at least null, booleans, finite numbers, strings, bigints of 64 bits (market events have such times), `Uint8Array`,
 * arrays and plain objects of them: `decode(encode(value))` equals `value`. Members that are undefined are left out.
 */
export interface Codec {
  /** In lower case, stored beside the bytes: `json`, `msgpack`. */
  readonly name: string;
  /** Throws on a value that it cannot carry (a function, a cycle); never leaves something out silently. */
  encode(value: unknown): Uint8Array;
  /** Throws on bytes that are not its own. The bytes may come from anywhere: no code runs, no prototype is touched. */
  decode(bytes: Uint8Array): unknown;
}
