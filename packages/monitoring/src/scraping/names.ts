/** Whether a name can stand in a Prometheus text as that of a metric. */
export function isMetricName(name: string): boolean {
  return METRIC_NAME.test(name);
}

/** Whether all names of labels can stand in a Prometheus text; those with two underscores in front are Prometheus's own. */
export function areLabelNames(labels: Readonly<Record<string, string>>): boolean {
  return Object.keys(labels).every((name) => LABEL_NAME.test(name) && !name.startsWith('__'));
}

const METRIC_NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
