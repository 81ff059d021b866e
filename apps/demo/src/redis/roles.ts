/** The processes of the demo over Redis; each name is also the consumer group of its process. */
export const ROLES = ['feed', 'strategy', 'risk'] as const;
export type Role = (typeof ROLES)[number];

/** The flows of messages between them, each counted at both ends. */
export const FLOWS = ['market', 'check', 'execute', 'denied'] as const;
export type Flow = (typeof FLOWS)[number];

/** Who publishes a flow, who handles it, and what it is. */
export const FLOW_ENDS: Readonly<Record<Flow, { readonly from: Role; readonly to: Role; readonly what: string }>> = {
  market: { from: 'feed', to: 'strategy', what: 'quotes and trades' },
  check: { from: 'strategy', to: 'risk', what: 'orders to check' },
  execute: { from: 'risk', to: 'feed', what: 'orders let pass' },
  denied: { from: 'risk', to: 'strategy', what: 'orders denied' },
};

/** What a process is told when it is started, as JSON on its command line. */
export interface RoleTask {
  readonly role: Role;
  readonly redisUrl: string;
  readonly streamsPrefix: string;
  /** The folder of the journals. */
  readonly folder: string;
  readonly seed: number;
  /** Seconds of market time. */
  readonly seconds: number;
  readonly speed: number;
  /** When the market opened, in milliseconds since the epoch: a feed that is started again goes on where the market is now. */
  readonly openedAtMs: number;
}

/** What the demo tells a process. */
export type ToRole = { readonly kind: 'stop' } | { readonly kind: 'close' };

/** What a process tells the demo. */
export type FromRole =
  | { readonly kind: 'ready' }
  /** The market has ended, and everything it brought is stored. */
  | { readonly kind: 'ended'; readonly marketMicros: number }
  | { readonly kind: 'lost'; readonly what: string }
  | { readonly kind: 'closed'; readonly unsettled: number }
  | { readonly kind: 'failed'; readonly message: string };
