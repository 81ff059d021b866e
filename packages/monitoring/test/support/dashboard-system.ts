import type { Clock } from '@tradewind/core-types';
import { BufferedMessageBusClient, type BufferedMessageBusClientOptions } from '@tradewind/core';
import {
  createMonitoring,
  serveDashboard,
  type DashboardServer,
  type Monitoring,
  type MonitoringOptions,
  type ServeDashboardOptions,
} from '../../src/index.ts';

/** A client, its monitoring, and a dashboard on a port that is free. */
export interface DashboardSystem extends AsyncDisposable {
  readonly client: BufferedMessageBusClient;
  readonly monitoring: Monitoring;
  readonly server: DashboardServer;
  readonly port: number;
}

export interface SystemOptions {
  readonly client?: BufferedMessageBusClientOptions | undefined;
  readonly monitoring?: Partial<MonitoringOptions> | undefined;
  readonly dashboard?: Partial<ServeDashboardOptions> | undefined;
}

export async function dashboardSystem(options: SystemOptions = {}): Promise<DashboardSystem> {
  const client = new BufferedMessageBusClient({ name: 'desk', ...options.client });
  const monitoring = createMonitoring({ bus: client, ...options.monitoring });
  const server = await serveDashboard({
    monitorings: [monitoring],
    port: 0,
    frameEveryMs: 250,
    ...options.dashboard,
  });
  return {
    client,
    monitoring,
    server,
    port: server.port,
    [Symbol.asyncDispose]: async () => {
      await server.close();
      await client.close({ deadlineMs: 100 });
      await monitoring[Symbol.asyncDispose]();
    },
  };
}

/** Time that is set by hand; timers fire when it is moved. */
export class HandClock implements Pick<Clock, 'now' | 'setTimer' | 'clearTimer'> {
  nowMs = 1_700_000_000_000;
  readonly #timers = new Map<object, { readonly atMs: number; readonly callback: () => void }>();

  now(): number {
    return this.nowMs;
  }

  setTimer(callback: () => void, delayMs: number): object {
    const timer = {};
    this.#timers.set(timer, { atMs: this.nowMs + delayMs, callback });
    return timer;
  }

  clearTimer(timer: unknown): void {
    if (typeof timer === 'object' && timer !== null) this.#timers.delete(timer);
  }

  get pending(): number {
    return this.#timers.size;
  }

  /** Moves on, and fires what falls due, in order. */
  pass(ms: number): void {
    const untilMs = this.nowMs + ms;
    for (;;) {
      const [next] = [...this.#timers]
        .filter(([, { atMs }]) => atMs <= untilMs)
        .toSorted(([, a], [, b]) => a.atMs - b.atMs);
      if (next === undefined) break;
      const [timer, { atMs, callback }] = next;
      this.#timers.delete(timer);
      this.nowMs = atMs;
      callback();
    }
    this.nowMs = untilMs;
  }
}
