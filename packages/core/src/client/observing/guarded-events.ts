import { EventEmitter } from 'eventemitter3';
import { onRejection } from '../../platform/on-rejection.ts';
import type { ClientEventMap } from './client-events.ts';

type EventName = keyof ClientEventMap;
type Listener<K extends EventName> = EventEmitter.EventListener<ClientEventMap, K>;
type AnyListener = (...event: never[]) => unknown;

/** Told of a listener that threw, or whose promise rejected. */
export type ListenerFailed = (error: unknown, name: string) => void;

/**
 * The client's events, with every listener on its own: one that throws keeps no other from being called, and the rejection of an
 * asynchronous one is reported instead of ending the process.
 *
 * An emitter discards what listeners return, so they are wrapped when they are added. To everybody outside, a listener is the function
 * that was given.
 */
export class GuardedEvents extends EventEmitter<ClientEventMap> {
  readonly #failed: ListenerFailed;
  /** By name and function; the wrapper lives as long as its function. */
  readonly #wrappers = new Map<string, WeakMap<AnyListener, AnyListener>>();
  readonly #given = new WeakMap<AnyListener, AnyListener>();

  constructor(failed: ListenerFailed) {
    super();
    this.#failed = failed;
  }

  override on<K extends EventName>(name: K, listener: Listener<K>, context?: unknown): this {
    return super.on(name, this.#wrap(name, listener), context);
  }

  override addListener<K extends EventName>(name: K, listener: Listener<K>, context?: unknown): this {
    return this.on(name, listener, context);
  }

  override once<K extends EventName>(name: K, listener: Listener<K>, context?: unknown): this {
    return super.once(name, this.#wrap(name, listener), context);
  }

  override off<K extends EventName>(name: K, listener?: Listener<K>, context?: unknown, once?: boolean): this {
    return this.removeListener(name, listener, context, once);
  }

  override removeListener<K extends EventName>(
    name: K,
    listener?: Listener<K>,
    context?: unknown,
    once?: boolean,
  ): this {
    // The emitter itself removes a wrapper after its one call; that is not among the functions given.
    const wrapper = listener === undefined ? undefined : (this.#wrappers.get(name)?.get(listener) ?? listener);
    return super.removeListener(name, wrapper as Listener<K> | undefined, context, once);
  }

  override listeners<K extends EventName>(name: K): Listener<K>[] {
    return super.listeners(name).map((wrapper) => (this.#given.get(wrapper) ?? wrapper) as Listener<K>);
  }

  #wrap<K extends EventName>(name: K, listener: Listener<K>): Listener<K> {
    // The emitter refuses it with an error of its own.
    if (typeof listener !== 'function') return listener;
    let wrappers = this.#wrappers.get(name);
    if (wrappers === undefined) {
      wrappers = new WeakMap();
      this.#wrappers.set(name, wrappers);
    }
    const known = wrappers.get(listener);
    if (known !== undefined) return known as Listener<K>;
    const failed = this.#failed;
    const wrapper = function (this: unknown, ...event: never[]): void {
      try {
        const result: unknown = Reflect.apply(listener, this, event);
        if (result !== undefined) onRejection(result, (error) => failed(error, name));
      } catch (error) {
        failed(error, name);
      }
    };
    wrappers.set(listener, wrapper);
    this.#given.set(wrapper, listener);
    return wrapper as Listener<K>;
  }
}
