/** A text that was found in a store, and where. */
export interface StoredText {
  /** For people and for {@link StateStore.setAside}: a path, a key. */
  readonly place: string;
  readonly text: string;
}

/** Where states are kept. It stores text and does not look into it. */
export interface StateStore {
  /** In log lines: the kind and the place. */
  readonly name: string;
  /** What is there, the one to be preferred first; empty when there is nothing. @throws StateError `STATE_STORE_FAILED` */
  load(): Promise<readonly StoredText[]>;
  /** Puts a text in place of the last one, which is kept until this one is there as a whole. @throws StateError `STATE_STORE_FAILED` */
  save(text: string): Promise<void>;
  /** Moves a text that could not be used out of the way, without destroying it or what was set aside before. @returns Where it is now; the same place where it could not be moved. @throws StateError `STATE_STORE_FAILED` */
  setAside(stored: StoredText): Promise<string>;
}
