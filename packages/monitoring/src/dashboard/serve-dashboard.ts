import type { ValidationIssue } from '@tradewind/core-types';
import { checkInteger, invalidOptions } from '../options.ts';
import { isLoopbackHost } from '../serving/options.ts';
import { listenOn, type MonitoringServer } from '../serving/server.ts';
import { WITHOUT_HOST, tokenRequired } from '../serving/token-required.ts';
import { createDashboard, type Dashboard } from './dashboard.ts';
import { DEFAULT_STREAMS, type DashboardOptions } from './options.ts';

/** A dashboard, and where it is served. */
export interface ServeDashboardOptions extends DashboardOptions {
  /** The address to listen at. Default `127.0.0.1`; any address that others can reach needs `tokens`. */
  readonly host?: string | undefined;
  /** 0 to 65,535; 0: any that is free. Default 9480. */
  readonly port?: number | undefined;
  /** How many ports are tried, this one and those after it, 1 to 100. Default 10. */
  readonly portTries?: number | undefined;
}

/** A dashboard that is served. Closing it ends its streams and connections. It prints nothing: `url` is for whoever wants to. */
export interface DashboardServer extends MonitoringServer {
  readonly dashboard: Dashboard;
}

/**
 * Serves a dashboard from a server of its own. It does not keep the process alive.
 *
 * @throws ValidationError `INVALID_OPTIONS` with every issue.
 * @throws MonitoringError `TOKEN_REQUIRED`; `CANNOT_LISTEN` when no address is free or it is not ours.
 */
export async function serveDashboard(options: ServeDashboardOptions): Promise<DashboardServer> {
  const { host = '127.0.0.1', port = 9480, portTries = 10, prefix = '', tokens = [], allowedHosts = [] } = options;
  const issues: ValidationIssue[] = [];
  checkInteger(issues, 'port', port, [0, 65_535]);
  checkInteger(issues, 'portTries', portTries, [1, 100]);
  if (issues.length > 0) throw invalidOptions(issues);
  if (!isLoopbackHost(host) && tokens.length === 0) throw tokenRequired(host, 'tokens', WITHOUT_HOST);
  const dashboard = createDashboard({ ...options, allowedHosts: [...allowedHosts, host] });
  // Each stream is a connection; pages, reads and acts need some beside them.
  const maxConnections = BESIDE_STREAMS + (options.maxStreams ?? DEFAULT_STREAMS);
  const server = await listenOn(dashboard.handler, { host, port, portTries, maxConnections });
  const close = async (): Promise<void> => {
    await dashboard.close();
    await server.close();
  };
  const url = `${server.url}${prefix}/`;
  return { host: server.host, port: server.port, url, dashboard, close, [Symbol.asyncDispose]: close };
}

const BESIDE_STREAMS = 64;
