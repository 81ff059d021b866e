import type { DeadLetterStore, Transport, TransportCapabilities } from '@tradewind/core-types';

/** Where transports meet: a broker, a server, a namespace of one. Fresh: nothing was ever published there. */
export interface TransportPlace {
  /** A new connection to this place, as one client has it. */
  connect(): Transport | Promise<Transport>;
  /** Makes the next `publish` of a connection reject with a retryable error, nothing stored. Needed when the subject says `injectsFailures`. */
  failNextPublish?(transport: Transport): void | Promise<void>;
  /** Needed when the features promise dead letters. */
  readonly deadLetters?: DeadLetterStore | undefined;
  /** Called when the rule is done; the transports are closed by then. */
  close?(): Promise<void>;
}

/** A transport to be checked. */
export interface TransportSubject {
  /** What the transport promises. Rules about what it does not promise are left out. */
  readonly features: TransportCapabilities;
  /** Whether places can make a `publish` fail; rules about what follows a failure are left out otherwise. Default false. */
  readonly injectsFailures?: boolean | undefined;
  /** Called for each rule. */
  readonly create: () => TransportPlace | Promise<TransportPlace>;
  /** How long a message, a redelivery included, may take, in milliseconds. Default 3,000. */
  readonly withinMs?: number | undefined;
  /** How long to look for messages that must not come, in milliseconds. Default 50. */
  readonly quietMs?: number | undefined;
}
