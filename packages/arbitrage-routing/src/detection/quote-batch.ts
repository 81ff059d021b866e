/**
 * Decoded quotes in columns: the fastest way in. Row `i` is one quote; the arrays may be longer than what is filled.
 *
 * Prices are counted in the instrument's ticks and sizes in its lots, both exact integers; a size of 0 means that the side is missing.
 * Nothing is allocated for a row, and the arrays are read during the call only.
 */
export interface QuoteBatch {
  /** Nanoseconds since 1970 to which `receivedNs` is added. */
  readonly originNs: bigint;
  /** From `ArbitrageDetector.slotOf`. */
  readonly slots: Int32Array;
  /** Receive time after `originNs`, in nanoseconds, at most 2^52. */
  readonly receivedNs: Float64Array;
  readonly bidTicks: Float64Array;
  readonly bidLots: Float64Array;
  readonly askTicks: Float64Array;
  readonly askLots: Float64Array;
}

/** Makes an empty batch with room for so many quotes. */
export function createQuoteBatch(capacity: number, originNs: bigint): QuoteBatch {
  return {
    originNs,
    slots: new Int32Array(capacity),
    receivedNs: new Float64Array(capacity),
    bidTicks: new Float64Array(capacity),
    bidLots: new Float64Array(capacity),
    askTicks: new Float64Array(capacity),
    askLots: new Float64Array(capacity),
  };
}
