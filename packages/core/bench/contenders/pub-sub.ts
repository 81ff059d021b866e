/** What the contenders of the bus workloads have in common. Patterns are ours: `+` is one segment, a final `*` one or more. */
export interface PubSub {
  subscribe(pattern: string, handler: (payload: unknown) => void): void;
  publish(topic: string, payload: unknown): void;
}
