import { MonitoringError } from '../errors.ts';

/** The error of a remedy that may not run. */
export function mayNotRun(reason: string, hint: string): MonitoringError {
  return refused(`Expected that the remedy may run, and ${reason}.`, hint);
}

/** The error of what an operator asked of remediation and cannot be done. */
export function refused(message: string, hint: string): MonitoringError {
  return new MonitoringError('REMEDY_REFUSED', { message, hint });
}
