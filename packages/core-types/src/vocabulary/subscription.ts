/**
 * One handler's interest in one pattern, until it is disposed.
 *
 * After `unsubscribe` returns the handler is not called again, even for a message that is being delivered at that moment.
 */
export interface Subscription extends Disposable {
  /** Given by the subscriber, or made by the bus; unique on its bus. */
  readonly id: string;
  /** The canonical pattern. */
  readonly pattern: string;
  readonly active: boolean;
  /** Ends it. Calling it again does nothing. The same as `[Symbol.dispose]()`. */
  unsubscribe(): void;
}
