import { isIP } from 'node:net';
import { showValue, type ValidationIssue } from '@tradewind/core-types';
import type { Registry } from 'prom-client';
import { TEXT_FORMAT } from '../exposition/text-format.ts';
import type { ComponentHealth } from '../health/health-tree.ts';
import type { Monitoring } from '../monitoring.ts';
import { checkInteger, invalidOptions } from '../options.ts';
import { WITHOUT_HOST, tokenRequired } from './token-required.ts';

/** What is served, to whom. */
export interface ServeOptions {
  /** One or several, each of another name. */
  readonly monitorings: readonly Monitoring[];
  /** The address to listen at. Default `127.0.0.1`; any address that others can reach needs a `token`. */
  readonly host?: string | undefined;
  /** 0 to 65,535; 0: any that is free. Default 9464. */
  readonly port?: number | undefined;
  /** How many ports are tried, this one and those after it, 1 to 100. Default 1. */
  readonly portTries?: number | undefined;
  /** What callers must present as `Authorization: Bearer …`; at least 16 characters. Default: none. */
  readonly token?: string | undefined;
  /** Names by which callers may address the server besides `localhost` and IP addresses; a guard against DNS rebinding. Default: none. */
  readonly allowedHosts?: readonly string[] | undefined;
  /** Whether `/metrics/detail` gives all series without bounds. Default false. */
  readonly detail?: boolean | undefined;
  /** A prom-client registry whose other metrics are served too. Default: none. */
  readonly registry?: Registry | undefined;
  /** When the process may be given work. Default: no bus is `down`. */
  readonly isReady?: ((health: readonly ComponentHealth[]) => boolean) | undefined;
}

/** Checked, with the defaults filled in. */
export interface ServeSettings {
  readonly monitorings: readonly Monitoring[];
  readonly host: string;
  readonly port: number;
  readonly portTries: number;
  readonly token: string | undefined;
  readonly allowedHosts: ReadonlySet<string>;
  readonly isLoopback: boolean;
  readonly detail: boolean;
  readonly registry: Registry | undefined;
  readonly isReady: (health: readonly ComponentHealth[]) => boolean;
}

/** @throws ValidationError `INVALID_OPTIONS` with every issue; MonitoringError `TOKEN_REQUIRED`. */
export function resolveServeOptions(options: ServeOptions): ServeSettings {
  const { host = '127.0.0.1', port = 9464, portTries = 1, token, registry, monitorings } = options;
  const issues: ValidationIssue[] = [];
  if (!Array.isArray(monitorings) || monitorings.length === 0) {
    issues.push({ path: 'monitorings', expected: 'at least one monitoring', received: showValue(monitorings) });
  } else if (new Set(monitorings.map(({ name }) => name)).size < monitorings.length) {
    issues.push({ path: 'monitorings', expected: 'monitorings of different names', received: 'two of one name' });
  }
  checkInteger(issues, 'port', port, [0, 65_535]);
  checkInteger(issues, 'portTries', portTries, [1, 100]);
  if (token !== undefined && (typeof token !== 'string' || token.length < MIN_TOKEN_CHARACTERS)) {
    issues.push({ path: 'token', expected: `at least ${MIN_TOKEN_CHARACTERS} characters`, received: 'fewer' });
  }
  // By its type it has this format; a registry of OpenMetrics comes by way of a cast.
  const format: string = registry?.contentType ?? TEXT_FORMAT;
  if (format !== TEXT_FORMAT)
    issues.push({ path: 'registry', expected: `a registry of ${TEXT_FORMAT}`, received: format });
  if (issues.length > 0) throw invalidOptions(issues);
  const isLoopback = isLoopbackHost(host);
  if (!isLoopback && token === undefined) throw tokenRequired(host, 'token', WITHOUT_HOST);
  return {
    monitorings,
    host,
    port,
    portTries,
    token,
    isLoopback,
    registry,
    detail: options.detail ?? false,
    allowedHosts: new Set(['localhost', ...(options.allowedHosts ?? []), host].map((name) => name.toLowerCase())),
    isReady: options.isReady ?? ((health) => health.every(({ status }) => status !== 'down')),
  };
}

/** Whether only this machine can reach it. */
export function isLoopbackHost(host: string): boolean {
  if (host === 'localhost' || host === '::1') return true;
  return isIP(host) === 4 && host.startsWith('127.');
}

const MIN_TOKEN_CHARACTERS = 16;
