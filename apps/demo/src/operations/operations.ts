import { silentLogger, type Remedy } from '@tradewind/core-types';
import {
  MemorySeriesStore,
  Remediator,
  createAlerting,
  createMonitoring,
  type AlertRule,
  type Alerting,
  type Channel,
  type Monitored,
  type Monitoring,
  type RemediationEntry,
  type RemediationRule,
} from '@tradewind/monitoring';
import { openPages, type Pages } from './pages.ts';

/** What is watched, and what may be done about it. */
export interface OperationsOptions {
  readonly bus: Monitored;
  /** By their paths. */
  readonly transports?: Readonly<Record<string, Monitored>> | undefined;
  readonly feeds?: readonly (Monitored & { readonly name: string })[] | undefined;
  /** Anything else, by its path. */
  readonly parts?: Readonly<Record<string, Monitored>> | undefined;
  /** Default: all that are predefined. */
  readonly rules?: readonly AlertRule[] | undefined;
  readonly channels?: readonly Channel[] | undefined;
  readonly remediation: {
    readonly rules: readonly RemediationRule[];
    /** False: what would have been done is written down. */
    readonly enabled: boolean;
    readonly remedies: Readonly<Record<string, readonly Remedy[]>>;
    readonly onEntry?: ((entry: RemediationEntry) => void) | undefined;
  };
  /** How often everything is read and the rules are evaluated, in milliseconds. */
  readonly everyMs: number;
  /** How long a group of alerts waits for more of its kind before it is told, in milliseconds. Default 1,000. */
  readonly groupWaitMs?: number | undefined;
}

/** The eyes and hands of an operator on a bus, until they are closed. */
export interface Operations extends AsyncDisposable {
  readonly monitoring: Monitoring;
  readonly alerting: Alerting;
  readonly remediator: Remediator;
  readonly pages: Pages;
}

/** Starts to watch a bus: metrics, history, alerts, remediation and the page. Everything is kept in memory; nothing is written to disk. */
export async function openOperations(options: OperationsOptions): Promise<Operations> {
  const { rules, channels, remediation, everyMs, groupWaitMs = 1_000 } = options;
  const store = new MemorySeriesStore();
  const alerting = createAlerting({
    rules,
    channels,
    store,
    intervalMs: everyMs,
    grouping: { waitMs: groupWaitMs },
  });
  const monitoring = createMonitoring({
    bus: options.bus,
    transports: options.transports,
    feeds: options.feeds,
    parts: { ...options.parts, alerting },
  });
  const remediator = new Remediator({ monitoring, ...remediation, lookEveryMs: 100, logger: silentLogger });
  monitoring.add('remediation', remediator);
  alerting.start(monitoring);
  const stepping = remediator.start(everyMs);
  const pages = await openPages({ monitoring, alerting, remediator, history: store });
  return {
    monitoring,
    alerting,
    remediator,
    pages,
    async [Symbol.asyncDispose]() {
      stepping[Symbol.dispose]();
      await pages.close();
      await alerting[Symbol.asyncDispose]();
      await monitoring[Symbol.asyncDispose]();
    },
  };
}
