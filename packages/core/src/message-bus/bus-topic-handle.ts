import type { TopicHandle } from '@tradewind/core-types';
import type { RouteIndex } from '../matching/route-index.ts';
import type { Route } from '../matching/route.ts';
import type { BusSubscription } from './bus-subscription.ts';
import type { Dispatcher } from './dispatcher.ts';

/** Finds the current route of a topic. */
export type RouteFinder = (topic: string) => Route<BusSubscription>;

/** A topic with its route in hand: publishing compares one number, and looks the route up again only after a change of subscriptions. */
export class BusTopicHandle<P> implements TopicHandle<P> {
  readonly topic: string;
  readonly #index: RouteIndex<BusSubscription>;
  readonly #dispatcher: Dispatcher;
  readonly #findRoute: RouteFinder;
  #route: Route<BusSubscription>;

  constructor(topic: string, index: RouteIndex<BusSubscription>, dispatcher: Dispatcher, findRoute: RouteFinder) {
    this.topic = topic;
    this.#index = index;
    this.#dispatcher = dispatcher;
    this.#findRoute = findRoute;
    this.#route = findRoute(topic);
  }

  publish(payload: P): boolean {
    if (!this.#index.isCurrent(this.#route)) this.#route = this.#findRoute(this.topic);
    this.#dispatcher.deliver(this.#route, payload);
    return true;
  }

  hasSubscribers(): boolean {
    if (!this.#index.isCurrent(this.#route)) this.#route = this.#findRoute(this.topic);
    return this.#route.entries.length > 0;
  }
}
