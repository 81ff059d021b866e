import type { MetricLabels } from '@tradewind/core-types';
import { createAlerting, type Alerting } from '../../src/alerting/alerting.ts';
import type { AlertingOptions } from '../../src/alerting/options.ts';
import type { Channel, Notification } from '../../src/notifying/notification.ts';
import { group, type RuleDraft } from '../../src/rules/alert-rule.ts';
import { compare, series } from '../../src/rules/expressions/build.ts';
import type { ScrapedValue } from '../../src/history/series-store.ts';
import { labelText } from '../../src/scraping/shared-labels.ts';
import type { Watched } from '../../src/history/watched.ts';

/** A rule that fires while a gauge is above zero. */
export function ruleOn(name: string, more: Partial<RuleDraft> = {}): ReturnType<typeof group>[number] {
  const [rule] = group('test', [
    {
      name,
      severity: 'critical',
      expression: compare(series(`gauge_of_${name.toLowerCase()}`), '>', 0),
      summary: `${name} of {{ $labels.bus }} is {{ $value }}.`,
      runbook: { means: 'A test.', look: ['The test.'], act: ['Nothing.'] },
      ...more,
    },
  ]);
  if (rule === undefined) throw new Error('Expected a rule.');
  return rule;
}

/** A time that is set by hand, gauges that are set by hand, and everybody who was told. */
export class Desk implements Watched {
  nowMs: number;
  readonly told: { readonly channel: string; readonly notification: Notification }[] = [];
  /** Channels that do not take anything now. */
  readonly down = new Set<string>();
  /** How often each channel was tried. */
  readonly tries: Record<string, number> = {};
  readonly #gauges = new Map<string, ScrapedValue>();
  readonly alerting: Alerting;

  /** @param seconds By the name of a channel the one that is told when it fails. */
  constructor(
    options: AlertingOptions,
    channels: readonly string[] = ['desk'],
    seconds: Readonly<Record<string, string>> = {},
    fromMs = 1_000_000,
  ) {
    this.nowMs = fromMs;
    const clock = {
      now: () => this.nowMs,
      setTimer: (callback: () => void) => setImmediate(callback),
      clearTimer: (timer: unknown) => clearImmediate(timer as NodeJS.Immediate),
    };
    this.alerting = createAlerting({
      clock,
      channels: channels.map((name) => this.channel(name, seconds[name])),
      ...options,
    });
  }

  channel(name: string, second?: string): Channel {
    return {
      second,
      name,
      notifier: {
        notify: async (notification) => {
          this.tries[name] = (this.tries[name] ?? 0) + 1;
          if (this.down.has(name)) throw new Error(`${name} is down`);
          this.told.push({ channel: name, notification });
        },
      },
    };
  }

  set(rule: string, value: number, labels: MetricLabels = { bus: 'main' }): void {
    const name = `gauge_of_${rule.toLowerCase()}`;
    const text = labelText(labels);
    this.#gauges.set(name + text, { name, labels, labelText: text, value });
  }

  async scrape(): Promise<void> {
    return;
  }

  values(): Iterable<ScrapedValue> {
    return this.#gauges.values();
  }

  /** Lets a second go by and looks, and does not wait for what is being told. */
  async tick(): Promise<void> {
    this.nowMs += 1_000;
    await this.alerting.look(this);
  }

  /** Lets time go by, looking every second. @returns What was told meanwhile: `channel status rule,rule`. */
  async after(seconds: number): Promise<readonly string[]> {
    const before = this.told.length;
    for (let i = 0; i < seconds; i += 1) {
      await this.tick();
      await this.alerting.idle();
    }
    return this.told.slice(before).map(({ channel, notification: { status, alerts } }) => {
      const names = alerts.map(
        ({ rule, labels, state }) => `${rule}/${labels['lane'] ?? labels['bus']}${state === 'resolved' ? ' over' : ''}`,
      );
      return `${channel} ${status} ${names.join(',')}`;
    });
  }

  states(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.alerting.alerts().map(({ rule, state }) => [rule, state]));
  }

  idOf(rule: string): string {
    const found = this.alerting.alerts().find((alert) => alert.rule === rule);
    if (found === undefined) throw new Error(`Expected an alert of ${rule}.`);
    return found.id;
  }
}
