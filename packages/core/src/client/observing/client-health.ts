import { PRIORITY_NAMES, type Health, type HealthSource, type Part } from '@tradewind/core-types';
import { facesOf } from '../../platform/faces-of.ts';
import { StuckWorkers } from '../delivering/stuck-workers.ts';
import type { Engine } from '../engine.ts';
import type { Lane } from '../lanes/lane.ts';

/** How well a client is: the worst of its parts, with all their reasons. */
export class ClientHealth {
  readonly #engine: Engine;
  readonly #startedAtMs: number;
  readonly #stuck: StuckWorkers;
  /** What was found last, so that it can be said since when. */
  #last: Health;

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#startedAtMs = engine.clock.now();
    this.#stuck = new StuckWorkers(engine);
    this.#last = { status: 'up', reason: '', sinceMs: this.#startedAtMs };
  }

  health(): Health {
    const found = this.#find();
    if (found.status !== this.#last.status) this.#last = { ...found, sinceMs: this.#engine.clock.now() };
    else this.#last = { ...found, sinceMs: this.#last.sinceMs };
    return this.#last;
  }

  /** Lanes, workers, paths, plugins and scheduler, each with its own health. */
  parts(): readonly Part[] {
    const { chain, paths } = this.#engine;
    return [this.#lanes, this.#workers, this.#scheduler, chain, ...paths.parts()];
  }

  #find(): Omit<Health, 'sinceMs'> {
    if (this.#engine.closing.isClosing) return { status: 'down', reason: 'it is closed, or closing' };
    const reasons = this.parts()
      .map((part) => part.health())
      .filter(({ status }) => status !== 'up')
      .map(({ reason }) => reason);
    // A path that is down is spooled for by its lanes: the client as a whole works with less.
    return reasons.length === 0 ? { status: 'up', reason: '' } : { status: 'degraded', reason: reasons.join('; ') };
  }

  /** The lanes together, and below them each priority: its own lane, and those of the paths. */
  get #lanes(): Part {
    const high = [...this.#engine.room.highLanes];
    return {
      ...this.#part('lanes', fullness(high)),
      parts: () =>
        PRIORITY_NAMES.map((name, priority) =>
          this.#part(name, fullness(high.filter((lane) => lane.priority === priority))),
        ),
    };
  }

  get #workers(): Part {
    const { pool } = this.#engine;
    const isExhausted = pool.size >= pool.max && pool.full;
    const exhausted = isExhausted ? `all ${pool.max} workers are busy` : '';
    return {
      ...this.#part('workers', [this.#stuck.reason, exhausted].filter((reason) => reason !== '').join('; ')),
      remedies: () => this.#stuck.remedies(),
    };
  }

  /** The scheduler as an operator sees it: whether it decides, with what it says of itself. How it is guarded stands among the client's own series. */
  get #scheduler(): Part {
    const { cutOff, own } = this.#engine.guard;
    const guarded = this.#part(
      'scheduler',
      cutOff === undefined ? '' : `the scheduler is cut off (${cutOff}); the default one decides`,
    );
    if (own === undefined) return guarded;
    const isOwn = cutOff === undefined && own.health !== undefined;
    const health = (): Health => own.health?.() ?? guarded.health();
    return { ...facesOf(own), ...guarded, standsFor: own.standsFor ?? own, ...(isOwn ? { health } : {}) };
  }

  #part(name: string, reason: string): HealthSource {
    const sinceMs = this.#startedAtMs;
    return { name, health: () => ({ status: reason === '' ? 'up' : 'degraded', reason, sinceMs }) };
  }
}

function fullness(high: readonly Pick<Lane, 'priority' | 'occupied' | 'capacity'>[]): string {
  return high
    .map(
      ({ priority, occupied, capacity }) =>
        `the ${PRIORITY_NAMES[priority]} lane holds ${occupied} of ${capacity} messages`,
    )
    .join('; ');
}
