import type { MessageBus } from '@tradewind/core-types';

/** A synchronous bus to be checked. */
export interface BusSubject {
  /** Makes a fresh bus each time: nobody is subscribed, nothing is registered. */
  readonly create: () => MessageBus | Promise<MessageBus>;
  /** Called with each bus when its rule is done. Default: nothing. */
  readonly close?: ((bus: MessageBus) => void | Promise<void>) | undefined;
  /** How deep publishing from inside handlers may go. Default 64, as the contract says. */
  readonly maxDepth?: number | undefined;
}
