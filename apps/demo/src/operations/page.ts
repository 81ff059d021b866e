import { MonitoringError, serveMonitoring, type Monitoring } from '@tradewind/monitoring';

/** What a browser and a Prometheus find. */
export interface Page {
  /** `http://127.0.0.1:9464`. */
  readonly url: string;
  close(): Promise<void>;
}

/** What is on the page. */
export interface PageOptions {
  readonly monitoring: Monitoring;
}

/** Serves metrics and health on the first port from 9464 on that is free. The demo goes on without it where there is none. */
export async function openPage({ monitoring }: PageOptions): Promise<Page | undefined> {
  try {
    return await serveMonitoring({ monitorings: [monitoring], portTries: PORT_TRIES });
  } catch (error) {
    if (error instanceof MonitoringError && error.code === 'CANNOT_LISTEN') return undefined;
    throw error;
  }
}

/** Several demos run beside each other. */
const PORT_TRIES = 50;
