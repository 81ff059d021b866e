import {
  MonitoringError,
  serveDashboard,
  serveMonitoring,
  type Alerting,
  type Monitoring,
  type MonitoringServer,
  type Remediator,
  type SeriesStore,
} from '@tradewind/monitoring';

/** Where a browser and a Prometheus find what is watched. Each is undefined where no port could be had. */
export interface Pages {
  /** `http://127.0.0.1:9480/`. */
  readonly dashboardUrl: string | undefined;
  /** `http://127.0.0.1:9464/metrics`. */
  readonly metricsUrl: string | undefined;
  close(): Promise<void>;
}

/** What the pages are about. */
export interface PagesOptions {
  readonly monitoring: Monitoring;
  readonly alerting: Alerting;
  readonly remediator: Remediator;
  readonly history: SeriesStore;
}

/** Serves the dashboard and the metrics, to this machine alone, on the first ports that are free. Whoever is watched goes on without them. */
export async function openPages({ monitoring, alerting, remediator, history }: PagesOptions): Promise<Pages> {
  const monitorings = [monitoring];
  const [dashboard, metrics] = await Promise.all([
    unlessBusy(serveDashboard({ monitorings, alerting, remediator, history, portTries: PORT_TRIES })),
    unlessBusy(serveMonitoring({ monitorings, portTries: PORT_TRIES })),
  ]);
  return {
    dashboardUrl: dashboard?.url,
    metricsUrl: metrics === undefined ? undefined : `${metrics.url}/metrics`,
    close: async () => {
      await Promise.all([dashboard?.close(), metrics?.close()]);
    },
  };
}

/** One line that says where to look. */
export function addressLine({ dashboardUrl, metricsUrl }: Pages): string {
  const dashboard =
    dashboardUrl === undefined ? 'no port could be had for the dashboard' : `watch it at ${dashboardUrl}`;
  const metrics = metricsUrl === undefined ? 'none could be had for metrics' : `metrics at ${metricsUrl}`;
  return `${dashboard}; ${metrics}`;
}

async function unlessBusy<S extends MonitoringServer>(serving: Promise<S>): Promise<S | undefined> {
  try {
    return await serving;
  } catch (error) {
    if (error instanceof MonitoringError && error.code === 'CANNOT_LISTEN') return undefined;
    throw error;
  }
}

/** Several demos run beside each other. */
const PORT_TRIES = 50;
