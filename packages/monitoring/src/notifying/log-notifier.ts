import type { Logger } from '@tradewind/core-types';
import { titleOf, type Notification, type Notifier } from './notification.ts';

/** Writes a line for each group: `monitoring.alert-firing` as an error or a warning, `monitoring.alert-resolved` as information. */
export function logNotifier(logger: Logger): Notifier {
  return {
    notify: async (notification: Notification) => {
      const { status, groupLabels, alerts } = notification;
      const fields = {
        event: `monitoring.alert-${status}`,
        ...groupLabels,
        alerts: alerts.map(({ summary }) => summary),
      };
      const isCritical = alerts.some(({ severity }) => severity === 'critical');
      if (status === 'resolved') logger.info(fields, titleOf(notification));
      else logger[isCritical ? 'error' : 'warn'](fields, titleOf(notification));
    },
  };
}
