import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HealthStatus } from '@tradewind/core-types';
import { RegistryFamily } from '../exposition/registry-family.ts';
import { TEXT_FORMAT, textOf } from '../exposition/text-format.ts';
import type { ComponentHealth } from '../health/health-tree.ts';
import { admit, isAuthorized } from './guard.ts';
import { resolveServeOptions, type ServeOptions, type ServeSettings } from './options.ts';
import { respond, stream } from './respond.ts';

/** Answers one request. It never throws and never rejects. */
export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * Answers `/metrics`, `/metrics/detail`, `/healthz`, `/readyz` and `/health`, for a server that is there already.
 *
 * @throws ValidationError `INVALID_OPTIONS` with every issue; MonitoringError `TOKEN_REQUIRED`.
 */
export function monitoringHandler(options: ServeOptions): RequestHandler {
  return handlerOf(resolveServeOptions(options));
}

/** @internal */
export function handlerOf(settings: ServeSettings): RequestHandler {
  let streaming = 0;
  const metrics = async (response: ServerResponse, detail: boolean): Promise<void> => {
    if (streaming >= MAX_STREAMS) {
      return respond(response, { status: 503, text: 'Too many at once.', headers: { 'retry-after': '1' } });
    }
    streaming += 1;
    try {
      await stream(response, TEXT_FORMAT, everything(settings, detail));
    } finally {
      streaming -= 1;
    }
  };
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const admission = admit(request, settings);
    if ('refusal' in admission) return respond(response, admission.refusal);
    const { path } = admission;
    const authorized = isAuthorized(request, settings);
    // Probes have no token: they learn the status, and no reason.
    if (path === '/healthz') return live(response);
    if (path === '/readyz') return ready(response, settings, authorized);
    if (!authorized) {
      const headers = { 'www-authenticate': 'Bearer' };
      return respond(response, { status: 401, text: 'Expected the token as Authorization: Bearer.', headers });
    }
    if (path === '/metrics') return metrics(response, false);
    if (path === '/metrics/detail' && settings.detail) return metrics(response, true);
    if (path === '/health') return respond(response, healthAnswer(settings));
    return respond(response, { status: 404, text: 'Not found.' });
  };
  return (request, response) => {
    answer(request, response).catch(() => {
      if (response.headersSent) response.destroy();
      else respond(response, { status: 500, text: 'It failed.' });
    });
  };
}

/** That it answers at all says that the event loop turns. */
function live(response: ServerResponse): void {
  respond(response, { status: 200, text: 'ok' });
}

function ready(response: ServerResponse, settings: ServeSettings, authorized: boolean): void {
  const health = healthOf(settings);
  const text = authorized
    ? health.map(({ name, status, reason }) => `${name}: ${status} ${reason}`.trim()).join('\n')
    : worst(health);
  respond(response, { status: settings.isReady(health) ? 200 : 503, text });
}

function healthAnswer(settings: ServeSettings): { status: number; text: string; type: string } {
  const health = healthOf(settings);
  return { status: 200, text: JSON.stringify({ status: worst(health), buses: health }), type: 'application/json' };
}

function healthOf({ monitorings }: ServeSettings): readonly ComponentHealth[] {
  return monitorings.map((monitoring) => monitoring.health());
}

function worst(health: readonly ComponentHealth[]): HealthStatus {
  if (health.some(({ status }) => status === 'down')) return 'down';
  return health.some(({ status }) => status === 'degraded') ? 'degraded' : 'up';
}

/** Ours first; then what else the registry has, which prom-client writes a metric at a time. */
async function* everything({ monitorings, registry }: ServeSettings, detail: boolean): AsyncGenerator<string> {
  await Promise.all(monitorings.map((monitoring) => monitoring.scrape()));
  yield* textOf(monitorings, { detail });
  for (const metric of registry?.getMetricsAsArray() ?? []) {
    if (!(metric instanceof RegistryFamily)) yield `${await registry?.getSingleMetricAsString(metric.name)}\n`;
  }
}

const MAX_STREAMS = 4;
